"""Infers which of the correct rules a program follows, from the numbers of its first iterations.

The equations leave choices open: another activation, the other sign of delta, an error with another
factor, updates that are averaged, have momentum or pull the weights to 0. Each choice is tried by itself, and made where
most of the numbers it concerns agree with it and fewer with the lesson's own. So a program with one
mistake still has its rule found, and a mistake in a few numbers is not taken for a rule.

By its numbers alone, delta = t - y at a sigmoid output may be cross-entropy's rule or 4.1 without
its slope. It is taken for the rule only if the program computes a logarithm of its outputs, or if a
variable that its lesson's lens has for that names the cross-entropy as its error.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, product
from typing import Any, TypeVar

import numpy as np

from backprop.analyse.check import agree, all_agree, compared
from backprop.analyse.operands import check_groups
from backprop.analyse.step_groups import CheckGroups
from backprop.equations.rule import Rule
from backprop.lessons.lens import lens_of
from backprop.model.recording import Array, Block, Recording
from backprop.network import ACTIVATIONS
from backprop.topology import Ref

_ITERATIONS = 8  # are looked at
# Steps of an iteration that are looked at, or up to twice as many, when a choice is to be made; what is made for
# several samples at once counts as one.
_STEPS = 400
_ENOUGH = 3  # iterations tell every rule there is; momentum needs the second
_SUM = 1e-6  # a momentum this close to 1 adds up all changes there have been, a mistake; this close to 0, it is none


def means_cross_entropy(recording: Recording) -> bool:
    """True if the error that a program makes small is the cross-entropy.

    Where the lens has a variable for the error (`cost`), its value when the program ran decides; else whether the
    program computes a logarithm of its outputs.
    """
    variable = lens_of(recording.lesson).cost
    named = recording.variables.get(variable) if variable else None
    return named == "cross-entropy" if isinstance(named, str) else recording.takes_logarithm


def settle(recording: Recording) -> bool:
    """Find the rule of a recording that has grown, until it is sure; whether it is another now."""
    known = recording.iterations, recording.takes_logarithm
    if recording.rule_is_sure or not recording.blocks or recording.settled_by == known:
        return False
    recording.settled_by = known
    recording.rule_is_sure = recording.iterations >= _ENOUGH
    if not _differs(recording):
        return False
    before, recording.rule = recording.rule, _rule_of(recording)
    if recording.found is not None:
        recording.unchecked = recording.unchecked | _not_described(recording)
    return recording.rule != before


def _not_described(recording: Recording) -> frozenset[tuple[str, int]]:
    """The (quantity, layer) that no equation of ours gives, though the verdict does not say that they are wrong.

    A program of the reader's own may compute anything: leaky units, dropout, Adam. Its verdict comes from the derivative
    of its own error; our equations are only shown beside its numbers where they are the program's own.
    """
    parts = {"delta": "delta", "w": "weights", "b": "biases"}
    wrong = {
        (quantity, layer.number)
        for layer in recording.verdict
        for quantity, part in parts.items()
        if layer.parts.get(part) == "differs"
    }
    found = set()
    left = _ITERATIONS
    for block in recording.blocks:
        first = block.only(slice(0, max(left, 0)))
        left -= len(block.rows)
        for one, _, _, differs in compared(recording, first, check_groups(recording, block)):
            key = one.step.sets[0], recording.topology.layer_of(one.step.sets)
            if differs.any() and key not in wrong:
                found.add(key)
    return frozenset(found)


def _rule_of(recording: Recording) -> Rule:
    """The correct rule that the program follows; where none fits, the lesson's own is kept."""
    with np.errstate(all="ignore"):  # the numbers of a program may have run away
        found = _chosen(first := _First(recording, recording.rule))
        if not recording.rule.eta or not _may_lack_eta(recording.lesson):
            return found
        # What has the name of a learning rate may be something else: momentum, say.
        other = _chosen(_First(recording, replace(recording.rule, eta=False)))
        return first.best([found, other], lambda ref: ref[0] in "wb")


def _chosen(first: _First) -> Rule:
    """The rule that the first iterations tell, beginning with another."""
    rule = first.rule
    for choose in (_activation, _delta, _update):
        rule = choose(rule, first)
    return rule


def _differs(recording: Recording) -> bool:
    """True if a step of the first iterations differs from its equation by the recording's present rule."""
    left = _ITERATIONS
    for block in recording.blocks:
        first = block.only(slice(0, max(left, 0)))
        left -= len(block.rows)
        if not all_agree(recording, first, check_groups(recording, block)):
            return True
    return False


def _may_lack_eta(lesson: str) -> bool:
    """True if the lesson's own programs name no learning rate."""
    return any(watch.optional for watch in lens_of(lesson).watches.values() if watch.quantity == "eta")


# --- what the first iterations show ---


@dataclass(frozen=True)
class _Shown:
    """A checkable step over the first iterations: the program's numbers, and those by a rule."""

    where: Ref
    together: int  # the samples an update takes together
    code: Array
    formula: Array
    differs: Any


class _First:
    """The first iterations of a run, seen by one rule or another."""

    def __init__(self, recording: Recording, rule: Rule) -> None:
        self.recording = recording
        self.rule = rule
        self.topology = recording.topology
        self.blocks: list[tuple[Block, CheckGroups]] = []
        left = _ITERATIONS
        for block in recording.blocks:
            if left > 0:
                first = block.only(slice(0, left))
                self.blocks.append((first, check_groups(recording, first, _STEPS)))
                left -= len(block.rows)

    @cached_property
    def moves(self) -> list[_Move]:
        """The changes of the weights and biases: as long as delta's sign is the same, by every rule the same."""
        return [*_moves(self, pulled=False)]

    @cached_property
    def pulled_moves(self) -> list[_Move]:
        """The moves with what momentum, L1 and L2 would add to them, in the same order."""
        return [*_moves(self, pulled=True)]

    def steps(self, rule: Rule, wanted: Callable[[Ref], bool] = lambda ref: True) -> Iterator[_Shown]:
        """The checkable steps that set a wanted quantity, with what this rule gives there."""
        for block, possible in self.blocks:
            found = CheckGroups(one.under_rule(rule) for one in possible if wanted(one.step.sets))
            for one, rows, formula, differs in compared(self.recording, block, found):
                code = block.rows[rows, one.columns].T
                yield _Shown(one.step.sets, one.together, code.ravel(), formula.ravel(), differs.ravel())

    def share(self, rule: Rule, wanted: Callable[[Ref], bool]) -> float:
        """The part of the wanted numbers that agree with this rule."""
        found = [~one.differs for one in self.steps(rule, wanted)]
        return float(np.concatenate(found).mean()) if found else 0.0

    def best(self, rules: Iterable[Rule], wanted: Callable[[Ref], bool]) -> Rule:
        """The rule that most of the wanted numbers agree with; the first, unless more than half agree with another."""
        given = iter(rules)
        first = next(given)
        return _best((rule, self.share(rule, wanted)) for rule in chain([first], given)) or first


_Choice = TypeVar("_Choice")


def _best(tried: Iterable[tuple[_Choice, float]]) -> _Choice | None:
    """The choice with the largest share, the first of several; None if that is not more than half. No choice after one with
    a share of 1 is asked for."""
    best, largest = None, 0.5
    for choice, share in tried:
        if share > largest:
            best, largest = choice, share
        if share == 1:
            break
    return best


# --- the choices ---


def _activation(rule: Rule, first: _First) -> Rule:
    """The activation of each layer, from the nodes' outputs."""
    layers = first.topology.layers[1:]
    names = [rule.activation_of(nodes[0], first.topology) for nodes in layers]
    for layer, nodes in enumerate(layers):

        def is_wanted(ref: Ref, here: tuple[int, ...] = nodes) -> bool:
            return ref[0] == "a" and ref[1] in here

        # Where no net is negative, relu and linear are the same: the likelier comes first.
        likely = [*ACTIVATIONS] if nodes != first.topology.outputs else [*reversed(ACTIVATIONS)]
        others = [name for name in likely if name != names[layer]]
        tried = [[*names[:layer], name, *names[layer + 1 :]] for name in (names[layer], *others)]
        best = first.best([replace(rule, activation=tuple(one)) for one in tried], is_wanted)
        names = list(best.activation)
    return replace(rule, activation=names[0] if len(set(names)) == 1 else tuple(names))


def _delta(rule: Rule, first: _First) -> Rule:
    """The sign of delta and the error that is made small, from the outputs' deltas."""
    outputs = first.topology.outputs

    def is_output(ref: Ref) -> bool:
        return ref[0] == "delta" and ref[1] in outputs

    # The other sign of delta is right only where the updates subtract.
    opposed = _leaning([(one.code, one.formula) for one in first.steps(rule, is_output)]) < 0
    subtracts = opposed and _leaning([(move.change, move.asked) for move in first.moves]) <= 0
    sign = -rule.sign if subtracts else rule.sign
    is_sigmoid = all(rule.activation_of(node, first.topology) == "sigmoid" for node in outputs)
    may_be = is_sigmoid and means_cross_entropy(first.recording)
    costs = ["cross-entropy", "squared"] if may_be else ["squared"]

    def rules() -> Iterator[Rule]:
        for cost in costs:
            yield replace(rule, sign=sign, cost=cost, scale=1.0)
            together = {1, *(size for move in first.moves for size in np.unique(move.together).tolist())}
            scales = {s / m / n for s, m, n in product((1, 2), together, {1, len(outputs)})} - {1.0}
            yield from (replace(rule, sign=sign, cost=cost, scale=scale) for scale in sorted(scales))

    return first.best(rules(), is_output)


def _leaning(pairs: list[tuple[Array, Array]]) -> float:
    """Positive if numbers mostly have the same sign, negative if mostly the other."""
    return sum(float(np.nansum(np.sign(one) * np.sign(other))) for one, other in pairs)


@dataclass(frozen=True)
class _Move:
    """The changes of a layer's weights or biases: how many samples each took together, what it was, what its deltas
    asked for, what it did before, how L1 and L2 would pull it, and what it did."""

    together: Array
    start: Array
    asked: Array
    last: Array
    l1: Array
    l2: Array
    change: Array


def _moves(first: _First, pulled: bool) -> Iterator[_Move]:
    """The changes of weights and biases, beside delta times input (with delta's sign as the rule has it at first). What
    momentum, L1 and L2 would do is 0 unless it is asked for (`pulled`)."""
    plain = replace(first.rule, averaged=False, momentum=0.0, rate=1.0, l1=0.0, l2=0.0)
    others = [replace(plain, momentum=1.0), replace(plain, l1=1.0), replace(plain, l2=1.0)]
    layers = {node: number for number, nodes in enumerate(first.topology.layers) for node in nodes}
    still = first.steps(replace(plain, rate=0.0), lambda ref: ref[0] in "wb")
    views = [first.steps(view, lambda ref: ref[0] in "wb") for view in (plain, *(others if pulled else ()))]
    found: defaultdict[tuple[str, int], list[tuple[Array, ...]]] = defaultdict(list)
    for before, moved, *more in zip(still, *views):
        quantity, key = moved.where
        node = key[0] if quantity == "w" else key
        pulls = [one.formula - moved.formula for one in more] or [np.zeros_like(moved.code)] * 3
        asked, change = moved.formula - before.formula, moved.code - before.formula
        together = np.full(len(change), float(moved.together))
        found[quantity, layers[node]].append((together, before.formula, asked, *pulls, change))
    return (_Move(*map(np.concatenate, zip(*alike))) for alike in found.values())


@dataclass(frozen=True)
class _Way:
    """The part of a rule that says how weights are changed."""

    averaged: bool = False
    rate: float = 1.0
    momentum: float = 0.0
    l1: float = 0.0
    l2: float = 0.0


def _update(rule: Rule, first: _First) -> Rule:
    """The rule with the way of updating that fits the first iterations: averaged or summed, momentum, L1 and L2, and the
    learning rate where the program does not name it."""
    found = _best(_ways(rule, first))
    return replace(rule, **vars(found)) if found else rule


def _ways(rule: Rule, first: _First) -> Iterator[tuple[_Way, float]]:
    """Ways of updating, each with the part of the changes that it makes: the plain ones, then those that fit the changes."""
    turned = rule.sign * first.rule.sign
    moves = [replace(move, asked=turned * move.asked) for move in first.moves]
    for way in (_Way(), _Way(averaged=True)):
        yield way, _share(moves, way)
    moves = [replace(move, asked=turned * move.asked) for move in first.pulled_moves]
    fits = [[*_fits(move)] for move in moves]
    # A learning rate must apply to all layers: if one layer is updated without, a rate in another is a mistake, no rule.
    is_unrated = any(_Way() in found and _share([move], _Way()) == 1 for move, found in zip(moves, fits))
    is_own = first.recording.found is not None  # its rate may have further factors: `0.5 * g * factor`
    for fit in [fit for found in fits for fit in found]:
        if is_unrated and fit == _Way(rate=fit.rate):
            continue
        given = (1.0, 1 - fit.momentum, *([fit.rate] if is_own else []))
        for one in given if rule.eta else (fit.rate,):
            l1, l2 = _plain(fit.l1 / one), _plain(fit.l2 / one)
            for averaged in (False, True):
                way = replace(fit, averaged=averaged, rate=one, l1=l1, l2=l2)
                yield way, _share(moves, way)


def _share(moves: list[_Move], way: _Way) -> float:
    """The part of the changes that this kind of update makes. Averaged in one place and summed in another is no rule: of an
    average all changes count, or none."""
    found = []
    for move in moves:
        again = way.momentum * move.last if way.momentum else 0.0
        pull = way.rate * (way.l1 * move.l1 + way.l2 * move.l2)
        formula = move.start + way.rate / (move.together if way.averaged else 1) * move.asked + pull + again
        found.append(agree(move.start + move.change, formula) | np.isnan(formula))
    share = float(np.concatenate(found).mean()) if found else 0.0
    return share if share == 1 or not way.averaged else 0.0


def _fits(move: _Move) -> Iterator[_Way]:
    """Rates, momentums and pulls that may explain these changes, as far as a correct rule can have them."""
    if len(np.unique(move.together)) > 1:  # averaged, another fit than summed
        yield from _fits(replace(move, asked=move.asked / move.together, together=np.ones_like(move.asked)))
    numbers = np.array([move.asked, move.last, move.l1, move.l2, move.change, move.start])
    asked, last, l1, l2, change, start = numbers[:, np.isfinite(numbers).all(axis=0)]
    # Each change counts as much, however the network grows; not those that rounding has blurred.
    scale = np.maximum(np.abs(asked), np.abs(last))
    kept = scale > 1e-7 * np.abs(start)
    if not asked[kept].any():
        return
    asked, last, l1, l2, change = (numbers[kept] / scale[kept] for numbers in (asked, last, l1, l2, change))
    moving = asked != 0
    rate = _plain(float(np.median(change[moving] / asked[moving])))
    if rate > 0:
        yield _Way(rate=rate)
    tried = {"momentum": last, "l1": l1, "l2": l2}
    for names in (["momentum"], ["l2"], ["l1", "l2"], ["momentum", "l2"], ["momentum", "l1", "l2"]):
        yield from _fitted(names, [asked, *(tried[name] for name in names)], change)


def _fitted(names: list[str], columns: list[Array], change: Array) -> Iterator[_Way]:
    """The changes as a sum of these columns, the first of which is the rate's; nothing where no correct rule has that."""
    try:
        fit = np.linalg.lstsq(np.column_stack(columns), change)[0]
    except np.linalg.LinAlgError:  # numbers too large to be fitted
        return
    rate, *others = map(_plain, fit.tolist())
    found = {name: value if abs(value) > _SUM else 0.0 for name, value in zip(names, others)}
    if rate > 0 and any(found.values()) and all(0 <= value < 1 - _SUM for value in found.values()):
        momentum, l1, l2 = (found.get(name, 0.0) for name in ("momentum", "l1", "l2"))
        yield _Way(rate=rate, momentum=momentum, l1=l1, l2=l2)


def _plain(value: float) -> float:
    """The number as it was probably written: without what rounding has left behind."""
    short = float(f"{value:.6g}")
    return short if abs(short - value) <= 1e-8 * abs(value) else value
