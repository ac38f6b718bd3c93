"""One learning rate for each node, where its delta was found in the change of a weight that differs from the others."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np

from backprop.analyse.judging.evidence import Layer
from backprop.analyse.judging.steps import Row
from backprop.trace.tape import Floats


def settle_scales(layer: Layer, rows: list[Row], descent: Floats | None = None) -> list[Row]:
    """The rows of a layer with one learning rate for each node: that of most of its weights and biases.

    A node's delta was found in the change of one of its weights. If just that change has another sign or factor than
    those of the others, it is the one that differs. Of two signs the one that goes down the `descent` (by id; None: not
    known) is right, however many weights have the other.
    """
    found = list(rows)
    for node in {row.node for row in rows}:
        here = [at for at, row in enumerate(rows) if row.node == node]
        ratios = _ratios_of_parameters([rows[at] for at in here])
        others = Counter(ratio for ratio in ratios.values() if ratio != 1)
        if not others:
            continue
        ((ratio, count),) = others.most_common(1)
        ones, scale = list(ratios.values()).count(1.0), rows[here[0]].scale
        alike = [row.change / row.gradient for row in rows if row.node != node and row.gradient]
        is_usual = Counter(float(f"{one:.4g}") for one in alike)
        fits = is_usual[float(f"{scale * ratio:.4g}")] > is_usual[float(f"{scale:.4g}")]
        moving = {rows[at].source for at in here if rows[at].gradient or rows[at].change}
        settled = 2 * count > max(len(ratios), 2) or (count == ones and fits) or count == len(moving)
        if ratio < 0 and descent is not None:
            downhill = [
                sum(
                    rows[at].change * descent[rows[at].before]
                    for at in here
                    if ratios.get(rows[at].source) == one
                )
                for one in (1.0, ratio)
            ]
            if np.sign(downhill[0]) * np.sign(downhill[1]) < 0:
                settled = bool(downhill[1] > 0)
        if settled:
            layer.scale[:, layer.nodes.index(node)] *= ratio
            for at in here:
                found[at] = replace(rows[at], scale=rows[at].scale * ratio)
    return found


def _ratios_of_parameters(rows: list[Row]) -> dict[int, float]:
    """The ratio change / (rate * delta * input) of each weight of a node, and of its bias, by source; only of those that
    have the same ratio in all updates."""
    ratios_of: defaultdict[int, set[float]] = defaultdict(set)
    for row in rows:
        if step := row.gradient * row.scale:
            ratios_of[row.source].add(float(f"{row.change / step:.5g}"))
    found: dict[int, float] = {}
    for source, ratios in ratios_of.items():
        if len(ratios) == 1 and np.isfinite(ratio := ratios.pop()) and ratio:
            found[source] = ratio
    return found
