"""Any rule whose steps are made of the exact gradient: recognised by what it does, not by its name or form.

    beta = (g * (g - last)).sum() / (last * last).sum()      # conjugate gradients, Polak and Ribière
    d = -g + beta * d
    W += rate * d

A step follows a rule if

* the exact gradient of the error, times one constant, stands inside the change of every weight and bias;
* all else that it is made of are gradients, weights, what earlier steps left, random numbers, constants and the error
  itself: no input, output or target of its own;
* it takes each weight by itself: were one weight counted with the other sign, in it and in its gradients, its change would
  have the other sign, and all other changes would be what they are. `g * W`, `g + 0.1`, `g.T` are no such steps;
* without a gradient no weight grows in the first update;
* in the first update the gradient moves each weight downhill, and all changes together go downhill.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from backprop.analyse.judging.contained import Ends, paths_down
from backprop.analyse.judging.errors import MATCHING, PERCEPTRON, candidates, computed_errors
from backprop.analyse.judging.evidence import Evidence, ratio_of
from backprop.analyse.judging.steps import Row, by_round, table
from backprop.analyse.judging.turned import made_since, not_turned
from backprop.roles.graph import Flags
from backprop.trace.replay import Replay
from backprop.trace.tape import Floats, Ids, Kind

_NEAR = 1e-6  # two constants that are one
_MOST_ROWS = 4000  # more are not looked through
_CHOICES = 6  # of weights that are counted with the other sign
_OF_CHANGE = 1e-6  # so much of the largest change is rounding
_MOST_ERRORS = 16  # sums in a step that may be the error

Groups = list[list[Row]]  # the weights of each layer, the biases of each layer


@dataclass
class _Found:
    """Where the gradients stand: the id of each row's gradient, and the constant by which they are the exact ones."""

    ids: dict[tuple[int, int], int]  # by the versions before and after
    factor: float


def follows_a_rule(evidence: Evidence, groups: Groups) -> bool:
    """True if all changes are steps of one rule, as above."""
    groups = [rows for rows in groups if rows and table(rows, "change").any()]
    last = min((max(row.round for row in some) for some in groups), default=-1)
    rows = [row for some in groups for row in some if row.round <= last]  # norms are of all gradients
    if len(rows) < 3 or len(rows) > _MOST_ROWS:
        return False
    for descent in _descents(evidence):
        found = _gradients(evidence, groups, descent)
        if found is None:
            continue
        uphill = table(rows, "change") @ descent[[row.before for row in rows]] <= 0
        if not uphill and not _other_numbers(evidence, rows, found):
            return _takes_each(evidence, rows, found, descent) and _turn_later(evidence, groups, found, last)
    return False


def _turn_later(evidence: Evidence, groups: Groups, found: _Found, last: int) -> bool:
    """True if the changes of updates after the last one that all layers have turn round with the gradients, too."""
    later = [rows for rows in groups if max(row.round for row in rows) > last]
    of_rows = ({found.ids[row.before, row.after] for row in rows} for rows in later)
    return not any(not_turned(evidence, rows, ids) for rows, ids in zip(later, of_rows))


def _descents(evidence: Evidence) -> Iterator[Floats]:
    """The steepest descent of each error that the program may go down, by id: its own first."""
    known = candidates(evidence)
    own = [one.delta for one in computed_errors(evidence, known) if one.falls]
    for delta in own or [one.delta for one in known if one.name not in (MATCHING, PERCEPTRON)]:
        layer = evidence.layers[-1]
        seeds = {
            layer.deltas[row][column].net.id: float(delta[row, column])
            for row, column in np.ndindex(*delta.shape)
            if np.isfinite(delta[row, column])
        }
        if seeds:
            yield evidence.derivative(seeds, through_nets=True).values


# --- the gradient inside ---


def _gradients(evidence: Evidence, groups: Groups, descent: Floats) -> _Found | None:
    """The gradients in all changes, times one constant; None if they are not in all of them."""
    parts = [part for rows in groups for part in by_round(rows).values()]
    all_found = [_in_round(evidence, rows, descent) for rows in parts]
    shared = _shared_factor([[factor for factor, _ in some] for some in all_found])
    if shared is None:
        return None
    ids: dict[tuple[int, int], int] = {}
    for rows, some in zip(parts, all_found):
        first = next(here for factor, here in some if _is_near(factor, shared))
        ids |= {(row.before, row.after): id for row, id in zip(rows, first.tolist())}
    return _Found(ids, shared)


def _in_round(evidence: Evidence, rows: list[Row], descent: Floats) -> list[tuple[float, Ids]]:
    """The multiples of the descent that stand at one place in the changes of one update, each with its constant: those that
    were computed first first, since `0.1 * g` and `last - g` are made of g."""
    wanted = descent[[row.before for row in rows]]
    ends = Ends(evidence.tape, [row.after for row in rows])
    found = []
    for path in paths_down(evidence, rows[0].after):
        ids = ends.of(path)
        if ids is None or not evidence.varies[ids].all() or evidence.parameters[ids].any():
            continue
        if ratio := ratio_of(evidence.values[ids], wanted, evidence.near):
            found.append((ratio.factor, ids))
    return sorted(found, key=lambda one: int(one[1][0]))


def _shared_factor(factors: list[list[float]]) -> float | None:
    """The first constant of the shortest list that stands in all lists; None if there is none."""
    if not factors:
        return None
    shortest = min(factors, key=len)
    return next(
        (one for one in shortest if all(any(_is_near(x, one) for x in some) for some in factors)), None
    )


def _is_near(one: float, other: float) -> bool:
    return abs(one - other) <= _NEAR * abs(other)


# --- what else is in a step ---


def _other_numbers(evidence: Evidence, rows: list[Row], found: _Found) -> bool:
    """True if a change is made of inputs, outputs or targets other than through the gradients and the error."""
    tape = evidence.tape
    ends = evidence.parameters.copy()
    ends[list(found.ids.values())] = True
    needed = np.zeros(len(tape), bool)
    for row in rows:
        needed[_operands(evidence, row.after)] = True
    needed &= ~ends
    data = _data(evidence)
    errors = 0
    for number in range(int(tape.owner[max(row.after for row in rows)]), -1, -1):
        event = tape.events[number]
        here = needed[event.first : event.first + event.size]
        if not here.any():
            continue
        if data[event.first : event.first + event.size][here].any():
            return True
        is_one = event.size == 1 and event.kind is Kind.REDUCTION and bool(evidence.varies[event.first])
        if is_one and errors < _MOST_ERRORS:
            errors += 1
            if _is_error(evidence, event.first):
                continue
        for operand in event.operands:
            part = operand.ravel()
            if event.kind is Kind.ELEMENTWISE:
                part = part[here.ravel()]
            elif event.kind is Kind.REDUCTION:
                part = operand.reshape(event.size, -1)[here.ravel()].ravel()
            needed[part[~ends[part]]] = True
    return False


def _operands(evidence: Evidence, id: int) -> list[int]:
    """The operands of an id of an elementwise event; all of its event's where it is another one."""
    event = evidence.tape.event(id)
    if event.kind is Kind.ELEMENTWISE:
        return evidence.tape.operands(id)
    return [int(one) for operand in event.operands for one in operand.ravel()]


def _data(evidence: Evidence) -> Flags:
    """Flags (ids,): the nets, inputs, activations and targets."""
    found = evidence.is_input.copy()
    found[[net.id for net in evidence.roles.network.nets]] = True
    outputs = evidence.roles.outputs
    found[[*outputs.activation.values(), *outputs.target.values()]] = True
    return found & ~evidence.parameters


def _is_error(evidence: Evidence, id: int) -> bool:
    """True for a single number that is an error of the outputs: one that falls where they come nearer to their targets."""
    slopes = evidence.at_nets(evidence.derivative({id: -1.0}).values, evidence.layers[-1])
    seen = (slopes != 0).all(axis=1)
    if seen.sum() < 2:
        return False
    return any(
        ratio.factor > 0
        for one in candidates(evidence)
        if (ratio := ratio_of(slopes[seen], one.delta[seen], evidence.near))
    )


# --- each weight by itself ---


def _takes_each(evidence: Evidence, rows: list[Row], found: _Found, descent: Floats) -> bool:
    """True if weights that are counted with the other sign change by the same amounts the other way, and all others as they
    do; and if the first update lets no weight grow without a gradient, nor go uphill by it."""
    first = _flipped(evidence, rows, found, 0)
    if not (_change_alike(first) and _goes_down(first, descent)):
        return False
    last = max(row.round for row in rows)
    return last == 0 or _change_alike(_flipped(evidence, rows, found, last))


@dataclass
class _Flipped:
    """The changes of one update (`rows`) with some weights counted with the other sign: `signs` and `moved` (rows, choices);
    `free`, the changes if there were no gradients (rows,); `bound`, what rounding leaves of each (rows, 1)."""

    rows: list[Row]
    signs: Floats
    moved: Floats
    free: Floats
    bound: Floats


def _flipped(evidence: Evidence, rows: list[Row], found: _Found, number: int) -> _Flipped:
    """Update `number` once more, for each choice of weights that are counted with the other sign from the start on."""
    here = [row for row in rows if row.round == number]
    keys = {key: n for n, key in enumerate(dict.fromkeys((row.node, row.source) for row in rows))}
    signs = np.random.default_rng(1).choice((-1.0, 1.0), (len(keys), _CHOICES + 1))
    signs[:, _CHOICES] = 1.0  # the last column: as it is, but without gradients
    of_gradient = signs * np.array([1.0] * _CHOICES + [0.0])
    changes: dict[int, Floats] = {}
    for row in (row for row in rows if row.round <= number):
        key, gradient = keys[row.node, row.source], found.ids[row.before, row.after]
        changes[row.before] = evidence.values[row.before] * signs[key]
        changes[gradient] = evidence.values[gradient] * of_gradient[key]
    cut = evidence.cut & ~made_since(evidence, min(row.before for row in here))
    after = Replay(evidence.tape, [row.after for row in here], cut).run(changes)
    of_rows = np.array([signs[keys[row.node, row.source]] for row in here])
    start = table(here, "start")[:, None]
    moved = after - start * of_rows
    bound = _OF_CHANGE * np.abs(table(here, "change")).max() + evidence.near.rounding * np.abs(start)
    return _Flipped(here, of_rows[:, :_CHOICES], moved[:, :_CHOICES], moved[:, _CHOICES], bound)


def _change_alike(flipped: _Flipped) -> bool:
    """True if each weight changes as it did, or by the same amount the other way if it is counted with the other sign."""
    change = table(flipped.rows, "change")[:, None]
    return bool((np.abs(flipped.moved - change * flipped.signs) <= flipped.bound).all())


def _goes_down(flipped: _Flipped, descent: Floats) -> bool:
    """True if no weight grows without a gradient, and the gradient moves none uphill."""
    rows, bound = flipped.rows, flipped.bound[:, 0]
    # 0 / 0 where the gradient is divided by its length
    free = np.where(np.isfinite(flipped.free), flipped.free, 0.0)
    by_gradient = (table(rows, "change") - free) * np.sign(descent[[row.before for row in rows]])
    return bool((free * np.sign(table(rows, "start")) <= bound).all() and (by_gradient >= -bound).all())
