"""The verdict as the page takes it: each layer part by part, and the needle."""

from __future__ import annotations

from math import isfinite
from typing import Any

from backprop.analyse.judging.descent import direction_of
from backprop.analyse.judging.types import LayerVerdict, Verdict
from backprop.texts import languages

_AGREES = ("agrees", "factor")


def judgement(verdict: Verdict) -> dict[str, Any]:
    """A verdict for the page."""
    angles = [round(angle, 4) for angle in verdict.needle if isfinite(angle)]
    return {
        "layers": [_layer(layer) for layer in verdict.layers],
        "error": verdict.error,
        "passes": verdict.passes,
        "arrays": [vars(one) for one in verdict.arrays],
        "needle": {"angles": angles, "largest": max(angles, default=None), "direction": direction_of(angles)},
    }


def _layer(layer: LayerVerdict) -> dict[str, Any]:
    return {
        "layer": layer.number,
        "nodes": layer.nodes,
        "state": layer.state,
        "factor": layer.factor if layer.factor_name != "one" else None,
        "line": layer.line,
        "parts": [
            {"what": what, "state": _state(layer, what, state), "line": layer.lines.get(what)}
            for what, state in layer.parts.items()
        ],
        "message": {lang: layer.message(lang) for lang in languages()},
    }


def _state(layer: LayerVerdict, what: str, state: str) -> str:
    """The state of one part of a layer; "follows" for changes that agree with deltas which are wrong themselves."""
    follows = what != "delta" and state in _AGREES and layer.parts.get("delta") == "differs"
    return "follows" if follows else state
