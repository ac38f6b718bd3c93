"""Names what is wrong with deltas: of the products that known mistakes would give, the one that the program has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop.analyse.judging.broadcasting import broadcast
from backprop.analyse.judging.deltas import Judged, OutputJudged, slopes_of
from backprop.analyse.judging.evidence import Evidence, Layer, ratio_of
from backprop.analyse.judging.precision import Tolerance
from backprop.analyse.judging.steps import Steps
from backprop.trace.tape import Floats, Ids

_MOST_PARTS = 4000  # of a delta, among which a net is looked for


@dataclass(frozen=True)
class Explanation:
    """The id of a mistake, the constant that is left, and where the other factor was computed (an id), if known."""

    id: str
    factor: float
    part: int | None = None


@dataclass
class Parts:
    """The two factors of the chain rule at each net of a layer: what comes from above, and the activation's slope."""

    above: Floats
    slope: Floats


def parts_of(evidence: Evidence, judged: Judged) -> Parts:
    """The factors of the right deltas; NaN where the slope is 0."""
    slope = slopes_of(evidence, judged.layer)
    with np.errstate(all="ignore"):
        return Parts(np.where(slope != 0, judged.right / slope, np.nan), slope)


def explain_hidden(
    evidence: Evidence, judged: Judged, steps: Steps, columns: list[int]
) -> Explanation | None:
    """The known mistake that gives a hidden layer's deltas, of the nodes in these columns."""
    layer = judged.layer
    parts = parts_of(evidence, judged)
    bases: list[tuple[str, Floats]] = [("", _from_above(evidence, layer, steps, "right"))]
    if not ratio_of(bases[0][1] * parts.slope, judged.right, evidence.near):
        bases[0] = ("", parts.above)
    bases.append(("updated-weights", _from_above(evidence, layer, steps, "updated")))
    if layer.number == len(evidence.layers) - 1:
        bases.append(("error-passed-back", _from_above(evidence, layer, steps, "error")))
    bases.append(("transposed-weights", _from_above(evidence, layer, steps, "transposed")))
    bases += [("downstream-left-out", one) for one in _left_out(evidence, layer, steps)]
    slopes = list(_slopes(evidence, layer, parts.slope))
    ratio = ratio_of(layer.value[:, columns], judged.right[:, columns], evidence.near)
    if ratio:
        return Explanation("delta-sign", ratio.factor) if ratio.factor < 0 else None
    return _fitting(evidence, layer, bases, slopes, "slope-missing-hidden", columns)


def explain_output(evidence: Evidence, judged: OutputJudged, columns: list[int]) -> Explanation | None:
    """The known mistake that gives the output's deltas."""
    layer = judged.layer
    if (at := broadcast(evidence, layer)) is not None:
        return Explanation("broadcast", 1.0, at)
    ids, outputs, targets = evidence.outputs
    if softmax := _of_softmax(layer, evidence.near, ids, outputs, targets):
        return softmax
    slope = slopes_of(evidence, layer)
    slopes = list(_slopes(evidence, layer, slope))
    found = _fitting(evidence, layer, [("", targets - outputs)], slopes, "slope-missing-output", columns)
    if found and found.id == "slope-of-output" and set(ids.ravel().tolist()) <= _net_ids(layer):
        # y - z, times the slope of a node that z is the net of
        return Explanation("error-of-net", found.factor)
    return found


def _net_ids(layer: Layer) -> set[int]:
    return {net.id for row in layer.nets for nets in row for net in nets}


def _of_softmax(
    layer: Layer, near: Tolerance, ids: Ids, outputs: Floats, targets: Floats
) -> Explanation | None:
    """The mistake in deltas that are target minus output, as those of softmax: the softmax goes over the samples, or over
    all numbers, and not over the classes, or the targets are numbers of classes and not one-hot. None if it is neither."""
    ratio = ratio_of(layer.value, targets - outputs, near)
    if ratio is None or outputs.shape[1] < 2:
        return None
    passes = _passes_of_an_update(layer)
    first = outputs[:passes]
    by_classes, by_samples = (np.allclose(first.sum(axis=axis), 1, rtol=1e-9, atol=0) for axis in (1, 0))
    if by_samples and not by_classes and passes > 1:
        return Explanation("softmax-over-samples", ratio.factor, int(ids[0, 0]))
    if passes > 1 and np.isclose(first.sum(), 1, rtol=1e-9, atol=0):
        return Explanation("softmax-over-all", ratio.factor, int(ids[0, 0]))
    if by_classes and not np.allclose(targets.sum(axis=1), 1, rtol=1e-9, atol=0):
        return Explanation("targets-not-one-hot", ratio.factor)
    return None


def _fitting(
    evidence: Evidence,
    layer: Layer,
    bases: list[tuple[str, Floats]],
    slopes: list[tuple[str, Any]],
    missing: str,
    columns: list[int],
) -> Explanation | None:
    """The first pair of factors whose product the deltas are, those with fewest deviations first."""
    pairs = [(base, slope) for base in bases for slope in slopes if base[0] or slope[0]]
    for (base, above), (name, slope) in sorted(pairs, key=lambda pair: bool(pair[0][0]) + bool(pair[1][0])):
        ratio = ratio_of(layer.value[:, columns], (above * slope)[:, columns], evidence.near)
        if ratio and ratio.count > 2:
            id = base or (missing if name == "none" else name)
            if name != "stale-forward" or _reads_another_pass(evidence, layer, columns[0]):
                return Explanation(id, ratio.factor)
    return None


def _reads_another_pass(evidence: Evidence, layer: Layer, column: int) -> bool:
    """True if the last delta of a node is made of its net in another pass: the numbers alone may be the same by chance,
    since the slopes of a ReLU are only two."""
    own = {net.id for row in layer.nets for net in row[column]}
    own -= {net.id for net in layer.nets[-1][column]}
    delta = layer.deltas[-1][column]
    begun = [id for _, ids in delta.products for id in ids]
    return any(
        not own.isdisjoint(evidence.ancestors(id, _MOST_PARTS, without=evidence.parameters)) for id in begun
    )


def _slopes(evidence: Evidence, layer: Layer, right: Floats) -> Iterator[tuple[str, Any]]:
    """The right slopes, and those that mistakes give."""
    activation = evidence.roles.outputs.activation
    nets = np.array([[evidence.values[row[j][0].id] for j in range(len(row))] for row in layer.nets])
    a = np.array(
        [
            [evidence.values[activation.get(row[j][0].id, row[j][0].id)] for j in range(len(row))]
            for row in layer.nets
        ]
    )
    nets, a = nets.reshape(right.shape), a.reshape(right.shape)
    with np.errstate(all="ignore"):
        squeezed = 1 / (1 + np.exp(-a))
        yield "", right
        yield "none", np.ones(right.shape)
        yield "slope-of-net", nets * (1 - nets)
        yield "slope-of-net", 1 - nets**2
        yield "slope-of-output", squeezed * (1 - squeezed)
        yield "slope-of-output", 1 - np.tanh(a) ** 2
        yield "slope-twice", right**2
        yield "slope-of-another", a * (1 - a)
        yield "slope-of-another", 1 - a**2
        yield "slope-of-another", (a > 0) * 1.0
        yield "slope-of-another", (nets > 0) * 1.0
        for back in {1, _passes_of_an_update(layer)}:
            if back < len(right):
                yield (
                    "stale-forward",
                    np.concatenate([np.full((back, right.shape[1]), np.nan), right[:-back]]),
                )
                yield "stale-forward", np.tile(right[:back], (len(right) // back + 1, 1))[: len(right)]


def _passes_of_an_update(layer: Layer) -> int:
    """The number of passes that the first update is made of."""
    first = layer.deltas[0][0].update.before
    return sum(row[0].update.before == first for row in layer.deltas)


def _from_above(evidence: Evidence, layer: Layer, steps: Steps, kind: str) -> Floats:
    """Σ delta · w over the nodes above, with the right weights, the updated ones, the transposed ones, or with the
    error in place of delta: (pass, node)."""
    above = evidence.layers[layer.number]
    found = np.zeros(layer.value.shape)
    tables = weights_between(evidence, layer, above)
    if tables is None:
        return np.full(layer.value.shape, np.nan)
    deltas = above.value
    if kind == "error":
        _, outputs, targets = evidence.outputs
        deltas = targets - outputs
    for row, ids in enumerate(tables):
        if kind == "updated":
            after = np.array([[steps.following(int(id)) for id in line] for line in ids])
            weights = np.where(after >= 0, evidence.values[after], np.nan)
        else:
            weights = evidence.values[ids]
        if kind == "transposed":
            if weights.shape[0] != weights.shape[1]:
                return np.full(layer.value.shape, np.nan)
            weights = weights.T
        found[row] = deltas[row] @ weights
    return found


def _left_out(evidence: Evidence, layer: Layer, steps: Steps) -> Iterator[Floats]:
    """The sum over the nodes above without one of them, and of each alone."""
    above = evidence.layers[layer.number]
    tables = weights_between(evidence, layer, above)
    count = len(above.nodes)
    if tables is None or not 2 <= count <= 12:
        return
    weights = np.array([evidence.values[ids] for ids in tables])
    for k in range(count):
        alone = above.value[:, [k]] * weights[:, k, :]
        yield alone
        if count > 2:
            yield (above.value[:, :, None] * weights).sum(axis=1) - alone


def weights_between(evidence: Evidence, layer: Layer, above: Layer) -> list[Any] | None:
    """The ids of the weights of each pass: (node above, node of the layer); None if a connection is missing."""
    activation = evidence.roles.outputs.activation
    found = []
    for row, nets_above in zip(layer.nets, above.nets):
        at = {activation.get(net.id, -1): column for column, nets in enumerate(row) for net in nets}
        table = np.full((len(above.nodes), len(layer.nodes)), -1)
        for k, nets in enumerate(nets_above):
            for net in nets:
                for weight, source in zip(net.weights.tolist(), net.inputs.tolist()):
                    if source in at:
                        table[k, at[source]] = weight
        if (table < 0).any():
            return None
        found.append(table)
    return found
