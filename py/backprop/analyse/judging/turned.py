"""A test of update rules by opposite signs: if all weights of a layer and all their gradients had the opposite sign, every
rule would change each weight by the same amount in the opposite direction. A change that does so is said to turn round.

    v = 0.99 * v + 0.01 * g ** 2              # Adam: g turns its sign, and g ** 2 stays what it is
    v = 0.99 * v + 0.01 * (g + 1) ** 2        # a mistake: for −g, g + 1 is another number
    m = 0.9 * v.mean() + 0.1 * g              # a mistake: v.mean() stays and g turns, so their sum is another number

Random numbers that are drawn for the update are taken as 0; so is what is made of weights alone, which may draw the weights
anywhere: `g + 0.01 * (W - W0)`.
"""

from __future__ import annotations

import numpy as np

from backprop.analyse.judging.contained import MOST_PATHS, Ends, is_drawn_for, paths_down
from backprop.analyse.judging.evidence import Evidence, ratio_of
from backprop.analyse.judging.steps import Row, by_round, table
from backprop.roles.graph import Flags
from backprop.trace.replay import Replay
from backprop.trace.tape import Floats, Ids, Kind

_ONE_SIDED = {"maximum", "minimum", "clip", "where", "select", "exp"}
"""Operations on the way to a gradient that may treat one sign otherwise, and rightly: `np.maximum(W - rate * g, 0)`."""

_LEAST_ROWS = 2  # of an update: a single number is a multiple of any other
_MOST_TRIED = 200  # rows on which a path is tried before all are compared
_MOST_PARTS = 2000  # of a change, among which the first that does not turn round is looked for
_ROUNDING = 1e-6  # of the largest change


def not_turned(
    evidence: Evidence, rows: list[Row], gradients: set[int] | None = None
) -> tuple[Row, int] | None:
    """The first row of the last update whose change does not turn round, and the first number (id) in it that neither
    stays what it is nor turns its sign; None if all changes turn round, or it cannot be told. `gradients` are the ids
    of the gradients in the changes (None: they are looked for)."""
    if gradients is None:
        rows = [row for some in by_round(rows).values() if len(some) >= _LEAST_ROWS for row in some]
        gradients = _gradients(evidence, rows)
    if gradients is None:
        return None
    number = max(row.round for row in rows)
    here = [row for row in rows if row.round == number]
    turned = {row.before: -evidence.values[row.before] for row in rows}
    turned |= {id: -evidence.values[id] for id in gradients}
    changes = {id: np.array([evidence.values[id], value]) for id, value in turned.items()}
    changes |= {id: np.zeros(2) for id in _drawn(evidence, rows)}
    cut = evidence.cut & ~made_since(evidence, min(row.before for row in here))
    wrong = _wrong(evidence, here, changes, cut)
    if wrong.size:
        changes |= {id: np.zeros(2) for id in _of_weights_alone(evidence, rows)}
        wrong = _wrong(evidence, here, changes, cut)
    if not wrong.size:
        return None
    row = here[int(wrong[0])]
    if _has_other_deltas(evidence, row, gradients):
        return None
    return row, _first(evidence, row, changes, cut)


def _wrong(evidence: Evidence, rows: list[Row], changes: dict[int, Floats], cut: Flags) -> Ids:
    """The rows (numbers in the list) whose change by the first of two `changes` is not that by the second, turned round."""
    start = table(rows, "start")
    after = Replay(evidence.tape, [row.after for row in rows], cut).run(changes)
    as_it_is, other = after[:, 0] - start, after[:, 1] + start
    bound = _ROUNDING * np.abs(as_it_is).max() + evidence.near.rounding * np.abs(start)
    return np.flatnonzero(np.abs(as_it_is + other) > bound)


def _of_weights_alone(evidence: Evidence, rows: list[Row]) -> set[int]:
    """The numbers that are made of weights and of no net, but for the weights themselves."""
    roles = evidence.roles
    labels = np.where(evidence.parameters, 0, -1)
    labels[[net.id for net in roles.network.nets]] = 1
    made = roles.graph.carry(labels, evidence.parameters) == 0
    made[[id for row in rows for id in (row.before, row.after)]] = False
    return set(np.flatnonzero(made).tolist())


def _has_other_deltas(evidence: Evidence, row: Row, gradients: set[int]) -> bool:
    """True if a change also depends on other passes of the weight than those of the gradients, as in twin networks: what
    does not turn may be the gradient there."""
    graph, tape = evidence.roles.graph, evidence.tape
    ends = evidence.parameters.copy()
    ends[list(gradients)] = True
    reached = {int(tape.owner[id]) for id in evidence.ancestors(row.after, _MOST_PARTS, without=ends)}
    for number in reached.intersection(graph.consumers(row.before)):
        event = tape.events[number]
        if event.kind is Kind.PRODUCT:
            return True
        results = graph.results_of(event, row.before) if event.operation in ("multiply", "add") else []
        others = [one for id in results if id != row.after for one in tape.operands(id) if one != row.before]
        if (evidence.is_input[others] | evidence.varies[others]).any():
            return True
    return False


def _first(evidence: Evidence, row: Row, changes: dict[int, Floats], cut: Flags) -> int:
    """The first number in a row's change that neither stays nor turns its sign; the changed weight if none is found."""
    ends = cut.copy()
    ends[list(changes)] = True
    parts = sorted(id for id in evidence.ancestors(row.after, _MOST_PARTS, without=ends) if id > min(changes))
    one, other = Replay(evidence.tape, parts, cut).run(changes).T
    bound = _ROUNDING * np.abs(one)
    strange = (np.abs(one - other) > bound) & (np.abs(one + other) > bound)
    return next((id for id, is_so in zip(parts, strange) if is_so), row.after)


def _gradients(evidence: Evidence, rows: list[Row]) -> set[int] | None:
    """The multiples of the gradients in the changes, without those made of others, wherever they stand: a
    program may write the product of delta and input twice. None if a change has too many parts, or an operation
    with two sides on the way to one."""
    found: set[int] = set()
    for here in by_round(rows).values():
        paths = paths_down(evidence, here[0].after)
        if len(paths) >= MOST_PATHS - 1:
            return None
        gradient = table(here, "gradient")
        largest = np.argsort(-np.abs(gradient), kind="stable")[:_MOST_TRIED]
        tried = Ends(evidence.tape, [here[n].after for n in largest])
        ends = Ends(evidence.tape, [row.after for row in here])
        for path in paths:
            some = tried.of(path)
            if some is None or not _is_multiple(evidence, some, gradient[largest]):
                continue
            ids = ends.of(path)
            if ids is not None and _is_multiple(evidence, ids, gradient):
                if any(operation in _ONE_SIDED for operation, _ in path):
                    return None
                found.update(ids.tolist())
    return {id for id in found if not _is_made_of(evidence, id, found)} or None


def _is_made_of(evidence: Evidence, id: int, others: set[int]) -> bool:
    """True if a number is computed, element by element, from one of the others: in the first update of Adam,
    the root of g ** 2 is g itself where all gradients are above 0, and does not turn with them."""
    parts = evidence.ancestors(id, MOST_PATHS, elementwise=True, without=evidence.cut)
    return any(one in others for one in parts if one != id)


def _is_multiple(evidence: Evidence, ids: Ids, gradient: Floats) -> bool:
    """True for multiples of the gradients that are no weights."""
    if evidence.parameters[ids].any() or not evidence.varies[ids].any():
        return False
    return ratio_of(evidence.values[ids], gradient, evidence.near) is not None


def _drawn(evidence: Evidence, rows: list[Row]) -> set[int]:
    """The random numbers that were drawn for these changes, in their update or in one before it."""
    begun = min(row.before for row in rows)
    return {
        id
        for row in rows
        for id in evidence.ancestors(row.after, MOST_PATHS, elementwise=True)
        if is_drawn_for(evidence, id, begun, row.after)
    }


def made_since(evidence: Evidence, id: int) -> Flags:
    """Flags (ids,): the versions of weights and biases that were made after an id."""
    found = evidence.parameters.copy()
    found[: id + 1] = False
    return found
