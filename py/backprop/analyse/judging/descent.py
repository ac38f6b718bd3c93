"""The steepest descent of the program's own error, and the step that the program took: the needle."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from backprop.analyse.judging.evidence import Evidence, Layer, ratio_of
from backprop.analyse.judging.steps import MOST_SAMPLES, Row, by_round, table
from backprop.trace.tape import Floats

_EXACT = 0.5  # degrees: rounding, and weights of single precision, stay below


def direction_of(needle: Sequence[float]) -> str | None:
    """The direction of all updates together, by name, from their angles in degrees; None without angles.

    >>> [direction_of(one) for one in ([0.0, 0.01], [36.0, 38.2], [112.0], [80.0, 95.0])]
    ['gradient', 'downhill', 'uphill', 'mixed']
    """
    if not needle:
        return None
    if max(needle) < _EXACT:
        return "gradient"
    if max(needle) <= 90:
        return "downhill"
    return "uphill" if min(needle) > 90 else "mixed"


class Descent:
    """The whole gradient, through all layers, with respect to each version of each weight and bias.

    `parts` are −∂E/∂net at nets of the last layer, and of each hidden layer what a penalty on its activations adds:
    (pass, node).
    """

    def __init__(self, evidence: Evidence, parts: Sequence[tuple[Layer, Floats]]) -> None:
        self.evidence = evidence
        seeds: dict[int, float] = {}
        for layer, slopes in parts:
            for row, column in np.ndindex(*slopes.shape):
                if np.isfinite(slopes[row, column]):
                    seeds[layer.deltas[row][column].net.id] = float(slopes[row, column])
        self.values = (
            evidence.derivative(seeds, through_nets=True).values if seeds else np.zeros(len(evidence.tape))
        )

    def of(self, rows: list[Row]) -> Floats:
        """Steepest descent at each row's weight or bias."""
        found: Floats = self.values[np.array([row.before for row in rows], int)]
        return found

    def is_followed(self, rows: list[Row]) -> bool:
        """True if the changes are a positive multiple of the descent, in all updates."""
        ratio = ratio_of(table(rows, "change"), self.of(rows), self.evidence.near) if rows else None
        return ratio is not None and ratio.factor > 0 and ratio.count > 2

    def needle(self, rows: list[Row], still: Mapping[int, list[float]]) -> list[float]:
        """The angle in degrees between the step over all weights and biases and the steepest descent, for each update of
        which it is known that one update made the change. `still`: for each update the descent at weights that it does
        not change."""
        rounds = by_round(rows)
        found = []
        for number in sorted(rounds):
            if not all(row.whole or row.samples >= MOST_SAMPLES for row in rounds[number]):
                continue
            left_out = still.get(number, [])
            step = np.concatenate([table(rounds[number], "change"), np.zeros(len(left_out))])
            descent = np.concatenate([self.of(rounds[number]), left_out])
            lengths = float(np.linalg.norm(step) * np.linalg.norm(descent))
            if lengths > 0 and math.isfinite(lengths):
                apart = step / np.linalg.norm(step) - descent / np.linalg.norm(descent)
                together = step / np.linalg.norm(step) + descent / np.linalg.norm(descent)
                angle = 2 * math.atan2(float(np.linalg.norm(apart)), float(np.linalg.norm(together)))
                found.append(math.degrees(angle))
        return found
