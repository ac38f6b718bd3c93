"""The decision boundary of a network without a hidden layer, in the plane of its first two inputs.

Its node's output is more than 0.5 where its net is positive (1.2), and the net is linear (4.11). So the boundary is a
straight line, whatever the weights are.
"""

from __future__ import annotations

import numpy as np

from backprop.model.recording import Array, Block, Recording
from backprop.topology import Ref

Polygon = list[list[float]]  # its corners

# The part of the plane that is looked at, in the inputs' own units: a little more than is shown (site/views/boundary.js),
# so that of the border only the line itself is to be seen.
LOW, HIGH = -0.6, 1.6
CORNERS = np.array([[LOW, LOW], [HIGH, LOW], [HIGH, HIGH], [LOW, HIGH]])
ROUNDING = 1e-12  # a net no larger than this is 0, and there is no line


def sides(recording: Recording, block: Block) -> list[Polygon] | None:
    """For each iteration of a block the corners [x1, x2] of where the answer is above 0.5, by the weights it begins with.

    Empty where the answer is nowhere in the picture above it. None for a network or samples that this plane
    cannot show: it takes one sigmoid node, and all inputs but the first two alike in every sample.
    """
    weights = _weights(recording, block)
    if weights is None:
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        nets = weights @ np.column_stack([np.ones(len(CORNERS)), CORNERS]).T  # 4.11 at the corners
    return polygons(np.where(np.isfinite(nets).all(axis=1, keepdims=True), nets, 0.0))


def _weights(recording: Recording, block: Block) -> Array | None:
    """The weight of the constant 1 and those of the first two inputs: shape (rows, 3)."""
    topology = recording.topology
    if len(topology.layers) != 2 or len(topology.outputs) != 1 or len(topology.inputs) < 2:
        return None
    if recording.rule.activation != "sigmoid" or not recording.samples:
        return None
    inputs = np.array([sample["x"] for sample in recording.samples])
    if np.ptp(inputs[:, 2:], axis=0).any():
        return None
    node = topology.outputs[0]
    refs: list[Ref] = [("w", (node, i)) for i in topology.inputs]
    places = [(ref, None) for ref in [*refs, *(("b", node) for node in topology.biases)]]
    layout = recording.layouts[block.layout]
    if not set(places) <= set(layout):
        return None
    known = block.rows[:, [layout.index(place) for place in places]]
    constants = np.array([*inputs[0, 2:], *(1.0 for _ in topology.biases)])
    with np.errstate(over="ignore", invalid="ignore"):
        return np.column_stack([known[:, 2:] @ constants, known[:, :2]])


def polygons(nets: Array) -> list[Polygon]:
    """The part of the plane where a linear net is positive, from the net at the four corners: shape (rows, 4)."""
    following, after = np.roll(nets, -1, axis=1), np.roll(CORNERS, -1, axis=0)
    above = nets > ROUNDING
    crosses = above != (following > ROUNDING)
    with np.errstate(over="ignore"):
        part = np.divide(nets, nets - following, out=np.zeros_like(nets), where=crosses)
    points = np.empty((len(nets), 8, 2))
    points[:, 0::2] = CORNERS
    points[:, 1::2] = CORNERS + part[:, :, None] * (after - CORNERS)
    there = np.empty((len(nets), 8), bool)
    there[:, 0::2], there[:, 1::2] = above, crosses
    points = points.round(4)
    found: list[Polygon] = [[] for _ in nets]
    kinds, kind = np.unique(there, axis=0, return_inverse=True)  # a line cuts the square in few ways
    for number, corners in enumerate(kinds):
        rows = np.flatnonzero(kind.ravel() == number)
        for row, polygon in zip(rows.tolist(), points[rows][:, corners].tolist()):
            found[row] = polygon
    return found
