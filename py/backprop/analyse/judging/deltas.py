"""Judges the deltas of each layer: the output's by the errors that they may belong to, each hidden layer's by the
program's own deltas of the layers above, pushed back through the program's own forward graph."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np

from backprop.analyse.judging.broadcasting import broadcast
from backprop.analyse.judging.errors import (
    ABSOLUTE,
    COMPUTED,
    MATCHING,
    PERCEPTRON,
    Candidate,
    Computed,
    candidates,
    computed_errors,
    rarer,
)
from backprop.analyse.judging.evidence import Evidence, Layer, classes_of, ratio_of
from backprop.analyse.judging.penalty import penalty_in
from backprop.trace.tape import Floats

_SATURATED = 4  # a net of at least so much, where an activation's slope may be rounded to 0
_MOSTLY = 0.5  # of the passes, whose targets are known
_LEAST = 3  # numbers of one update that must have one constant, if every update may have its own


@dataclass
class Match:
    """The relation of a layer's deltas to the right ones: deltas = factor · right.

    `varying`: each update has a factor of its own; `samples`: the factor is 1 over the number of samples of the update.
    """

    factor: float
    varying: bool = False
    samples: int | None = None


@dataclass
class Judged:
    """A layer's deltas: the right ones in the program's sign (pass, node), and how they match (None: they differ).

    `penalty` is the part of `right` that is the slope of a penalty on the layer's activations (None: there is none);
    `is_computed`: the program computes that penalty in its error, too.
    """

    layer: Layer
    right: Floats
    match: Match | None
    unknown: str | None = None
    penalty: Floats | None = field(default=None, kw_only=True)
    is_computed: bool = field(default=True, kw_only=True)


@dataclass
class OutputJudged(Judged):
    """The judgement on the last layer: `error` is the error whose gradient the deltas are, `computed` the program's own;
    `is_of_other_class`: the deltas are right for other classes than those in the program's error."""

    error: Candidate | None = None
    computed: Computed | None = None
    known: tuple[Candidate, ...] = ()
    is_of_other_class: bool = False


def match_of(evidence: Evidence, layer: Layer, right: Floats, one_constant: bool = False) -> Match | None:
    """The relation of a layer's deltas to the right ones, shape (pass, node); None if there is none. `one_constant`: the
    factor must be the same in all updates."""
    ratio = ratio_of(layer.value, right, evidence.near)
    groups = _by_update(layer)
    if not groups:
        return None
    if ratio:
        sizes = {len(rows) for rows in groups}
        one = len(sizes) == 1 and abs(abs(ratio.factor) * (m := sizes.pop()) - 1) < 1e-6 and m > 1
        return Match(ratio.factor, samples=m if one else None)
    sizes_of_rows = np.array([len(rows) for rows in groups for _ in rows])
    order = [row for rows in groups for row in rows]
    each = ratio_of(layer.value[order] * sizes_of_rows[:, None], right[order], evidence.near)
    if each and not one_constant and len(set(sizes_of_rows)) > 1:  # the last batch is smaller
        size = len(groups[0])
        return Match(each.factor / size, samples=size)
    if one_constant or min(len(rows) for rows in groups) < 2:
        return None
    ratios = [ratio_of(layer.value[rows], right[rows], evidence.near) for rows in groups]
    found = [(one, len(rows)) for one, rows in zip(ratios, groups) if one and one.count >= _LEAST]
    if len(found) != len(groups) or len({one.factor > 0 for one, _ in found}) != 1:
        return None
    per_sample = [one.factor * size for one, size in found]
    if np.ptp(per_sample) <= 1e-6 * abs(per_sample[0]):
        return Match(found[0][0].factor, samples=found[0][1])
    return Match(found[0][0].factor, varying=True)


def _by_update(layer: Layer) -> list[list[int]]:
    """The passes of each update."""
    groups: dict[int, list[int]] = defaultdict(list)
    for number, row in enumerate(layer.deltas):
        groups[row[0].update.after].append(number)
    return list(groups.values())


def judge_output(evidence: Evidence) -> OutputJudged:
    """The last layer's deltas."""
    layer = evidence.layers[-1]
    first = candidates(evidence)
    ends = [] if broadcast(evidence, layer) is not None else computed_errors(evidence, first)
    if other := next((one for one in ends if _has_other_classes(evidence, one)), None):
        return OutputJudged(layer, other.delta, None, None, None, other, tuple(first), is_of_other_class=True)
    computed = next((one for one in ends if one.falls), None)
    for one in [*first, *(Candidate(COMPUTED, end.delta) for end in ends)]:
        if one.name != MATCHING and (match := match_of(evidence, layer, one.delta)):
            return OutputJudged(layer, one.delta, match, None, one, computed, tuple(first))
    rare = rarer(evidence, layer.value, first)
    for one in [*first, *rare]:
        if match := match_of(evidence, layer, one.delta):
            return OutputJudged(layer, one.delta, match, None, one, computed, tuple(first))
    if computed and computed.name is None and not _is_shown_only(evidence, computed, rare):
        return OutputJudged(layer, computed.delta, None, None, None, computed, tuple(first))
    known = np.isfinite(evidence.outputs[2]).mean(axis=0) >= _MOSTLY
    if not first or not known.all():  # of a critic beside an actor few targets are known
        why = "no-targets" if not known.all() else "no-outputs"
        return OutputJudged(layer, np.full(layer.value.shape, np.nan), None, why, None, computed)
    right = next((one for one in first if computed and one.name == computed.name), first[0])
    unknown = "one-error" if first[0].name == PERCEPTRON else None
    unknown = unknown or ("opaque" if not np.isfinite(right.delta).any() else None)
    if unknown is None and not np.nan_to_num(right.delta).any() and not layer.value.any():
        unknown = "all-zero"  # no error in the first samples: AND, learnt from weights of 0
    return OutputJudged(layer, right.delta, None, unknown, None, computed, tuple(first))


def _has_other_classes(evidence: Evidence, computed: Computed) -> bool:
    """True for an error of classes, `-log(p[range(m), y])`, where the deltas take 1 from the outputs of others."""
    outputs = evidence.outputs[1]
    seen = np.isfinite(computed.delta).all(axis=1) & np.isfinite(outputs).all(axis=1)
    if seen.sum() < 2:
        return False
    of_error = classes_of(computed.delta[seen], outputs[seen])
    of_deltas = classes_of(evidence.layers[-1].value[seen], outputs[seen])
    known = np.isfinite(of_error).all() and np.isfinite(of_deltas).all()
    return bool(known and (of_error != of_deltas).any())


def _is_shown_only(evidence: Evidence, computed: Computed, rare: list[Candidate]) -> bool:
    """True for the mean of |t − y|, which many programs print beside the squared error that they descend."""
    absolute = next((one.delta for one in rare if one.name == ABSOLUTE), None)
    return absolute is not None and ratio_of(computed.delta, absolute, evidence.near) is not None


def judge_hidden(evidence: Evidence, output: OutputJudged) -> list[Judged]:
    """The deltas of all hidden layers, in their order. The error that the program computes may also be made of hidden
    activations: a penalty on large ones."""
    seeds: dict[int, float] = {}
    for layer in evidence.layers[1:]:
        for row, column in np.ndindex(*layer.value.shape):
            net = layer.deltas[row][column].net
            seeds[net.id] = float(layer.value[row, column])
    if not seeds or len(evidence.layers) == 1:
        return []
    arrived = evidence.derivative(seeds).values
    penalty = _penalty(evidence, output)
    found = []
    for layer, above in pairwise(evidence.layers):
        right = evidence.at_nets(arrived, layer)
        right = np.where(_undecided(evidence, layer), np.nan, right)
        match = match_of(evidence, layer, right, one_constant=True)
        if match is None and (penalised := _with_penalty(evidence, layer, right, penalty)):
            found.append(penalised)
            continue
        if match is None:
            right = np.where(_on_the_flat(evidence, layer, right), np.nan, right)
            match = match_of(evidence, layer, right, one_constant=True)
        if match is None and (scaled := _with_scales(right, layer, above)) is not None:
            match = match_of(evidence, layer, scaled, one_constant=True)
            right = right if match is None else scaled
        known = np.isfinite(right)
        why = None
        if match is None and not known.any():
            why = "opaque"
        elif match is None and not right[known].any() and not layer.value[known].any():
            why = "all-zero"
        found.append(Judged(layer, right, match, why))
    return found


def _with_scales(right: Floats, layer: Layer, above: Layer) -> Floats | None:
    """The deltas by the chain rule, (pass, node), for a hidden layer whose own deltas contain a factor that the layer above
    keeps in its scale, another one in each update: the sum of the samples' weights, say. None without such a factor."""
    with np.errstate(all="ignore"):
        ratios = above.scale[:, :1] / layer.scale[:, :1]
    if not np.isfinite(ratios).all() or np.ptp(ratios) <= 1e-9 * np.abs(ratios[0, 0]):
        return None
    return np.asarray(right * ratios / ratios[0])


def _with_penalty(evidence: Evidence, layer: Layer, right: Floats, penalty: Floats | None) -> Judged | None:
    """The judgement on deltas that also contain a penalty on the layer's activations; None if they do not. `right` is what
    arrives from the layer above, `penalty` as `_penalty` gives it."""
    if penalty is not None:
        slope = evidence.at_nets(penalty, layer)
        if match := match_of(evidence, layer, right + slope, one_constant=True):
            return Judged(layer, right + slope, match, penalty=slope)
        if np.nan_to_num(slope).any():  # another penalty than that of the error
            return None
    added = penalty_in(evidence, layer)
    if added is None:
        return None
    match = match_of(evidence, replace(layer, value=layer.value - added), right, one_constant=True)
    if match is None:
        return None
    slope = added / match.factor
    return Judged(layer, right + slope, match, penalty=slope, is_computed=False)


def _penalty(evidence: Evidence, output: OutputJudged) -> Floats | None:
    """The derivative, by id, of the error that the program computes, on the ways that do not lead through the outputs: in
    the program's sign and factor. None if it computes none, or if its deltas are not those of this error."""
    if output.computed is None:
        return None
    ratio = ratio_of(output.layer.value, output.computed.delta, evidence.near)
    ids = dict.fromkeys(output.computed.ids, -1.0)
    return evidence.derivative(ids).values * ratio.factor if ratio else None


def _nets(evidence: Evidence, layer: Layer) -> Floats:
    """The nets of a layer (pass, node)."""
    ids = np.array([[nets[0].id for nets in row] for row in layer.nets]).reshape(layer.value.shape)
    return np.asarray(evidence.values[ids])


def _is_smooth(nets: Floats, slopes: Floats) -> bool:
    """False for an activation of straight pieces, such as ReLU: but at 0 it has at most two slopes."""
    return len(np.unique(np.round(slopes[(nets != 0) & np.isfinite(slopes)], 9))) > 2


def _undecided(evidence: Evidence, layer: Layer) -> Any:
    """Flags (pass, node): True at a net of exactly 0 whose activation has a kink there, so that either slope is right."""
    nets = _nets(evidence, layer)
    if nets.all():
        return np.zeros(nets.shape, bool)
    return (nets == 0) & (not _is_smooth(nets, slopes_of(evidence, layer)))


def _on_the_flat(evidence: Evidence, layer: Layer, right: Floats) -> Any:
    """Flags (pass, node): True where an activation's slope, and the delta with it, is so small that rounding decides it, as
    a · (1 − a) at a = 1. A slope of exactly 0 at a net near 0 is none of these: a mask of dropout made it."""
    least = evidence.near.rounding / evidence.near.relative
    slopes = slopes_of(evidence, layer)
    nets = _nets(evidence, layer)
    if not _is_smooth(nets, slopes):  # the 0 of ReLU is no rounding
        return np.zeros(slopes.shape, bool)
    slopes = np.where((slopes == 0) & (np.abs(nets) < _SATURATED), 1.0, slopes)
    with np.errstate(all="ignore"):
        above = np.abs(right / slopes)
    return (np.abs(slopes) < least) & ((np.abs(layer.value) <= 2 * least * above) | (slopes == 0))


def slopes_of(evidence: Evidence, layer: Layer) -> Floats:
    """∂a/∂net of each node's activation (pass, node); NaN where the activation is not known."""
    activation = evidence.roles.outputs.activation
    seeds: dict[int, float] = {}
    for nets_of_pass in layer.nets:
        for nets in nets_of_pass:
            for net in nets:
                if activation.get(net.id, net.id) != net.id:
                    seeds[activation[net.id]] = 1.0
    found = np.zeros(layer.value.shape)
    arrived = evidence.derivative(seeds).values if seeds else np.zeros(len(evidence.tape))
    for (row, column), _ in np.ndenumerate(found):
        nets = layer.nets[row][column]
        known = [net for net in nets if net.id in activation]
        linear = any(activation[net.id] == net.id for net in known)
        found[row, column] = 1.0 if linear else sum(arrived[net.id] for net in known) if known else np.nan
    return found
