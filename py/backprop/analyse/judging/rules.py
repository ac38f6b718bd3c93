"""Judges the changes of weights and biases: plain descent, another rule, or something else.

change = scale · Σ delta · input                                   plain
change = scale · Σ delta · input + β · earlier change              momentum
change = scale · Σ delta · input − λ · weight                      L2
change = a function in which Σ delta · input is found              Adam, RMSprop, …
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from backprop.analyse.judging.evidence import Evidence, ratio_of
from backprop.analyse.judging.steps import Row, table
from backprop.analyse.judging.truncated import whole_numbers
from backprop.roles.lengths import holds_length
from backprop.trace.derivative import derivative
from backprop.trace.tape import Event, Floats, Kind

AGREES, FACTOR, RULE, DIFFERS, UNKNOWN, STILL = "agrees", "factor", "rule", "differs", "unknown", "still"
_MOST_PATHS = 400  # operations of one change in which the gradient is looked for
_MOST_DEPTH = 14


@dataclass
class Judgement:
    """`rule` names another rule with its `terms`, numbers by name; `factor` is what the change is a multiple by;
    `wrong` are the rows that differ."""

    state: str
    factor: float = 1.0
    rule: str | None = None
    terms: dict[str, float] = field(default_factory=dict)
    wrong: list[Row] = field(default_factory=list)
    why: str | None = None


def judge_changes(evidence: Evidence, rows: list[Row]) -> Judgement:
    """Judge how the changes of a layer's weights, or of its biases, follow from delta times input."""
    if not rows:
        return Judgement(UNKNOWN, why="no-later-pass")
    gradient, change = table(rows, "gradient") * table(rows, "scale"), table(rows, "change")
    if not np.isfinite(gradient).all() or not np.isfinite(change).all():
        return Judgement(UNKNOWN, why="not-finite")
    if whole_numbers(evidence, rows) and gradient.any():
        return Judgement(DIFFERS, wrong=rows, why="truncated")
    if not change.any():
        return Judgement(STILL if gradient.any() else UNKNOWN, why="no-change")
    moved = moved_as(evidence, rows, gradient)
    if moved.all():
        return Judgement(AGREES)
    ratio = ratio_of(change, gradient, _coarse(evidence, rows))
    if ratio and ratio.factor > 0:
        return Judgement(FACTOR, ratio.factor)
    if ratio:
        return Judgement(DIFFERS, ratio.factor, wrong=rows, why="sign")
    if (limited := _limited(evidence, rows, gradient)) is not None:
        return limited
    wrong = [row for row, right in zip(rows, moved) if not right]
    rule = _linear_rule(evidence, rows, gradient, change) or _rule_but_one_input(evidence, rows, moved)
    if rule is None and not all(row.whole for row in rows):
        return Judgement(UNKNOWN, why="samples-left-out")
    return rule or _contained(evidence, rows) or Judgement(DIFFERS, wrong=wrong)


def _limited(evidence: Evidence, rows: list[Row], gradient: Floats) -> Judgement | None:
    """The rule of weights that are changed as they should be, and then limited: `W = np.clip(W, -1, 1)`."""
    within = np.array([evidence.limits.get(row.after, row.after) for row in rows])
    after = table(rows, "start") + table(rows, "change")
    before = evidence.values[within]
    nearer = (np.abs(after) <= np.abs(before)) & (after * before >= 0)
    free = [replace(row, change=float(value) - row.start) for row, value in zip(rows, before)]
    if nearer.all() and (after != before).any() and moved_as(evidence, free, gradient).all():
        return Judgement(RULE, 1.0, "limited")
    return None


def moved_as(evidence: Evidence, rows: list[Row], gradient: Floats) -> Any:
    """A Boolean for each row: True if its change equals `gradient` there, within the tolerance."""
    near, change = evidence.near, table(rows, "change")
    start = np.abs(table(rows, "start"))
    largest = max(np.abs(gradient).max(), np.abs(change).max())
    size = np.abs(table(rows, "size") * table(rows, "scale"))
    bound = near.relative * np.abs(gradient) + near.of_largest * largest + near.rounding * (start + size)
    return np.abs(change - gradient) <= bound


def _coarse(evidence: Evidence, rows: list[Row]) -> Any:
    """The tolerance for changes that are differences of much larger weights."""
    near = evidence.near
    change = np.abs(table(rows, "change")).max()
    lost = near.rounding * np.abs(table(rows, "start")).max() / change if change else 0.0
    return replace(near, of_largest=max(near.of_largest, float(lost)))


# --- rules in which the change is a sum ---


def columns_of(rows: list[Row]) -> dict[str, Floats]:
    """The columns of the linear rules by name: the numbers that a rule's constant is multiplied by, one for each row."""
    start = table(rows, "start")
    return {"momentum": table(rows, "earlier"), "L2": -start, "L1": -np.sign(start)}


def _columns_with_rates(rows: list[Row]) -> dict[str, Floats] | None:
    """The columns of the linear rules, each number times the learning rate of its update, as in
    `W -= rate * (g + 0.01 * W)`; None if the rate stays the same."""
    rates = {(row.node, row.source, row.round): abs(row.scale) for row in rows}
    first = [rates.get((row.node, row.source, 0), 0.0) for row in rows]
    before = [rates.get((row.node, row.source, max(row.round - 1, 0)), 0.0) for row in rows]
    own = np.abs(table(rows, "scale"))
    if not (all(first) and all(before)) or np.allclose(own, first):
        return None
    relative = {"momentum": own / before}
    return {name: column * relative.get(name, own / first) for name, column in columns_of(rows).items()}


def _linear_rule(evidence: Evidence, rows: list[Row], gradient: Floats, change: Floats) -> Judgement | None:
    """The rule by which the changes are a sum, of the same terms in all updates."""
    found = _sum_of(evidence, rows, gradient, change, columns_of(rows))
    with_rates = _columns_with_rates(rows) if found is None else None
    return _sum_of(evidence, rows, gradient, change, with_rates) if with_rates else found


def _sum_of(
    evidence: Evidence, rows: list[Row], gradient: Floats, change: Floats, columns: dict[str, Floats]
) -> Judgement | None:
    """The fewest further terms that make up the whole of the change; of equally many those that leave the least."""
    first = table(rows, "round") == 0
    single, double = (
        (("momentum",), ("L2",), ("L1",)), (("momentum", "L2"), ("momentum", "L1"), ("L1", "L2"))
    )  # fmt: skip
    bound = _coarse(evidence, rows)
    for free, tries in ((False, single), (False, double), (True, single), (True, double)):
        fitting: list[tuple[float, Judgement]] = []
        for names in tries:
            used = [columns[name] for name in names]
            if any(np.ptp(one) == 0 for one in used) or ("momentum" in names and (~first).sum() < 2):
                continue
            if free:
                used = [gradient, *used]
            if len(rows) < len(used) + 2:
                continue
            wanted = change if free else change - gradient
            found, *_ = np.linalg.lstsq(np.array(used).T, wanted, rcond=None)
            left = np.abs(wanted - np.array(used).T @ found).max()
            most = 10 * (bound.relative + bound.of_largest) * np.abs(change).max()
            parts = np.abs(np.array(used) * found[:, None])[-len(names) :].max(axis=1)
            if left > most or (parts <= most).any():
                continue
            terms = dict(zip(names, found[-len(names) :].tolist()))
            if _sensible(terms, free) and (not free or found[0] > 0):
                factor = float(found[0]) if free else 1.0
                fitting.append((float(left), Judgement(RULE, factor, " + ".join(names), terms)))
        if fitting:
            return min(fitting, key=lambda one: one[0])[1]
    return None


def _rule_but_one_input(evidence: Evidence, rows: list[Row], moved: Any) -> Judgement | None:
    """A rule that holds for all weights but those of one input, which move by delta times input alone: weight decay is
    usually kept away from the column of the biases (`grad[:, 1:] += rate * W[:, 1:]`)."""
    plain = {row.source for row in rows} - {row.source for row, right in zip(rows, moved) if not right}
    if len(plain) != 1:
        return None
    rest = [row for row in rows if row.source not in plain]
    gradient, change = table(rest, "gradient") * table(rest, "scale"), table(rest, "change")
    return _linear_rule(evidence, rest, gradient, change)


def _sensible(terms: dict[str, float], free: bool) -> bool:
    """True if the constants are such as those rules have. Momentum with the wrong sign is a mistake that people make."""
    momentum = terms.get("momentum", 0.5)
    return (
        (1e-6 if free else -1.5) < momentum < 1.5
        and abs(momentum) > 1e-6
        and all(terms.get(name, 0.0) >= 0 for name in ("L1", "L2"))
    )


# --- rules in which the gradient is somewhere inside ---


def _contained(evidence: Evidence, rows: list[Row]) -> Judgement | None:
    """A change in which a multiple of Σ delta · input stands at one and the same place for all weights."""
    by_round: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_round[row.round].append(row)
    latest = max(by_round)
    here = by_round[latest]
    is_short = len(here) < 2 and len(rows) < 3
    gradient = table(rows, "gradient")
    for path in _paths(evidence, here[0].after):
        ids = [_follow(evidence, row.after, path) for row in rows]
        if any(id < 0 for id in ids) or (is_short and not _is_limited(path)):
            continue
        ratio = ratio_of(evidence.values[ids], gradient, evidence.near)
        if ratio is None or ratio.count < 2:
            continue
        if any(_is_no_rule(evidence, some[0], path) for some in by_round.values()):
            continue
        if _grows(evidence, here):
            return None
        downhill = _downhill(evidence, here, [_follow(evidence, row.after, path) for row in here])
        if downhill * ratio.factor * np.sign(here[0].scale) < 0:
            return Judgement(DIFFERS, wrong=rows, why="sign")
        return Judgement(RULE, 1.0, _name(evidence, rows[-1], _deepest(evidence, rows, path)), {})
    return None


def _is_limited(path: Path) -> bool:
    """True if a number is limited on the way: `np.clip(g, -1, 1)`, `max(-1, min(1, g))`."""
    return any(operation in ("clip", "minimum", "maximum") for operation, _ in path)


Path = tuple[tuple[str, int], ...]
"""From a result down to one of its parts: the operations met, each with the number of the operand taken."""


def _paths(evidence: Evidence, after: int) -> list[Path]:
    """The ways from a changed weight down through its change, elementwise, the shortest first."""
    tape = evidence.tape
    found: list[Path] = []
    queue: list[tuple[int, Path]] = [(after, ())]
    seen = {after}
    at = 0
    while at < len(queue) and len(queue) < _MOST_PATHS:
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


def _deepest(evidence: Evidence, rows: list[Row], path: Path) -> Path:
    """A path that leads to a multiple of the gradients, further down to the gradients themselves: in the first update an
    average is a multiple of them, too."""
    gradient = table(rows, "gradient")
    while len(path) < _MOST_DEPTH:
        event = evidence.tape.event(_follow(evidence, rows[0].after, path))
        if event.kind is not Kind.ELEMENTWISE:
            return path
        for number in range(len(event.operands)):
            longer = (*path, (event.operation, number))
            ids = [_follow(evidence, row.after, longer) for row in rows]
            if min(ids) >= 0 and ratio_of(evidence.values[ids], gradient, evidence.near):
                path = longer
                break
        else:
            return path
    return path


def _follow(evidence: Evidence, id: int, path: Path) -> int:
    """The id at the end of a path; -1 if it is another path here."""
    for operation, number in path:
        event: Event = evidence.tape.event(id)
        if event.operation != operation or event.kind is not Kind.ELEMENTWISE:
            return -1
        id = evidence.tape.operands(id)[number]
    return id


def _is_no_rule(evidence: Evidence, row: Row, path: Path) -> bool:
    """True if on the way to the gradient a number is added that depends on no weight and no net, or the gradient is
    multiplied by one that does, unless a norm or a root made it, or by an input: no rule does that. Where only the sign of
    the gradient is used, it may be multiplied by any step, or mask."""
    is_sign = any(operation == "sign" for operation, _ in path)
    for operation, other in _beside(evidence, row, path):
        if is_sign and operation == "multiply" and evidence.values[other] >= 0:
            continue
        is_constant = not evidence.varies[other] and evidence.values[other] != 0
        if operation in ("add", "subtract") and is_constant and not _depends(evidence, other, row.before):
            return True
        if operation == "multiply":
            if evidence.varies[other] and not _roots(evidence, other):
                return True
            if evidence.roles.places.get(other, (("", None), None))[0][0] == "a":
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
        if _is_root(evidence, event):  # the gradient is divided by it, with the decay in it
            cut[event.first : event.first + event.size] = True
    found = derivative(evidence.tape, {row.after: 1.0 for row in rows}, cut).values[
        [row.before for row in rows]
    ]
    return bool((found > 1 + evidence.near.relative).any())


def _downhill(evidence: Evidence, rows: list[Row], ids: list[int]) -> float:
    """The derivative of the changed weights by the gradient, of all weights together: negative if they go downhill."""
    cut = np.zeros(len(evidence.tape), bool)
    cut[[row.before for row in rows]] = True
    cut[ids] = True
    found = derivative(evidence.tape, {row.after: 1.0 for row in rows}, cut).values[ids]
    return float(np.nansum(found))


def _name(evidence: Evidence, row: Row, path: Path) -> str:
    """The name of the rule, from the operations on the way and beside it."""
    after = row.after
    if _is_by_length(evidence, row, path):
        return "clipped-norm"
    operations = [operation for operation, _ in path]
    if any(operation in ("divide", "true_divide") and number == 0 for operation, number in path) and _roots(
        evidence, after
    ):
        at = next(n for n, (operation, _) in enumerate(path) if operation in ("divide", "true_divide"))
        return "adam" if "add" in operations[at:] else "rmsprop"
    if _is_limited(path):
        return "clipped"
    if "sign" in operations:
        outside = _beside(evidence, row, path[: operations.index("sign")])
        steps = [one for operation, one in outside if operation == "multiply"]
        return "rprop" if evidence.varies[steps].any() else "sign"
    added = _added(evidence, row, path)
    return "momentum" if added and not any(_depends(evidence, one, row.before) for one in added) else "other"


def _is_by_length(evidence: Evidence, row: Row, path: Path) -> bool:
    """True if on the way to the gradient it is multiplied or divided by a length of gradients."""
    return any(
        evidence.varies[other] and holds_length(evidence.tape, other)
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


def _depends(evidence: Evidence, id: int, on: int) -> bool:
    """True if a number is computed, element by element, from another one."""
    return on in evidence.ancestors(id, _MOST_PATHS, elementwise=True)


def _roots(evidence: Evidence, after: int) -> bool:
    """True if a square root is taken in a change."""
    ids = evidence.ancestors(after, _MOST_PATHS, elementwise=True)
    return any(_is_root(evidence, evidence.tape.event(id)) for id in ids)


def _is_root(evidence: Evidence, event: Event) -> bool:
    """True for square roots, and lengths."""
    is_half = event.operation == "power" and (np.abs(evidence.values[event.operands[1]]) == 0.5).all()
    return bool(is_half) or event.operation in ("sqrt", "norm")
