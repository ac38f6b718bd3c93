"""The figure of a descent: the error of one neuron over its weight, or over weight and bias, and the way walked on it.

Only for a network of one neuron: of more, the landscape has more directions than a page. All numbers
are dimensionless; the error is 4.9, summed over the samples.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from backprop.model.recording import Array, Recording
from backprop.network import ACTIVATIONS
from backprop.topology import Ref

_CURVE, _GRID = 121, 41  # points of the curve; of the grid, on either side
_LEVELS = 9  # contour lines
_UNITS = 1000  # contour lines run from 0 to this
_MOST_POINTS = 400  # of the way
_MARGIN = 1.25  # the start of the way is this far inside
_SAME = 1e-6  # two of the way's ratios are the same
_SWINGS, _CREEPS = -0.3, 0.8  # of the distance left by a turn: from where on it is more than a detail


def landscape(recording: Recording) -> dict[str, Any] | None:
    """The error around its lowest point, and the way walked; None where there is more than one neuron, or no targets.

    `refs` are the quantities of the axes, `low` and `high` their ends. With one axis `error` is the
    curve; with two, `contours` are lines [x, y, x, y] from 0 to 1000 along the axes. Each point of `path`
    is where an iteration began: `at` None where it is no number. `factor` is what a turn leaves of the
    distance to the lowest point, across the steepest wall, and `pace` its name; None if no one number tells it.
    """
    if len(recording.topology.nodes) != 2 or not recording.samples or not recording.blocks:
        return None
    if not all(len(sample["x"]) == len(sample["t"]) == 1 for sample in recording.samples):
        return None  # without a target there is no error
    (edge,) = recording.topology.edges
    refs: list[Ref] = [("w", edge), *(("b", node) for node in recording.topology.biases)]
    ground = _Ground(recording, len(refs))
    iterations, path = _path(recording, refs)
    start = path[0]
    lowest = ground.lowest(path)
    half = max(_MARGIN * float(np.abs(start - lowest).max()), 0.5)
    low, high = lowest - half, lowest + half
    if not np.isfinite([*low, *high]).all():
        return None
    factor = ground.factor(path - lowest)
    drawn = _curve(ground, low, high) if len(refs) == 1 else _contours(ground, low, high)
    return {
        "refs": [f"w:{edge[0]}-{edge[1]}", *(f"b:{node}" for node in recording.topology.biases)],
        "low": low.tolist(),
        "high": high.tolist(),
        "lowest": {"at": lowest.tolist(), "error": float(ground.error(lowest))},
        "path": [_point(ground, k, path[n]) for n, k in enumerate(iterations)],
        "factor": factor,
        "pace": None if factor is None else _pace(factor),
    } | drawn


class _Ground:
    """The error as a function of the parameters: w, or w and b."""

    def __init__(self, recording: Recording, axes: int) -> None:
        kind = recording.rule.activation_of(recording.topology.outputs[0], recording.topology)
        self.activation = ACTIVATIONS[kind]
        self.is_line = kind == "linear"
        x = np.array([sample["x"][0] for sample in recording.samples])
        self.inputs = np.column_stack([x, np.ones(len(x))])[:, :axes]  # a bias is a weight whose input is 1
        self.targets = np.array([sample["t"][0] for sample in recording.samples])

    def error(self, at: Array) -> Array:
        """4.9 at places (…, axes)."""
        with np.errstate(over="ignore", invalid="ignore"):
            missing = self.targets - self.activation.value(at @ self.inputs.T)
            return np.asarray((missing**2).sum(axis=-1) / 2)

    def slope(self, at: Array) -> Array:
        """The derivative of the error along each axis, at one place (4.12, 4.16)."""
        y = self.activation.value(self.inputs @ at)
        return np.asarray(-((self.targets - y) * self.activation.slope(y)) @ self.inputs)

    def lowest(self, path: Array) -> Array:
        """The best line there is (least squares); of another activation, the best place of the way."""
        if self.is_line:
            return np.asarray(np.linalg.lstsq(self.inputs, self.targets)[0])
        return np.asarray(path[np.nanargmin(self.error(path))])

    def factor(self, away: Array) -> float | None:
        """The part of the distance `away` from the lowest place that is left after each turn: (turns, axes)."""
        if not self.is_line:
            return None
        _, directions = np.linalg.eigh(self.inputs.T @ self.inputs)
        across = away @ directions[:, -1]  # where the error bends most, too long a step shows first
        far = np.flatnonzero(np.abs(across) > 1e-6 * np.abs(across[0]))
        if len(far) < 3 or far[2] != 2:
            return None
        steps = [k for k in far[1:] if k - 1 in far]
        ratios = across[steps] / across[[k - 1 for k in steps]]
        return float(ratios[0]) if np.ptp(ratios) < _SAME * max(1, abs(ratios[0])) else None


def _pace(factor: float) -> str:
    """The kind of a walk that leaves `factor` of the distance in every turn."""
    if abs(factor) > 1:
        return "diverging"
    if factor < _SWINGS:
        return "oscillating"
    return "creeping" if factor > _CREEPS else "quick"


def _path(recording: Recording, refs: list[Ref]) -> tuple[list[int], Array]:
    """The weights at which the iterations began, evenly thinned, and those at which the last one ended: the iterations'
    numbers, and a table (points, weights)."""
    kept = recording.kept
    chosen = [*kept[: -1 : 1 + len(kept) // _MOST_POINTS], kept[-1]]
    states = [*(recording.open(k)[0] for k in chosen), recording.state_after(chosen[-1])]
    path = np.array([[state.get((ref, None), np.nan) for ref in refs] for state in states])
    return [*chosen, chosen[-1] + 1], path


def _point(ground: _Ground, iteration: int, at: Array) -> dict[str, Any]:
    error = ground.error(at)
    if not np.isfinite([*at, error]).all():
        return {"iteration": iteration, "at": None}
    slope = ground.slope(at).tolist()
    return {"iteration": iteration, "at": at.tolist(), "error": float(error), "slope": slope}


def _curve(ground: _Ground, low: Array, high: Array) -> dict[str, Any]:
    grid = np.linspace(low[0], high[0], _CURVE)
    return {"error": ground.error(grid[:, None]).tolist()}


def _contours(ground: _Ground, low: Array, high: Array) -> dict[str, Any]:
    w, b = np.meshgrid(*(np.linspace(*ends, _GRID) for ends in zip(low, high)), indexing="ij")
    error = ground.error(np.stack([w, b], axis=-1))
    lowest, highest = float(error.min()), float(error.max())
    # On a bowl these lines are evenly far apart.
    levels = [lowest + (highest - lowest) * (k / (_LEVELS + 1)) ** 2 for k in range(1, _LEVELS + 1)]
    return {"contours": [[level, _lines(error, level)] for level in levels]}


def _lines(values: Array, level: float) -> list[list[int]]:
    """The line where a grid of values crosses a level, a piece [x, y, x, y] in each cell (marching squares)."""
    places = np.moveaxis(np.indices(values.shape, float), 0, -1)
    corners = [np.s_[:-1, :-1], np.s_[:-1, 1:], np.s_[1:, 1:], np.s_[1:, :-1]]
    crossed, points = [], []
    for one, other in zip(corners, [*corners[1:], corners[0]]):
        with np.errstate(all="ignore"):  # where the level is not crossed there is no point
            part = (level - values[one]) / (values[other] - values[one])
            points.append(places[one] + part[..., None] * (places[other] - places[one]))
        crossed.append((values[one] > level) != (values[other] > level))
    cells = np.any(crossed, axis=0)
    sides = np.array(crossed)[:, cells]
    first = np.argsort(~sides, axis=0, kind="stable")[:2]  # the two sides of each cell that the line crosses
    ends = np.take_along_axis(np.array(points)[:, cells], first[..., None], axis=0)
    units = np.rint(ends * _UNITS / (len(values) - 1)).astype(int)
    return [[*one, *other] for one, other in zip(*units.tolist())]
