"""The errors that a program may descend: each by its derivative with respect to an output.

Also the error that the program computes, if it does: a number made of outputs and targets that no update needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

from backprop.analyse.judging.evidence import Evidence, ratio_of
from backprop.analyse.judging.precision import Tolerance
from backprop.trace.tape import Floats, Kind

Slope = Callable[[Any, Any], Any]
"""∂E/∂y from outputs and targets, tables (pass, node)."""

SQUARED, CROSS_ENTROPY, MATCHING, ABSOLUTE = "squared", "cross-entropy", "matching", "absolute"
PERCEPTRON, COMPUTED, HUBER, HINGE, WEIGHTED = "perceptron", "computed", "huber", "hinge", "weighted"
WEIGHTED_SAMPLES, WEIGHTED_OUTPUTS, TWO = "weighted-samples", "weighted-outputs", "two"
_LEAST_NUMBERS = 6  # that are made of two errors, or have weights
_LEAST_PART = 0.01  # of the largest delta is each of two errors
_LEAST_SAMPLES = 3  # with weights
_MOST_PARTS = 60  # of a delta, among which the weight of its sample is looked for

_OF_OUTPUT: dict[str, Slope] = {
    SQUARED: lambda y, t: y - t,
    ABSOLUTE: lambda y, t: np.sign(y - t),
    "log-cosh": lambda y, t: np.tanh(y - t),
    "fourth power": lambda y, t: (y - t) ** 3,
    HINGE: lambda y, t: np.where(t * y < 1, -t, 0.0),
}


@dataclass
class Candidate:
    """An error by its name and the derivative −∂E/∂net at each net of the last layer: (pass, node)."""

    name: str
    delta: Floats


def candidates(evidence: Evidence) -> list[Candidate]:
    """The errors that the output deltas are compared with, the commonest first; [] if no targets are known."""
    ids, outputs, targets = evidence.outputs
    if not np.isfinite(targets).any() or (ids < 0).any():
        return []
    squared = _at_nets(evidence, ids, _OF_OUTPUT[SQUARED](outputs, targets))
    if not np.nan_to_num(squared).any() and np.nan_to_num(targets - outputs).any():
        return [Candidate(PERCEPTRON, targets - outputs)]
    found = [Candidate(SQUARED, squared)]
    name, sign = _of_difference(evidence, outputs, targets, squared)
    if name:
        found.append(Candidate(name, sign * (targets - outputs)))
    return found


def rarer(evidence: Evidence, program: Floats, first: list[Candidate]) -> list[Candidate]:
    """More errors, for output deltas that are the gradient of none of the common ones."""
    ids, outputs, targets = evidence.outputs
    if not first or first[0].name == PERCEPTRON:
        return []
    found = []
    for name, slope in _OF_OUTPUT.items():
        if name != SQUARED:
            found.append(Candidate(name, _at_nets(evidence, ids, slope(outputs, targets))))
    huber = _clipped(evidence, program, first[0].delta, targets - outputs)
    if huber is not None:
        found.append(Candidate(HUBER, huber))
    for one in first:
        weighted = {
            WEIGHTED: _weighted(program, one.delta, targets, evidence),
            WEIGHTED_SAMPLES: _by_sample(program, one.delta, evidence),
            WEIGHTED_OUTPUTS: _by_number(program, one.delta, evidence),
        }
        found += [Candidate(name, delta) for name, delta in weighted.items() if delta is not None]
    absolute = [one for one in found if one.name == ABSOLUTE]
    pairs = combinations([*first, *absolute], 2)
    return [*found, *(two for one, other in pairs if (two := _of_two(program, one, other, evidence)))]


def _at_nets(evidence: Evidence, ids: Any, slopes: Floats) -> Floats:
    seeds: dict[int, float] = {}
    for id, slope in zip(ids.ravel().tolist(), (-slopes).ravel().tolist()):
        seeds[id] = seeds.get(id, 0.0) + (slope if slope == slope else 0.0)
    last = evidence.layers[-1]
    found = evidence.at_nets(evidence.derivative(seeds).values, last)
    for row, column in np.ndindex(*found.shape):  # an output that is the net itself
        if any(net.id == ids[row, column] for net in last.nets[row][column]):
            found[row, column] = seeds[int(ids[row, column])]
    return np.where(np.isfinite(slopes), found, np.nan)


def _of_difference(evidence: Evidence, y: Floats, t: Floats, squared: Floats) -> tuple[str | None, float]:
    """The error whose gradient at the net is y − t: what it is called depends on the activation; and -1 where the
    program's net is the net times -1 (`np.exp(-X @ W)`)."""
    e, near = t - y, evidence.near
    if ratio_of(squared, e, near):
        return None, 1.0  # a linear output: that is the squared error
    one_of_many = y.shape[1] > 1 and np.allclose(y.sum(axis=1), 1, atol=1e-6)
    if one_of_many and not np.allclose(np.nan_to_num(t.sum(axis=1), nan=1.0), 1, atol=1e-3):
        return None, 1.0  # y - t belongs to shares: to targets that are 1 together
    softmax = y * (e - (e * y).sum(axis=1, keepdims=True))
    if one_of_many and (ratio := ratio_of(squared, softmax, near)) and ratio.factor > 0:
        return CROSS_ENTROPY, 1.0  # the factor: 1 / temperature, of softmax(net / temperature)
    for name, of_net in ((CROSS_ENTROPY, e * y * (1 - y)), (MATCHING, e * (1 - y**2))):
        if ratio := ratio_of(squared, of_net, near):
            return name, float(np.sign(ratio.factor))
    return None, 1.0


def _clipped(evidence: Evidence, program: Floats, squared: Floats, e: Floats) -> Floats | None:
    """Huber's error: linear in the difference up to a bound, and the bound beyond it."""
    with np.errstate(all="ignore"):
        of_error = np.where(e != 0, program / (squared / e), np.nan)
    known = np.isfinite(of_error) & (e != 0)
    if known.sum() < 2:
        return None
    nearest = np.argmin(np.where(known, np.abs(e), np.inf))
    factor = of_error.flat[nearest] / e.flat[nearest]
    if not np.isfinite(factor) or factor == 0:
        return None
    bound = np.abs(of_error[known]).max() / abs(factor)
    saturated = known & (np.abs(e) >= bound)
    least = 1 if _is_given(evidence, bound) else 2
    if saturated.sum() < least or (known & ~saturated).sum() < least:
        return None
    return np.asarray(np.where(e != 0, squared / e, 0.0) * np.clip(e, -bound, bound))


def _is_given(evidence: Evidence, number: float) -> bool:
    """True if a number stands in the program."""
    given = (one for one in evidence.tape.events if one.operation in ("literal", "constant"))
    return any(
        (np.abs(np.abs(evidence.values[one.first : one.first + one.size]) - number) <= 1e-9 * number).any()
        for one in given
    )


def _weighted(program: Floats, delta: Floats, targets: Floats, evidence: Evidence) -> Floats | None:
    """An error in which each class of samples has a weight of its own."""
    classes = np.unique(targets[np.isfinite(targets)])
    if not 2 <= len(classes) <= 12:
        return None
    factors = []
    for each in classes:
        ratio = ratio_of(program[targets == each], delta[targets == each], evidence.near)
        if ratio is None or ratio.count < 3:
            return None
        factors.append(ratio.factor)
    if not (min(factors) > 0 or max(factors) < 0):
        return None
    scaled = np.abs(np.array(factors))[np.searchsorted(classes, np.nan_to_num(targets, nan=classes[0]))]
    return np.asarray(delta * scaled)


def _of_two(program: Floats, one: Candidate, other: Candidate, evidence: Evidence) -> Candidate | None:
    """The sum of two errors, each times a constant, if the program's deltas (pass, node) are its gradient, as
    in symmetric cross-entropy; None if they are not."""
    known = np.isfinite(program) & np.isfinite(one.delta) & np.isfinite(other.delta)
    if known.sum() < _LEAST_NUMBERS:
        return None
    parts = np.array([one.delta[known], other.delta[known]]).T
    factors, *_ = np.linalg.lstsq(parts, program[known], rcond=None)
    largest = np.abs(program[known]).max()
    is_seen = (np.abs(parts * factors).max(axis=0) > _LEAST_PART * largest).all()
    if factors[0] * factors[1] <= 0 or not is_seen:
        return None
    total = np.abs(factors[0]) * one.delta + np.abs(factors[1]) * other.delta
    return Candidate(TWO, total) if ratio_of(program, total, evidence.near) else None


def _by_sample(program: Floats, delta: Floats, evidence: Evidence) -> Floats | None:
    """An error in which each sample has a weight of its own: a number of the program's data, and none of the sample's inputs
    and targets. It is above 0 and the same in all updates, or else computed: the return of an action that was drawn."""
    ratios = _ratios(program, delta)
    factors = np.array([row[np.isfinite(row)][0] if np.isfinite(row).any() else np.nan for row in ratios])
    known = np.isfinite(factors) & (factors != 0)
    seen: dict[bytes, list[float]] = {}
    for number, row in enumerate(evidence.layers[0].deltas):
        if known[number]:
            seen.setdefault(evidence.values[row[0].net.inputs].tobytes(), []).append(factors[number])
    if len(seen) < _LEAST_SAMPLES:
        return None
    is_kept = all(np.allclose(some, some[0], rtol=1e-6) for some in seen.values())
    of_one_sign = len(np.unique(np.sign(factors[known]))) == 1
    if not of_one_sign and not _are_chosen(evidence):
        return None
    kinds = {Kind.SOURCE, Kind.ELEMENTWISE} if is_kept and of_one_sign else {Kind.ELEMENTWISE}
    rows = np.flatnonzero(known)
    for weights in _as_given(factors[known], lambda n: _weights_in(evidence, rows[n], kinds), 0, 1e-8):
        if (weights > 0).all() or not of_one_sign:
            factors[known] = weights
            return np.asarray(delta * np.where(np.isfinite(factors), factors, 1.0)[:, None])
    return None


def _ratios(program: Floats, delta: Floats) -> Floats:
    """The program's deltas divided by those of an error, NaN where these are 0."""
    with np.errstate(all="ignore"):
        return np.where(np.abs(delta) > 1e-12, program / delta, np.nan)


def _as_given(
    factors: Floats, given: Callable[[int], set[float]], at: int, most_apart: float
) -> Iterator[Floats]:
    """The factors times one constant that makes each of them a number that is given at its place: `given(n)` has those that
    may be number n. The constant is tried at the place `at`."""
    given_at = cache(given)
    for one in given_at(at):
        wanted = one * factors / factors[at]
        near = (np.isclose(list(given_at(n)), number, 1e-6, most_apart) for n, number in enumerate(wanted))
        if all(some.any() for some in near):
            yield wanted


def _are_chosen(evidence: Evidence) -> bool:
    """True if targets are made after the first pass, as those of an action that is drawn by the outputs, `y[a] = 1`; those
    of given data are there before it, and `(p - y) * (1 - 2 * y)` is no error of theirs."""
    first = evidence.roles.network.nets[0].id
    return any(target > first for target in evidence.roles.outputs.target.values())


def _weights_in(evidence: Evidence, number: int, kinds: set[Kind]) -> set[float]:
    """The numbers in the first output's delta of a pass that may be the weight of its sample: of events of these kinds, and
    not 0."""
    return {
        float(evidence.values[one])
        for one in _given_in(evidence, number, 0)
        if evidence.values[one] != 0 and evidence.tape.event(one).kind in kinds
    }


def _given_in(evidence: Evidence, number: int, column: int) -> set[int]:
    """The numbers (ids) in the delta of an output in a pass that depend on no weight and are no input and no target."""
    parts = {
        one
        for _, ids in evidence.layers[-1].deltas[number][column].products
        for id in ids
        for one in evidence.ancestors(id, _MOST_PARTS, elementwise=True, without=evidence.cut)
    }
    return {one for one in parts if not evidence.varies[one] and one not in evidence.roles.places}


def _by_number(program: Floats, delta: Floats, evidence: Evidence) -> Floats | None:
    """An error in which each output of each sample has a weight of its own, as a mask of 0 and 1: a number, not below 0,
    that the program has before its first pass and that is made of no input and no target."""
    factors = _ratios(program, delta)
    known = np.isfinite(factors)
    found, places = factors[known], np.argwhere(known).tolist()
    if len(found) < _LEAST_NUMBERS or not found.any():
        return None
    largest = int(np.argmax(np.abs(found)))
    weights = next(_as_given(found, lambda n: _masks_in(evidence, *places[n]), largest, 0.0), None)
    if weights is None:
        return None
    factors[known] = weights
    return np.asarray(delta * np.where(known, factors, 1.0))


def _masks_in(evidence: Evidence, number: int, column: int) -> set[float]:
    """The numbers in the delta of an output in a pass that may be its weight in the error."""
    first = evidence.roles.network.nets[0].id
    return {
        float(evidence.values[one])
        for one in _given_in(evidence, number, column)
        if one < first
        and evidence.values[one] >= 0
        and evidence.tape.event(one).operation not in ("literal", "constant")
        and evidence.roles.places.keys().isdisjoint(evidence.ancestors(one, _MOST_PARTS, elementwise=True))
    }


# --- the error that the program computes ---


@dataclass
class Computed:
    """The error that a program computes: the ids of its instances, its line, its gradient at the output nets, and the
    name of the error that it is (None: another than those known)."""

    ids: list[int]
    line: int
    delta: Floats
    name: str | None
    falls: bool


_MOST_ENDS = 8


def computed_errors(evidence: Evidence, known: list[Candidate]) -> list[Computed]:
    """The numbers that the program computes from the outputs of the passes and needs for no update, the last first.

    `falls` is set for those that fall when outputs come nearer to their targets: errors.
    """
    output_ids, outputs, targets = evidence.outputs
    if (output_ids < 0).any():
        return []
    straight = _at_nets(evidence, output_ids, np.ones(outputs.shape))
    loose = Tolerance(1e-3, 1e-4)
    found = []
    for ids in evidence.ends[:_MOST_ENDS]:
        delta = evidence.at_nets(evidence.derivative(dict.fromkeys(ids, -1.0)).values, evidence.layers[-1])
        delta = np.where((delta == 0).all(axis=1, keepdims=True), np.nan, delta)  # passes it is not made of
        seen = np.isfinite(delta)
        if seen.sum() < 2 or not delta[seen].any() or ratio_of(delta, straight):
            continue  # nothing, or no more than the outputs themselves
        with np.errstate(invalid="ignore"):
            falls = not ((delta * (targets - outputs))[seen & np.isfinite(targets)] < 0).any()
        name = next((one.name for one in known if ratio_of(delta, one.delta, loose)), None)
        found.append(Computed(ids, evidence.line(ids[0]), delta, name, falls))
    return found
