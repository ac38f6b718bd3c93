"""Judges the changes of weights and biases: plain descent, another rule, or something else.

change = scale · Σ delta · input                                   plain
change = scale · Σ delta · input + β · earlier change              momentum
change = scale · Σ delta · input − λ · weight                      L2
change = a function in which Σ delta · input is found              Adam, RMSprop, …
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from backprop.analyse.judging.contained import contained, is_chosen
from backprop.analyse.judging.evidence import Evidence, ratio_of
from backprop.analyse.judging.judgement import AGREES, DIFFERS, FACTOR, RULE, STILL, UNKNOWN, Judgement
from backprop.analyse.judging.own_rates import with_own_rates
from backprop.analyse.judging.steps import Row, table
from backprop.analyse.judging.truncated import whole_numbers
from backprop.analyse.judging.turned import not_turned
from backprop.trace.tape import Floats

_MOST_PARTS = 200  # of a change, among which the one before it is looked for
_LEAST_LATER = 3  # changes that have one before them
_LEAST_ROUNDS = 2  # updates before one whose weights, less earlier ones, are the change before
_EXACTLY = 1e-5  # of what the changes before add
_SEEN = 0.02  # of the largest change
_EXPLAINED = 0.1  # of a further term may be left over
_MOST_DECAY = 0.5  # of a weight is lost in one step
_FEW = 3  # changes, of which a part of each may look like a factor


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
        size = np.abs(table(rows, "size") * table(rows, "scale"))
        is_seen = np.abs(gradient) > evidence.near.rounding * size  # a sum that cancels leaves rounding
        return Judgement(STILL if is_seen.any() else UNKNOWN, why="no-change")
    moved = moved_as(evidence, rows, gradient)
    if moved.all():
        return Judgement(AGREES)
    if len(rows) <= _FEW and not all(row.whole for row in rows):
        return Judgement(UNKNOWN, why="samples-left-out")
    ratio = ratio_of(change, gradient, _coarse(evidence, rows))
    if ratio and ratio.factor > 0:
        return Judgement(FACTOR, ratio.factor)
    if ratio:
        return Judgement(DIFFERS, ratio.factor, wrong=rows, why="sign")
    if (limited := _limited(evidence, rows)) is not None:
        return limited
    wrong = [row for row, right in zip(rows, moved) if not right]
    if clipped := _clipped(evidence, rows, wrong, moved):
        return clipped
    rule = _linear_rule(evidence, rows, gradient, change) or _rule_but_one_input(evidence, rows, moved)
    if rule is None and not all(row.whole for row in rows):
        return Judgement(UNKNOWN, why="samples-left-out")
    return rule or _own_rates(evidence, rows) or _contained(evidence, rows) or Judgement(DIFFERS, wrong=wrong)


def _contained(evidence: Evidence, rows: list[Row]) -> Judgement | None:
    """The rule in whose changes the gradient stands; changes that do not turn round with it follow none."""
    found = contained(evidence, rows)
    if found is None or (wrong := not_turned(evidence, rows)) is None:
        return found
    row, id = wrong
    return Judgement(DIFFERS, wrong=[row], why="not-turned", at=id)


def _clipped(evidence: Evidence, rows: list[Row], wrong: list[Row], moved: Any) -> Judgement | None:
    """The gradient, limited by a condition that chose a constant in its place: `if g > 1: g = 1`."""
    gradient, scale = table(rows, "gradient"), table(rows, "scale")
    is_sure = moved.any() and len(rows) > 2  # else its constant must be seen
    if not scale.all() or not (is_sure or all(_is_constant(evidence, row) for row in wrong)):
        return None
    limit = np.abs(table(wrong, "change") / table(wrong, "scale")).max()
    is_clipped = moved_as(evidence, rows, np.clip(gradient, -limit, limit) * scale).all()
    return Judgement(RULE, 1.0, "clipped") if is_clipped and limit else None


def _is_constant(evidence: Evidence, row: Row) -> bool:
    """True if what was added to a weight is made of constants alone, though a condition may have chosen them."""
    added = [one for one in evidence.tape.operands(row.after) if one != row.before]
    return len(added) == 1 and is_chosen(evidence, added[0])


def _own_rates(evidence: Evidence, rows: list[Row]) -> Judgement | None:
    """The gradient, each change times constants of its own; where they are the same for all, plain descent after all: if
    the scales found before, those of the layer's other changes, are not others in each update (a target among them)."""
    own = with_own_rates(evidence, rows)
    if not own or not moved_as(evidence, own, table(own, "gradient") * table(own, "scale")).all():
        return None
    if len({row.scale for row in own}) > 1:
        return Judgement(RULE, 1.0, "own-rates")
    scales = {(row.node, row.source, row.scale) for row in rows}
    return Judgement(AGREES) if len(scales) == len({scale[:2] for scale in scales}) else None


def _limited(evidence: Evidence, rows: list[Row]) -> Judgement | None:
    """The rule of weights that are changed by the gradient or by another rule, and then limited: `W = np.clip(W, -1, 1)`."""
    within = [evidence.limits.get(row.after, row.after) for row in rows]
    after = table(rows, "start") + table(rows, "change")
    before = evidence.values[within]
    nearer = (np.abs(after) <= np.abs(before)) & (after * before >= 0)
    is_limited = any(id != row.after for row, id in zip(rows, within))
    if not is_limited or not nearer.all() or not (after != before).any():
        return None
    free = [
        replace(row, after=id, change=float(evidence.values[id]) - row.start) for row, id in zip(rows, within)
    ]
    found = judge_changes(evidence, free)
    if found.state == AGREES:
        return Judgement(RULE, 1.0, "limited")
    return replace(found, rule=f"{found.rule} + limited") if found.state == RULE else None


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
    if with_rates:
        return _sum_of(evidence, rows, gradient, change, with_rates)
    return found or _wrong_momentum(evidence, rows, gradient, change)


def _wrong_momentum(
    evidence: Evidence, rows: list[Row], gradient: Floats, change: Floats
) -> Judgement | None:
    """Changes that contain the ones before them, by a factor that no momentum has: below 0, or above 1."""
    earlier, rest = table(rows, "earlier"), change - gradient
    later = earlier != 0
    if later.sum() < _LEAST_LATER:
        return None
    factor = float(earlier @ rest / (earlier @ earlier))
    part = np.abs(factor * earlier).max()
    is_sum = np.abs(rest - factor * earlier).max() <= _EXACTLY * part and part > _SEEN * np.abs(change).max()
    if not is_sum or 0 <= factor <= 1 + _EXACTLY:
        return None
    wrong = [row for row, one in zip(rows, later) if one]
    if not _holds_earlier_change(evidence, rows, wrong[0]):
        return None  # 2 · g − the gradient before
    return Judgement(DIFFERS, terms={"momentum": factor}, wrong=wrong, why="momentum")


def _holds_earlier_change(evidence: Evidence, rows: list[Row], row: Row) -> bool:
    """True if a change is computed from the same weight's whole change in the update before it, times constants: no factor
    that is computed from gradients, as in conjugate gradients."""
    key = row.node, row.source, row.round - 1
    earlier = next((one for one in rows if (one.node, one.source, one.round) == key), None)
    changes = [_added(evidence, one) for one in (earlier, row) if one is not None]
    if len(changes) < 2 or min(changes) < 0:
        return False
    parts = set(evidence.ancestors(changes[1], _MOST_PARTS, elementwise=True))
    direct = evidence.ancestors(changes[1], _MOST_PARTS, elementwise=True, without=evidence.parameters)
    if changes[0] not in direct and row.round < _LEAST_ROUNDS:
        return False  # W - C, with C as W began, is the change before only once: elastic averaging
    products = (one for one in parts if evidence.tape.event(one).operation == "multiply")
    of_earlier = [sides for one in products if changes[0] in (sides := evidence.tape.operands(one))]
    return changes[0] in parts and not any(evidence.varies[sides].all() for sides in of_earlier)


def _added(evidence: Evidence, row: Row) -> int:
    """The id of what an update added to a weight, without its rate; -1 if it is not known."""
    operands = [one for one in evidence.tape.operands(row.after) if one != row.before]
    while len(operands) == 1:
        (id,) = operands
        if evidence.tape.event(id).operation not in ("multiply", "divide", "negative"):
            return id
        operands = [one for one in evidence.tape.operands(id) if evidence.varies[one]]
    return -1


def _sum_of(
    evidence: Evidence, rows: list[Row], gradient: Floats, change: Floats, columns: dict[str, Floats]
) -> Judgement | None:
    """The fewest further terms that make up the whole of the change; of equally many those that leave the least."""
    first = table(rows, "round") == 0
    single, double = (
        (("momentum",), ("L2",), ("L1",)), (("momentum", "L2"), ("momentum", "L1"), ("L1", "L2"))
    )  # fmt: skip
    bound = _coarse(evidence, rows)
    all_tries = [(False, single), (False, double), (True, single), (True, double)]
    for free, tries in all_tries[:2] if _has_factors_of_updates(rows, gradient, change) else all_tries:
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
            if left > 10 * (bound.relative + bound.of_largest) * np.abs(change).max():
                continue
            parts = [
                np.abs(one * column).max() for one, column in zip(found[-len(names) :], used[-len(names) :])
            ]
            if left > _EXPLAINED * min(parts):
                continue  # what is left is as large as the term
            terms = dict(zip(names, found[-len(names) :].tolist()))
            if _sensible(terms) and (not free or found[0] > 0):
                factor = float(found[0]) if free else 1.0
                fitting.append((float(left), Judgement(RULE, factor, " + ".join(names), terms)))
        if fitting:
            return min(fitting, key=lambda one: one[0])[1]
    return None


def _has_factors_of_updates(rows: list[Row], gradient: Floats, change: Floats) -> bool:
    """True if the changes of each update are one multiple of the gradients, by another factor in each: as where the length
    of a step is limited."""
    rounds = table(rows, "round")
    each = [ratio_of(change[rounds == one], gradient[rounds == one]) for one in np.unique(rounds)]
    return len(each) > 1 and all(one is not None and one.count > 1 for one in each)


def _rule_but_one_input(evidence: Evidence, rows: list[Row], moved: Any) -> Judgement | None:
    """A rule that holds for all weights but those of one input, which move by delta times input alone: weight decay is
    usually kept away from the column of the biases (`grad[:, 1:] += rate * W[:, 1:]`)."""
    plain = {row.source for row in rows} - {row.source for row, right in zip(rows, moved) if not right}
    if len(plain) != 1:
        return None
    rest = [row for row in rows if row.source not in plain]
    gradient, change = table(rest, "gradient") * table(rest, "scale"), table(rest, "change")
    return _linear_rule(evidence, rest, gradient, change)


def _sensible(terms: dict[str, float]) -> bool:
    """True if the constants are such as those rules have."""
    momentum = terms.get("momentum", 0.5)
    return 1e-6 < momentum < 1 + 2e-6 and all(
        0 <= terms.get(name, 0.0) < _MOST_DECAY for name in ("L1", "L2")
    )
