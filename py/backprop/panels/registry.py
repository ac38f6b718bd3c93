"""The data of a lesson's own panels beyond the recording, computed once at the end of a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backprop.guard import guarded
from backprop.lessons.lens import lesson_settings
from backprop.model.recording import Recording
from backprop.panels.activation_curve import neuron
from backprop.panels.handwriting import handwriting
from backprop.panels.loss_landscape import landscape
from backprop.panels.misread import misread
from backprop.panels.random_restarts import histories

# By the panel's name in lesson.toml; None where the run has nothing of the kind.
_FIGURES: dict[str, Callable[[Recording], dict[str, Any] | None]] = {
    "handwriting": handwriting,
    "neuron": neuron,
    "landscape": landscape,
    "misread": misread,
    "starts": histories,
}


def figures(recording: Recording) -> dict[str, dict[str, Any] | None]:
    """The figure of each of the lesson's panels that has one, ready to be written as JSON."""
    panels = lesson_settings(recording.lesson).get("panels", [])
    found: dict[str, dict[str, Any] | None] = {name: None for name in panels if name in _FIGURES}
    for name in found:
        with guarded(f"drawing the panel {name}"):
            found[name] = _FIGURES[name](recording)
    return found
