"""Rules in whose changes the gradient is somewhere inside: Adam, clipping, the sign of the gradient, noise, …"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from backprop.analyse.judging.evidence import Evidence, ratio_of
from backprop.analyse.judging.judgement import DIFFERS, RULE, Judgement
from backprop.analyse.judging.squares import has_root, holds_square, is_root
from backprop.analyse.judging.steps import Row, by_round, table
from backprop.roles.lengths import holds_length
from backprop.trace.derivative import derivative
from backprop.trace.replay import Replay
from backprop.trace.tape import Floats, Ids, Kind, Tape

MOST_PATHS = 400  # operations of one change in which the gradient is looked for
_MOST_DEPTH = 14
_CHOSEN = {"where": slice(1, None), "select": slice(1)}  # the operands among which a condition chooses
_VERY_LARGE = 1e3  # by which weights are multiplied
_ROUNDING = 1e-9  # of a change beside its gradient
_MOST_TRIED = 200  # changes, those of the largest gradients, on which a path is tried before all are compared


def contained(evidence: Evidence, rows: list[Row]) -> Judgement | None:
    """A change in which a multiple of Σ delta · input stands at one and the same place for all weights."""
    rounds = by_round(rows)
    latest = max(rounds)
    here = rounds[latest]
    is_short = len(here) < 2 and len(rows) < 3
    gradient = table(rows, "gradient")
    largest = np.argsort(-np.abs(gradient), kind="stable")[:_MOST_TRIED]
    ends = Ends(evidence.tape, [row.after for row in rows])
    tried = Ends(evidence.tape, [rows[n].after for n in largest])
    for path in paths_down(evidence, here[0].after):
        ids = tried.of(path)
        if ids is None or (is_short and len(rows) < 2 and not _is_limited(path)):
            continue
        if ratio_of(evidence.values[ids], gradient[largest], evidence.near) is None:
            continue
        ids = ends.of(path)
        ratio = ratio_of(evidence.values[ids], gradient, evidence.near) if ids is not None else None
        if ids is None or ratio is None or ratio.count < 2:
            continue
        if any(_is_no_rule(evidence, some[0], path) for some in rounds.values()):
            continue
        if _is_cut_on_one_side(evidence, here[0], path):
            return None
        if _grows(evidence, here) and not _is_pulled_back(evidence, here):
            return None
        downhill = _downhill(evidence, here, ids[[row.round == latest for row in rows]])
        # Beside a large term of the weights' own, `g + (W - W0)` in Adam, the derivative alone does not tell.
        along = float(gradient @ table(rows, "change"))
        if downhill * ratio.factor * np.sign(here[0].scale) < 0 and along * np.sign(here[0].scale) < 0:
            return Judgement(DIFFERS, -1.0, wrong=rows, why="sign")
        if is_short and not _is_limited(path):
            continue  # two numbers show the sign of a rule, not the rule
        return Judgement(RULE, 1.0, _name(evidence, rows[-1], _deepest(evidence, ends, path, gradient)), {})
    return None


def _is_limited(path: Path) -> bool:
    """True if a number is limited on the way: `np.clip(g, -1, 1)`, `max(-1, min(1, g))`."""
    return any(operation in ("clip", "minimum", "maximum") for operation, _ in path)


Path = tuple[tuple[str, int], ...]
"""From a result down to one of its parts: the operations met, each with the number of the operand taken."""


def paths_down(evidence: Evidence, after: int) -> list[Path]:
    """The ways from a changed weight down through its change, elementwise, the shortest first."""
    tape = evidence.tape
    found: list[Path] = []
    queue: list[tuple[int, Path]] = [(after, ())]
    seen = {after}
    at = 0
    while at < len(queue) and len(queue) < MOST_PATHS:
        id, path = queue[at]
        at += 1
        event = tape.event(id)
        if event.kind is not Kind.ELEMENTWISE or len(path) >= _MOST_DEPTH:
            continue
        for number, operand in enumerate(tape.operands(id)):
            if operand not in seen and tape.event(operand).kind is not Kind.SOURCE:
                seen.add(operand)
                queue.append((operand, (*path, (event.operation, number))))
                found.append(queue[-1][1])
    return found


def _deepest(evidence: Evidence, ends: Ends, path: Path, gradient: Floats) -> Path:
    """A path that leads to a multiple of the gradients, further down to the gradients themselves: in the first update an
    average is a multiple of them, too."""
    while len(path) < _MOST_DEPTH:
        ids = ends.of(path)
        assert ids is not None
        event = evidence.tape.event(int(ids[0]))
        if event.kind is not Kind.ELEMENTWISE:
            return path
        for number in range(len(event.operands)):
            longer = (*path, (event.operation, number))
            ids = ends.of(longer)
            if ids is not None and ratio_of(evidence.values[ids], gradient, evidence.near):
                path = longer
                break
        else:
            return path
    return path


class Ends:
    """The numbers at the ends of paths that begin at some changed weights."""

    def __init__(self, tape: Tape, after: list[int]) -> None:
        """`after`: the ids of the changed weights."""
        self._tape = tape
        self._known: dict[Path, Ids | None] = {(): np.array(after)}

    def of(self, path: Path) -> Ids | None:
        """The id at the end of a path for each changed weight; None if it is another path for one of them."""
        if path not in self._known:
            above = self.of(path[:-1])
            self._known[path] = None if above is None else self._down(above, *path[-1])
        return self._known[path]

    def _down(self, ids: Ids, operation: str, number: int) -> Ids | None:
        """The operands `number` of results; None if one of them is no result of the operation."""
        below = np.empty_like(ids)
        owners = self._tape.owner[ids]
        order = np.argsort(owners, kind="stable")
        for some in np.split(order, np.flatnonzero(np.diff(owners[order])) + 1):
            event = self._tape.events[owners[some[0]]]
            if event.operation != operation or event.kind is not Kind.ELEMENTWISE:
                return None
            if number >= len(event.operands):  # a choice by fewer comparisons
                return None
            below[some] = event.operands[number].flat[ids[some] - event.first]
        return below


def _is_no_rule(evidence: Evidence, row: Row, path: Path) -> bool:
    """True if on the way to the gradient a number is added that depends on no weight and no net, or the gradient is
    multiplied by one that does, unless a norm or a root made it, or by an input: no rule does that. Where only the sign of
    the gradient is used, it may be multiplied by any step, or mask."""
    is_sign = any(operation == "sign" for operation, _ in path)
    for operation, other in _beside(evidence, row, path):
        if is_sign and operation == "multiply" and evidence.values[other] >= 0:
            continue
        is_constant = not evidence.varies[other] and evidence.values[other] != 0
        if operation in ("add", "subtract") and _is_drawn(evidence, other, row):
            continue
        if operation in ("add", "subtract") and is_constant and not _depends(evidence, other, row.before):
            return True
        if operation == "multiply":
            if evidence.varies[other] and not has_root(evidence, other) and not is_chosen(evidence, other):
                return True
            if evidence.roles.places.get(other, (("", None), None))[0][0] == "a":
                return True
    return False


def _is_cut_on_one_side(evidence: Evidence, row: Row, path: Path) -> bool:
    """True if only gradients of one sign are left of those on a path: `np.clip(g, 0, 1)`, `np.maximum(g, 0)`."""
    id = row.after
    low, high = -np.inf, np.inf
    for operation, number in path:
        operands = evidence.tape.operands(id)
        bounds = [float(evidence.values[one]) for one in operands if not evidence.varies[one]]
        if operation == "clip" and len(bounds) == 2:
            low, high = max(low, bounds[0]), min(high, bounds[1])
        elif operation == "maximum" and bounds:
            low = max(low, bounds[0])
        elif operation == "minimum" and bounds:
            high = min(high, bounds[0])
        id = operands[number]
    return low >= 0 or high <= 0


def is_chosen(evidence: Evidence, id: int) -> bool:
    """True for a number that is computed from constants alone, though the network's numbers may choose which:
    `np.where(g * before > 0, 1.1 * rate, 0.5 * rate)`."""
    queue, seen = [id], {id}
    while queue:
        event = evidence.tape.event(here := queue.pop())
        if not evidence.varies[here]:
            continue
        if event.kind is not Kind.ELEMENTWISE or len(seen) > MOST_PATHS or evidence.cut[here]:
            return False
        for part in evidence.tape.operands(here)[_CHOSEN.get(event.operation, slice(None))]:
            if part not in seen:
                seen.add(part)
                queue.append(part)
    return True


def _is_drawn(evidence: Evidence, id: int, row: Row) -> bool:
    """True for a random number that was drawn for this update, whatever it was multiplied by."""
    if evidence.varies[id]:
        return False
    parts = evidence.ancestors(id, MOST_PATHS, elementwise=True)
    return any(is_drawn_for(evidence, one, row.before, row.after) for one in parts)


def is_drawn_for(evidence: Evidence, id: int, before: int, after: int) -> bool:
    """True for a random number that was drawn between two versions (ids) of a weight, or earlier for this
    update alone, as `noise[step]` of an array drawn before training; not for inputs and others with a role."""
    if evidence.tape.event(id).operation != "random":
        return False
    if id > before:
        return True
    is_other = evidence.is_input[id] or evidence.parameters[id] or id in evidence.roles.places
    owner = evidence.tape.owner
    return not is_other and _is_used_between(evidence, id, int(owner[before]), int(owner[after]))


def _is_used_between(evidence: Evidence, id: int, first: int, last: int) -> bool:
    """True if a number, or what was made of it element by element before, is used by the events (numbers)
    from `first` to `last` only."""
    graph, stack = evidence.roles.graph, [id]
    for _ in range(_MOST_DEPTH):
        id = stack.pop()
        for number in graph.consumers(id):
            event = graph.events[number]
            if number > last or (number < first and event.kind is not Kind.ELEMENTWISE):
                return False
            if number < first:
                stack += graph.results_of(event, id)
        if not stack:
            return True
    return False


def _beside(evidence: Evidence, row: Row, path: Path) -> Iterator[tuple[str, int]]:
    """The operations of two operands on the way from a changed weight down a path, each with the id of the operand that
    the path does not take."""
    id = row.after
    for operation, number in path:
        operands = evidence.tape.operands(id)
        if len(operands) == 2:
            yield operation, operands[1 - number]
        id = operands[number]


def _grows(evidence: Evidence, rows: list[Row]) -> bool:
    """True if weights are larger after an update the larger they were before it, by more than they were: `W += 0.05 * W`.
    No rule does that."""
    cut = np.zeros(len(evidence.tape), bool)
    cut[[row.before for row in rows]] = True
    cut[[net.id for net in evidence.roles.network.nets]] = True
    cut[[id for some in evidence.twins.values() for id in some]] = True
    deltas = evidence.roles.deltas.of.values()
    cut[[id for delta in deltas for _, ids in delta.products for id in ids]] = True
    for event in evidence.tape.events:
        if is_root(evidence, event):  # the gradient is divided by it, with the decay in it
            cut[event.first : event.first + event.size] = True
    found = derivative(evidence.tape, {row.after: 1.0 for row in rows}, cut).values[
        [row.before for row in rows]
    ]
    return bool((found > 1 + evidence.near.relative).any())


def _is_pulled_back(evidence: Evidence, rows: list[Row]) -> bool:
    """True if the weights, were they very large, would all move towards 0, whatever their gradients: a penalty
    may let small ones grow, as `W * (W ** 2 - 1)` does, which draws each to 1 or -1."""
    start = table(rows, "start")
    since = min(row.before for row in rows)
    cut = evidence.cut.copy()
    cut[since:] &= ~evidence.parameters[since:]  # a weight may be changed by several statements
    factors = np.array([_VERY_LARGE, 0.0])
    changes = {row.before: float(evidence.values[row.before]) * factors for row in rows}
    after = Replay(evidence.tape, [row.after for row in rows], cut).run(changes)
    pulled = after[:, 0] - _VERY_LARGE * start - after[:, 1]
    moving = start != 0
    return bool(moving.any() and (pulled[moving] * np.sign(start[moving]) < 0).all())


def _downhill(evidence: Evidence, rows: list[Row], ids: Ids) -> float:
    """The derivative of the changed weights by the gradient, of all weights together: negative if they go downhill; 0 where
    only rounding is left of it (one weight, moved by its own length whatever the gradient's)."""
    cut = np.zeros(len(evidence.tape), bool)
    cut[[row.before for row in rows]] = True
    cut[ids] = True
    found = float(np.nansum(derivative(evidence.tape, {row.after: 1.0 for row in rows}, cut).values[ids]))
    usual = np.abs(table(rows, "change")).sum() / (np.abs(evidence.values[ids]).sum() or 1.0)
    return found if abs(found) > _ROUNDING * usual else 0.0


def _name(evidence: Evidence, row: Row, path: Path) -> str:
    """The name of the rule, from the operations on the way and beside it."""
    after = row.after
    if _is_by_length(evidence, row, path):
        return "clipped-norm"
    operations = [operation for operation, _ in path]
    if any(operation in ("divide", "true_divide") and number == 0 for operation, number in path) and has_root(
        evidence, after
    ):
        at = next(n for n, (operation, _) in enumerate(path) if operation in ("divide", "true_divide"))
        return "adam" if "add" in operations[at:] else "rmsprop"
    if _is_by_squares(evidence, row, path):
        return "by-squares"
    if _is_limited(path):
        return "clipped"
    if "sign" in operations:
        outside = _beside(evidence, row, path[: operations.index("sign")])
        steps = [one for operation, one in outside if operation == "multiply"]
        return "rprop" if evidence.varies[steps].any() else "sign"
    if any(
        operation == "multiply" and evidence.varies[other] and is_chosen(evidence, other)
        for operation, other in _beside(evidence, row, path)
    ):
        return "own-rates"
    added = _added(evidence, row, path)
    if any(_is_drawn(evidence, one, row) for one in added):
        return "noise"
    earlier = any(_is_earlier(evidence, one, row) for one in added)
    return (
        "momentum" if earlier and not any(_depends(evidence, one, row.before) for one in added) else "other"
    )


def _is_by_squares(evidence: Evidence, row: Row, path: Path) -> bool:
    """True if on the way to the gradient it is divided by squares of what varies."""
    id = row.after
    for operation, number in path:
        operands = evidence.tape.operands(id)
        if operation == "divide" and number == 0 and holds_square(evidence, operands[1]):
            return True
        id = operands[number]
    return False


def _is_by_length(evidence: Evidence, row: Row, path: Path) -> bool:
    """True if on the way to the gradient it is multiplied or divided by a length of gradients."""
    between = evidence.varies & ~evidence.cut
    return any(
        evidence.varies[other] and holds_length(evidence.tape, other, between)
        for operation, other in _beside(evidence, row, path)
        if operation in ("multiply", "divide")
    )


def _added(evidence: Evidence, row: Row, path: Path) -> list[int]:
    """The addends (ids) on the way from the changed weight down to its gradient, without the weight's earlier version."""
    return [
        other
        for operation, other in _beside(evidence, row, path)
        if operation in ("add", "subtract") and other != row.before
    ]


def _is_earlier(evidence: Evidence, id: int, row: Row) -> bool:
    """True if a number is computed, element by element, from one that an earlier update left: a change, or an average."""
    parts = evidence.ancestors(id, MOST_PATHS, elementwise=True, without=evidence.parameters)
    return any(evidence.varies[one] and one <= row.before for one in parts)


def _depends(evidence: Evidence, id: int, on: int) -> bool:
    """True if a number is computed, element by element, from another one."""
    return on in evidence.ancestors(id, MOST_PATHS, elementwise=True)
