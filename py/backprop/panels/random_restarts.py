"""The figure of the lesson of 64 starts: the error curve and the end of each, and the lines that begin lesson `xor` there.

A program of that lesson leaves the targets in `T` (m,), the initial W1 (n, 4, 3), b1 (n, 4), W2 (n, 4) and b2 (n,) in
`first`, the losses (4.9, summed over the samples) in `losses` (iterations, n), what each network said at the end in
`outputs` (n, m). All numbers are dimensionless.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop.model.recording import Recording

MOST = 256  # starts: more would be too small to see
POINTS = 40  # of a curve
NEAR = 0.4  # an output at most so far from its target is on the right side, with room to spare

Array = NDArray[np.float64]


def histories(recording: Recording) -> dict[str, Any] | None:
    """For the page: at which `iterations` the curves have their points, and `all`, an entry for each start: its `curve`,
    its `outputs`, whether it has `learnt`, and what `begins` it in lesson `xor`. None where a name is missing or not
    what it should be.
    """
    found = recording.variables
    try:
        targets, losses, outputs = (np.asarray(found[name], float) for name in ("T", "losses", "outputs"))
        w1, b1, w2, b2 = (np.asarray(array, float) for array in found["first"])
        count = len(b2)
        shapes = [array.shape for array in (w1, b1, w2, outputs, losses[-1])]
    except (KeyError, IndexError, TypeError, ValueError):
        return None
    wanted = [(count, 4, 3), (count, 4), (count, 4), (count, *targets.shape), (count,)]
    if shapes != wanted or not 0 < count <= MOST:
        return None
    iterations = np.unique(np.linspace(0, len(losses) - 1, POINTS).astype(int))
    learnt = (np.abs(outputs - targets) <= NEAR).all(axis=1)
    return {
        "iterations": iterations.tolist(),
        "all": [
            {
                "curve": [_short(loss) for loss in losses[iterations, start]],
                "outputs": [_short(y) for y in outputs[start]],
                "learnt": bool(learnt[start]),
                "begins": _lines(w1[start], b1[start], w2[start], b2[start]),
            }
            for start in range(count)
        ],
    }


def _short(number: float) -> float | None:
    """Four digits are enough to draw; what is no finite number is not drawn."""
    return float(f"{number:.4g}") if np.isfinite(number) else None


def _lines(w1: Array, b1: Array, w2: Array, b2: float) -> str:
    """The initial weights as lines of the program of lesson `xor`."""
    lines = [
        f"w[{j}, 1], w[{j}, 2], w[{j}, 3] = {', '.join(map(repr, row.tolist()))}"
        for j, row in enumerate(w1, 4)
    ]
    lines.append(f"w[8, 4], w[8, 5] = {', '.join(map(repr, w2[:2].tolist()))}")
    lines.append(f"w[8, 6], w[8, 7] = {', '.join(map(repr, w2[2:].tolist()))}")
    lines.append(f"b[4], b[5], b[6], b[7] = {', '.join(map(repr, b1.tolist()))}")
    lines.append(f"b[8] = {float(b2)!r}")
    return "\n".join(lines)
