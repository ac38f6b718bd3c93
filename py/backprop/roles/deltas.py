"""Deltas: the factor by which a weight's change multiplies the input that the weight multiplied before.

    W1 -= rate * X.T @ d / m     # each change is a sum over samples of (rate / m) * x * d: d is delta

Nothing is assumed about how delta was made, so a wrong delta is found, too. It may be no value of its own in the
program, but a product or a sum of products: then it is put together from its factors.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property

import numpy as np

from backprop.roles.again import Copies
from backprop.roles.delta import Delta, Deltas, Term, average_of, joined
from backprop.roles.graph import Flags, Graph
from backprop.roles.learned import Update, Weights
from backprop.roles.lengths import holds_length
from backprop.roles.net import Net, Network
from backprop.roles.repeated_rows import RepeatedRows
from backprop.roles.written_inputs import WrittenInputs
from backprop.trace.tape import Event, Kind

_MOST_DEPTH = 60  # operations between a weight's change and its delta
_MOST_SAMPLES = 256  # of one update are looked at
_MOST_UPDATES = 8  # of one weight are looked at
# Operations that hand on one of their operands.
_SELECTS = {"where", "clip", "maximum", "minimum", "select", "positive", "astype"}


def find_deltas(graph: Graph, weights: Weights, network: Network, varies: Flags, named: Flags) -> Deltas:
    """The delta of every net that took part in an update.

    `varies` is what `varying` gives; `named` flags the ids that the program gave a name.
    """
    found = Deltas()
    expander = _Expander(graph, weights, network, varies, named)
    by_neuron: dict[int, list[Net]] = defaultdict(list)
    for net in network.nets:
        by_neuron[net.neuron].append(net)
    for neuron, nets in by_neuron.items():
        if weights.updates.keys().isdisjoint(weights.root[nets[0].weights].tolist()):
            found.still.add(neuron)
            continue
        for root, column in _candidates(weights, nets):
            deltas = list(expander.deltas(nets, column, weights.updates[root]))
            if deltas:
                found.looked_at[neuron] = root
                if expander.used_overwritten:
                    found.overwritten.add(neuron)
                found.of |= {delta.net.id: delta for delta in deltas}
                break
        else:
            found.missing.append(neuron)
    return found


def _candidates(weights: Weights, nets: list[Net]) -> Iterator[tuple[int, int]]:
    """The weights of a neuron as (root, column), those first whose input is another number for every sample."""
    roots = weights.root[nets[0].weights]
    columns = [column for column, root in enumerate(roots.tolist()) if root in weights.updates]
    same = min(len(net.inputs) for net in nets)
    table = np.sort(np.array([net.inputs[:same] for net in nets[:_MOST_SAMPLES]]), axis=0)
    kinds = 1 + (table[1:] != table[:-1]).sum(axis=0)
    for column in sorted(columns, key=lambda column: -kinds[column] if column < same else 0)[:4]:
        yield int(roots[column]), column


class _Expander:
    """Opens the changes of weights into terms."""

    def __init__(self, graph: Graph, weights: Weights, network: Network, varies: Flags, named: Flags) -> None:
        self.graph = graph
        self.weights = weights
        self.named = named
        self.varies = varies
        self._between = varies & ~weights.is_weight
        ends = [id for net in network.nets for id in (net.id, *(bias for bias, _ in net.biases))]
        self._between[ends] = False
        self._nets = {net.id for net in network.nets}
        self._network, self._rows = network, RepeatedRows(network)
        self._copies = Copies(graph)
        self._written = WrittenInputs(graph, weights, network)
        self._wanted: dict[int, Net] = {}
        self._negated: dict[int, Net] = {}
        self._failed: set[int] = set()
        self._made_from: dict[tuple[int, int], bool] = {}  # by two events
        self._one_origin: dict[int, bool] = {}  # by an event's first id
        self.used_overwritten = False  # in the update that was opened last

    def deltas(self, nets: list[Net], column: int, updates: list[Update]) -> Iterator[Delta]:
        """The deltas in the updates of one weight, the input of which stands at `column` of each net."""
        since = -1
        for update in updates[:_MOST_UPDATES]:
            root = self.weights.root[update.before]
            here = [net for net in nets if since < net.id < update.after and len(net.inputs) > column]
            here = [net for net in here if self.weights.root[net.weights[column]] == root][:_MOST_SAMPLES]
            if not here:
                continue
            self._rows = RepeatedRows(self._network, here, column)
            inputs = self._copies.added_to({int(net.inputs[column]): net for net in here})
            terms = self._terms(update, inputs)
            is_plain = bool(terms)
            terms = terms or self._terms(update, self._overwritten(inputs))
            self.used_overwritten = bool(terms) and not is_plain
            terms = terms or self._terms(update, self._written.like(inputs))
            terms = terms or self._with_other_inputs(update, nets, column, here)
            # not those of a pass before
            terms = [
                term
                for term in terms
                if (last := max(term.factors, default=-1)) > term.net.id
                or (last >= 0 and not self.varies[last])
            ]
            if terms:
                since = update.after
                yield from self._summed(terms, update)

    def _with_other_inputs(self, update: Update, nets: list[Net], column: int, here: list[Net]) -> list[Term]:
        """The terms of an update for one sample that multiplies its delta by the inputs of another: `X[i]` where an inner
        loop has set i anew."""
        if len(here) != 1:
            return []
        others = {int(net.inputs[column]): net for net in nets[:_MOST_SAMPLES] if len(net.inputs) > column}
        return [replace(term, net=here[0]) for term in self._terms(update, others)]

    def _overwritten(self, inputs: dict[int, Net]) -> dict[int, Net]:
        """The numbers that were written in place of the inputs before the update used them."""
        found: dict[int, Net] = {}
        here = inputs
        while here:
            later = {
                new: net for old, net in here.items() for new in self._later.get(old, ()) if new not in found
            }
            found |= later
            here = later
        return found

    @cached_property
    def _later(self) -> dict[int, list[int]]:
        """The ids that took the place of each id that was overwritten."""
        found: dict[int, list[int]] = defaultdict(list)
        for before, after in self.graph.tape.overwritten:
            for old, new in zip(before.ravel().tolist(), after.ravel().tolist()):
                found[old].append(new)
        return found

    def _terms(self, update: Update, wanted: dict[int, Net]) -> list[Term]:
        if not wanted:
            return []
        self._wanted, self._failed = wanted, set()
        self._negated = {
            self.graph.tape.operands(id)[0]: net
            for id, net in wanted.items()
            if self.graph.tape.event(id).operation == "negative"
        }
        event = self.graph.events[update.event]
        at = update.result - event.first
        sides = [int(operand.flat[at]) for operand in event.operands]
        left = self._holds(sides[0], update.before)
        change = sides[1] if left else sides[0]
        sign = -1.0 if event.operation == "subtract" and left else 1.0
        return self._expand(change, Term(next(iter(wanted.values())), sign, ()), 0)

    def _holds(self, side: int, before: int) -> bool:
        """True if an operand of an update is the weight itself, one of its versions (the number behind the one that looks
        ahead), or the decayed weight."""
        root = self.weights.root
        return root[side] == root[before] >= 0 or before in self.graph.tape.operands(side)[:2]

    def _summed(self, terms: list[Term], update: Update) -> Iterator[Delta]:
        """The delta of each net: the sum of its terms, without the constant factors that are no part of it."""
        by_net: dict[int, list[Term]] = defaultdict(list)
        for term in terms:
            by_net[term.net.id].append(self._stripped(term))
        for group in by_net.values():
            first = group[0]
            scale = first.coefficient * self._product(first.rates)
            products = [
                (one.coefficient * self._product(one.rates) / scale if scale else 1.0, one.factors)
                for one in group
            ]
            adaptive = any(one.adaptive for one in group)
            yield joined(Delta(first.net, tuple(products), scale, first.rates, adaptive, update))

    def _product(self, rates: Iterable[tuple[int, int]]) -> float:
        return math.prod((float(self.graph.value[id]) ** exponent for id, exponent in rates), start=1.0)

    def _stripped(self, term: Term) -> Term:
        """A term with its constant factors moved from delta to the rates, down to the innermost number with a name."""
        best, here = term, term
        while len(here.factors) == 1:
            inner = self._without_constant(here)
            if inner is None:
                break
            here = inner
            if self.named[here.factors[0]] or not self.named[best.factors[0]]:
                best = here
        return best

    def _without_constant(self, term: Term) -> Term | None:
        (id,) = term.factors
        event = self.graph.tape.event(id)
        if event.kind is not Kind.ELEMENTWISE or not self._has_one_origin(event):
            return None
        operands = self.graph.tape.operands(id)
        if event.operation == "negative":
            return replace(term, factors=(operands[0],), coefficient=-term.coefficient)
        if event.operation == "multiply":
            for side, (one, other) in enumerate((operands, operands[::-1])):
                if self._is_constant(event, side, one) and self.varies[other]:
                    return replace(term, factors=(other,), rates=(*term.rates, (one, 1)))
        if event.operation == "divide" and self._is_constant(event, 1, operands[1]):
            return replace(term, factors=(operands[0],), rates=(*term.rates, (operands[1], -1)))
        return None

    def _has_one_origin(self, event: Event) -> bool:
        """True if one expression made all that varies in the operands: of `p[range(m), y] -= 1; d = p / m` only d is the
        delta of all outputs, since p still holds most of them as they were."""
        if event.size == 1:
            return True
        if event.first not in self._one_origin:
            self._one_origin[event.first] = all(
                len({self.graph.events[number].place for number in np.unique(self.graph.owner[ids])}) <= 1
                for ids in (operand[self.varies[operand]] for operand in event.operands)
            )
        return self._one_origin[event.first]

    def _is_constant(self, event: Event, side: int, id: int) -> bool:
        """True if an operand is one number for all results, and no mask, net or weight."""
        return not self.varies[id] and bool((event.operands[side] == id).all()) and self.graph.value[id] != 0

    # --- opening a change ---

    def _expand(self, id: int, so_far: Term, depth: int) -> list[Term]:
        """The terms in an id that contain a wanted input; [] if there are none."""
        if (at_input := self._at_input(id, so_far)) is not None:
            return [at_input]  # the change is an input times what has been met on the way
        if depth > _MOST_DEPTH or id in self._failed or id in self._nets or self.weights.root[id] >= 0:
            return []  # a weight holds the changes of earlier updates
        event = self.graph.tape.event(id)
        found = self._expand_product(id, so_far, depth) if event.kind is Kind.PRODUCT else []
        if event.kind is Kind.REDUCTION and event.operation in ("sum", "mean"):
            parts = self.graph.tape.operands(id)
            share = 1 / len(parts) if event.operation == "mean" else 1.0
            each = replace(so_far, coefficient=so_far.coefficient * share)
            found = [term for part in parts for term in self._expand(part, each, depth + 1)]
        elif event.kind is Kind.ELEMENTWISE:
            found = self._expand_elementwise(event.operation, self.graph.tape.operands(id), so_far, depth)
        if not found:
            self._failed.add(id)
        return found

    def _at_input(self, id: int, term: Term) -> Term | None:
        """A term at an id that is a wanted input, or whose negative is one: `-x @ W`, and x times delta in the change."""
        if id in self._wanted:
            return self._finished(term, self._wanted[id])
        if id in self._negated:
            return self._finished(replace(term, coefficient=-term.coefficient), self._negated[id])
        return None

    def _finished(self, term: Term, net: Net) -> Term:
        """A term at its input. Where nothing on the way varies, the last constant is delta (as in the perceptron's rule)."""
        net = self._rows.net_of(net, term.factors)
        if term.factors or not term.rates:
            return replace(term, net=net)
        *rates, (last, exponent) = term.rates
        if exponent != 1:
            return replace(term, net=net)
        return replace(term, net=net, rates=tuple(rates), factors=(last,))

    def _expand_product(self, id: int, so_far: Term, depth: int) -> list[Term]:
        found: list[Term] = []
        for pair in self.graph.tape.terms(id):
            for one, other in (pair, pair[::-1]):
                scaled = self._scaled_input(one)
                if scaled is not None:
                    net, rates, sign = scaled
                    with_delta = self._with(replace(so_far, coefficient=sign * so_far.coefficient), other)
                    term = replace(with_delta, rates=(*with_delta.rates, *rates))
                    found.append(self._finished(term, net))
                    break
            found += [] if found else self._of_averages(pair, so_far)
        if found:
            return found
        for pair in list(self.graph.tape.terms(id))[:_MOST_SAMPLES]:
            for one, other in (pair, pair[::-1]):
                if not self.varies[one] and self.varies[other]:
                    found += self._expand(other, self._with(so_far, one), depth + 1)
        return found

    def _of_averages(self, pair: tuple[int, int], so_far: Term) -> list[Term]:
        """The terms of the average input times the average delta, as if each input were multiplied by its own delta."""
        averages = [average_of(self.graph.tape, id) for id in pair]
        for one, other in (averages, averages[::-1]):
            if one is None or other is None or not len(one.parts) == len(other.parts) > 1:
                continue
            share = 1 / len(one.parts) if one.is_mean else 1.0
            rates = (*so_far.rates, *one.rates, *other.rates)
            each = replace(so_far, coefficient=so_far.coefficient * share, rates=rates)
            found = [
                self._finished(self._with(each, factor), self._wanted[id])
                for id, factor in zip(one.parts, other.parts)
                if id in self._wanted
            ]
            if found:
                return found
        return []

    def _scaled_input(self, id: int) -> tuple[Net, tuple[tuple[int, int], ...], float] | None:
        """The net of a wanted input that an id is, or is a constant multiple of; with the constants, and -1 where one is
        the other's negative (`np.exp(-X @ W)` multiplies -X)."""
        rates: tuple[tuple[int, int], ...] = ()
        sign = 1.0
        while id not in self._wanted:
            if id in self._negated:
                return self._negated[id], rates, -sign
            event = self.graph.tape.event(id)
            if event.operation == "negative":
                sign, id = -sign, self.graph.tape.operands(id)[0]
                continue
            if event.kind is not Kind.ELEMENTWISE or event.operation not in ("multiply", "divide"):
                return None
            one, other = self.graph.tape.operands(id)
            if event.operation == "multiply" and not self.varies[one] and one not in self._wanted:
                rates, id = (*rates, (one, 1)), other
            elif not self.varies[other]:
                rates, id = (*rates, (other, 1 if event.operation == "multiply" else -1)), one
            else:
                return None
        return self._wanted[id], rates, sign

    def _with(self, term: Term, factor: int) -> Term:
        """The term with one more factor: of delta if it varies, else of the rates."""
        if self.varies[factor]:
            return replace(term, factors=(*term.factors, factor))
        return replace(term, rates=(*term.rates, (factor, 1)))

    def _expand_elementwise(
        self, operation: str, operands: list[int], so_far: Term, depth: int
    ) -> list[Term]:
        opposite = replace(so_far, coefficient=-so_far.coefficient)
        match operation, operands:
            case "add" | "subtract", [one, other]:
                second = opposite if operation == "subtract" else so_far
                return self._expand(one, so_far, depth + 1) + self._expand(other, second, depth + 1)
            case "negative", [one]:
                return self._expand(one, opposite, depth + 1)
            case "sign", [one]:  # as in Rprop: what the sign is multiplied by is a step, and no part of delta
                step = replace(so_far, factors=(), rates=(), adaptive=True)
                return self._expand(one, step, depth + 1)
            case "multiply", [one, other]:
                return self._expand_multiply(one, other, so_far, depth)
            case "divide" | "true_divide", [one, other]:
                if self.varies[other]:
                    return self._expand(one, replace(so_far, adaptive=True), depth + 1)
                return self._expand(one, replace(so_far, rates=(*so_far.rates, (other, -1))), depth + 1)
            case _ if operation in _SELECTS:
                return next(
                    (found for one in operands if (found := self._expand(one, so_far, depth + 1))), []
                )
        return []

    def _expand_multiply(self, one: int, other: int, so_far: Term, depth: int) -> list[Term]:
        pairs = ((one, other), (other, one))
        for input_id, factor in pairs:
            if (at_input := self._at_input(input_id, self._with(so_far, factor))) is not None:
                return [at_input]
        for inner, factor in sorted(pairs, key=lambda pair: not self.varies[pair[0]]):
            # the gradient times a number made from it, or times a length: of neither delta nor the rates
            clips = self._is_made_from(factor, inner) or (
                self.varies[factor] and holds_length(self.graph.tape, factor, self._between)
            )
            scaled = self._limited_by(factor, so_far) if clips else self._with(so_far, factor)
            if found := self._expand(inner, scaled, depth + 1):
                return found
        return []

    def _limited_by(self, factor: int, term: Term) -> Term:
        """The term without a factor that was made from the gradient; of one that is below 0 everywhere the sign stays."""
        event = self.graph.tape.event(factor)
        is_negative = (self.graph.value[event.first : event.first + event.size] < 0).all()
        return replace(
            term, adaptive=True, coefficient=-term.coefficient if is_negative else term.coefficient
        )

    def _is_made_from(self, id: int, other: int) -> bool:
        """True if a number that varies was computed from another one, or from its neighbours in one array."""
        if not self.varies[id]:
            return False
        owner = self.graph.owner
        events = int(owner[id]), int(owner[other])
        if events not in self._made_from:
            self._made_from[events] = events[1] in self.graph.ancestors(*events)
        return events[0] != events[1] and self._made_from[events]
