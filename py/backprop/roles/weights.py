"""Weights: numbers that are multiplied, and later changed by an amount that depends on that product.

    net = x @ W            # W is a factor of a product
    W = W - rate * grad    # and becomes W ± g, where g depends on that product: W is a weight

The rule tells weights from everything else that is changed in a loop: accumulators are no factors before they
are changed, and the change of a momentum term does not depend on a product of the term itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

import numpy as np

from backprop.roles.ahead import TwoParts
from backprop.roles.decay import only_decays
from backprop.roles.graph import Graph, is_product, is_sum, other_operand
from backprop.roles.inputs_again import pass_that_learns, product_with_inputs
from backprop.roles.learned import Update, Weights, is_rate
from backprop.roles.repeated import first_repeated_product
from backprop.roles.set_later import SetAgain
from backprop.trace.tape import Event, Ids, Kind

CONVERSIONS = ("astype", "trunc")
LIMITS = ("minimum", "maximum", "clip")  # of a weight or bias
_MOST_DECAY_STEPS = 60  # operations between a change and a term that decays the weight
_MOST_STEPS_OF_RATE = 4  # operations between a gradient and the update that it makes
_MOST_CHANGES = 256  # of a weight between two forward passes
_MOST_LIMIT_STEPS = 4  # operations between a weight and what is used in its place


def find_weights(graph: Graph) -> Weights:
    """All weights of a trace, with their updates. Empty if nothing learns by gradient."""
    return _Finder(graph).find()


class _Finder:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.starts = graph.starts
        self.found = Weights(np.full(graph.size, -1, np.int64))
        self.is_negated = np.zeros(graph.size, bool)
        self.product_events = self._product_events()
        self.is_multiplied = self.product_events < len(graph.events)
        self.literal = graph.literals
        self.two_parts = TwoParts(graph)
        self.set_again = SetAgain(graph)
        self._ancestors: dict[tuple[int, int], set[int]] = {}
        self._products: dict[tuple[int, ...], int] = {}
        self._with_inputs: dict[tuple[int, int], int | None] = {}
        self.staying: set[int] = set()  # ids that are used again after they seemed to be changed
        self.forward: set[tuple[int, int]] = set()  # places of forward products of the weights found so far

    def _product_events(self) -> Ids:
        """The number of the first event that multiplies each id; the number of all events if there is none."""
        first = np.full(self.graph.size, len(self.graph.events), np.int64)
        for number, event in enumerate(self.graph.events):
            if is_product(event):
                for operand in event.operands:
                    ids = operand.ravel()
                    if ids.size == 1:
                        first[ids[0]] = min(first[ids[0]], number)
                    else:
                        np.minimum.at(first, ids, number)
        for event in reversed(self.graph.events):
            if event.operation == "negative":
                ids = event.operands[0].ravel()
                self.is_negated[ids] = True
                first[ids] = np.minimum(first[ids], first[event.first : event.first + event.size])
        return first

    def find(self) -> Weights:
        """The weights and their updates, from the events in their order."""
        for number, event in enumerate(self.graph.events):
            if event.operation in CONVERSIONS:
                self._convert(event)
            if is_product(event) and event.where in self.forward:
                self._take_over(event)
            if not is_sum(event):
                continue
            left, right = (operand.ravel() for operand in event.operands)
            self._look(number, left, right)
            if event.operation == "add":
                self._look(number, right, left)
        used = self._places_used_again()
        found = self.found
        made = found.updates.items()
        return found.only([root for root, one in made if found.place[root] in used and not is_rate(one)])

    def _places_used_again(self) -> set[tuple[int, int]]:
        """The forward places whose numbers are multiplied there again after an update, changed or not, and those
        at which nothing is multiplied after it. In `p * (g - (g * p).sum())`, the way back through softmax, a
        constant g is changed as a weight is, but the result is multiplied elsewhere."""
        latest = {event.where: number for number, event in enumerate(self.graph.events) if is_product(event)}
        first: dict[tuple[int, int], int] = {}
        found = set()
        for root, made in self.found.updates.items():
            place = self.found.place[root]
            first[place] = min(made[0].event, first.get(place, made[0].event))
            if place not in found and self._is_used_again(root, made):
                found.add(place)
        return found | {place for place, number in first.items() if latest[place] < number}

    def _is_used_again(self, root: int, made: list[Update]) -> bool:
        """True if a version of a weight is multiplied at its forward place after its first update."""
        versions = [root, *(update.after for update in made)]
        versions += [negative for one in versions for negative in self._negatives(one)]
        return any(
            number > made[0].event and self.graph.events[number].where == self.found.place[root]
            for one in versions
            for number in self.graph.consumers(one)
        )

    def _convert(self, event: Event) -> None:
        """A weight that is put into an array of another type stays that weight."""
        root = self.found.root
        for at, before in enumerate(event.operands[0].ravel().tolist()):
            start, after = int(root[before]), event.first + at
            if start >= 0:
                root[after] = start
                made = self.found.updates[start]
                if made and made[-1].after == before:
                    made[-1] = replace(made[-1], after=after)

    def _stays(self, old: int, new: int, update: int, product: Event) -> bool:
        """True if a number is multiplied again after its update, and no changed one ever is: `W -= rate * g + rate`
        changes W, not rate. A copy may be changed often before it takes the place of the number: `new = W.copy()`."""

        def is_again(number: int) -> bool:
            event = self.graph.events[number]
            return number > update and event.where == product.where

        return any(map(is_again, self.graph.consumers(old))) and not any(
            is_again(number) for one in self._changed_on(new, update) for number in self.graph.consumers(one)
        )

    def _changed_on(self, new: int, update: int) -> Iterator[int]:
        """A changed number, and those that the same update makes of it in its turn."""
        where = self.graph.events[update].where
        for _ in range(_MOST_CHANGES):
            yield new
            users = [self.graph.events[number] for number in self.graph.consumers(new)]
            changes = [one for one in users if is_sum(one) and one.where == where]
            if len(changes) != 1:
                return
            results = self.graph.results_of(changes[0], new)
            if len(results) != 1:  # one number for all samples, changed by arrays of samples
                return
            (new,) = results

    def _is_only_changed(self, new: int, update: int) -> bool:
        """True if a changed number is used for nothing but its own next change."""
        where = self.graph.events[update].where
        users = [self.graph.events[number] for number in self.graph.consumers(new)]
        return all(is_sum(one) and one.where == where for one in users)

    @cached_property
    def _comes_again(self) -> int:
        return first_repeated_product(self.graph, self.starts)

    def _take_over(self, event: Event) -> None:
        """Follow weights to what is multiplied in their place, made of them by nothing but elementwise operations:
        `W = np.clip(W, -1, 1)`, `W = W * np.minimum(1, 2 / norms)`."""
        root, (left, right) = self.found.root, event.operands
        if (root[left] >= 0).any() or (root[right] >= 0).any():
            return
        place = event.where
        for id in np.unique(np.concatenate([left.ravel(), right.ravel()])).tolist():
            before = self._weight_below(id, place)
            if before is not None:
                start = int(root[before])
                root[id] = start
                number = int(self.graph.owner[id])
                self.found.updates[start].append(Update(before, id, id, number, adds=False))

    def _weight_below(self, id: int, place: tuple[int, int]) -> int | None:
        """The weight with a forward product at `place` that an id was made of; None if it was made otherwise."""
        here = [id]
        for _ in range(_MOST_LIMIT_STEPS):
            events = [self.graph.tape.event(one) for one in here]
            if not all(event.kind is Kind.ELEMENTWISE for event in events):
                return None
            below = [operand for one in here for operand in self.graph.tape.operands(one)]
            for one in below:
                start = int(self.found.root[one])
                if start >= 0 and self.found.place.get(start) == place:
                    return one
            here = [one for one in below if self.graph.tape.event(one).kind is Kind.ELEMENTWISE]
            if not here:
                return None
        return None

    def _look(self, number: int, before: Ids, change: Ids) -> None:
        """Add the updates that this event makes if `before` are weights and `change` is added to them."""
        event = self.graph.events[number]
        before, factor = self._undecayed(before, event)
        if len(before) == 1 and self._is_no_weight(int(before[0]), event.first, number):
            return
        root = self.found.root
        possible = (root[before] >= 0) | (self.starts[before] & ~self.literal[before])
        possible &= (self.product_events[before] < number) | (root[before] >= 0)
        possible &= root[event.first : event.first + event.size] < 0
        self._look_behind(number, before, change, np.nonzero(~possible)[0])
        if not possible.any():
            return
        for at in np.nonzero(possible)[0].tolist():
            old, new = int(before[at]), event.first + at
            start = int(root[old]) if root[old] >= 0 else old
            if start not in self.found.updates:
                forward = self._forward_product(old, int(change[at]), number)
                if forward is None:
                    forward = self._product_with_inputs(old, int(change[at]), number)
                if forward is None:
                    continue
                product = self.graph.events[forward]
                if old in self.staying or self._stays(old, new, number, product):
                    is_lost = self._is_only_changed(new, number) and not self.literal[old]
                    is_early = is_lost and self.graph.consumers(new) and self._comes_again < number
                    if not is_lost or is_early or self.set_again.may_be(old):
                        self.staying.add(old)
                        continue
                    self.found.lost.add(start)
                self._take(start, forward)
            if start not in self.found.lost or not self._is_only_changed(new, number):
                self.found.lost.discard(start)
                self._give_root(new, start)
            self.found.updates.setdefault(start, []).append(Update(old, new, new, number, factor))

    def _is_no_weight(self, id: int, result: int, number: int) -> bool:
        """True if a single number is neither a weight that event `number` changes to `result` nor stands for one: what
        `_look` and `_look_behind` ask of arrays, without NumPy."""
        root, first_product = self.found.root, self.product_events[id]
        if root[result] >= 0:
            return True
        if root[id] >= 0:
            return False
        if first_product == len(self.graph.events):
            if not (self.starts[id] or self.product_events[result] < first_product):
                return True
            return not self.two_parts.may_be(id, result, self.is_multiplied)
        return not (first_product < number and self.starts[id] and not self.literal[id])

    def _look_behind(self, number: int, before: Ids, change: Ids, places: Ids) -> None:
        """Add the first steps of weights that are multiplied under another number than the one that is changed here."""
        if not len(places):
            return
        root, is_multiplied = self.found.root, self.is_multiplied
        after = self.graph.events[number].first + places
        possible = ~is_multiplied[before[places]] & (self.starts[before[places]] | is_multiplied[after])
        possible &= (root[before[places]] < 0) & (root[after] < 0)
        possible &= self.two_parts.may_be(before[places], after, is_multiplied)
        for at in places[possible].tolist():
            old, new = int(before[at]), self.graph.events[number].first + at
            weight = self.two_parts.multiplied(old, int(change[at]), new)
            if weight is None or self.literal[weight] or not self.starts[weight] or root[weight] >= 0:
                continue
            if (forward := self._forward_product(weight, int(change[at]), number)) is not None:
                self._take(weight, forward)
                self._give_root(old, weight)
                self._give_root(new, weight)
                self.found.updates[weight] = [Update(weight, new, new, number)]

    def _take(self, start: int, forward: int) -> None:
        """Take a number as a weight that is multiplied in event number `forward`."""
        self.found.place[start] = self.graph.events[forward].where
        self.forward.add(self.found.place[start])
        self._give_root(start, start)

    def _give_root(self, id: int, root: int) -> None:
        """Take an id as a version of a weight, and its negatives with it."""
        self.found.root[id] = root
        for negative in self._negatives(id):
            self.found.root[negative] = root
            self.found.mirrored[negative] = id

    def _negatives(self, id: int) -> list[int]:
        """The ids of -id."""
        if not self.is_negated[id]:
            return []
        return [
            result
            for number in self.graph.consumers(id)
            if self.graph.events[number].operation == "negative"
            for result in self.graph.results_of(self.graph.events[number], id)
        ]

    def _undecayed(self, before: Ids, event: Event) -> tuple[Ids, float]:
        """The p and the c of `c * p`, if c is a start value and the result is used as p was (weight decay)."""
        graph = self.graph
        owners = graph.owner[before]
        if not len(owners) or (len(owners) > 1 and (owners != owners[0]).any()):
            return before, 1.0
        scaled = graph.events[int(owners[0])]
        if scaled.operation != "multiply" or len(scaled.operands) != 2:
            return before, 1.0
        at = before - scaled.first
        one, other = (operand.ravel()[at] for operand in scaled.operands)
        for weight, constant in ((one, other), (other, one)):
            factor = float(graph.value[constant[0]])
            is_constant = self.starts[constant].all() and (graph.value[constant] == factor).all()
            if not (0 < factor < 1 and is_constant):
                continue
            known = self.found.root[weight] >= 0
            fresh = self.starts[weight] & ~self.literal[weight]
            used_alike = (known | fresh).all() and self._same_products(int(weight[0]), event.first)
            if used_alike and not self._is_made_from(int(constant[0]), int(weight[0])):
                return weight, factor
        return before, 1.0

    def _is_made_from(self, id: int, other: int) -> bool:
        """True if a number is computed, element by element, from another one or from a weight: 1 - a in `a * (1 - a) + b` is
        no decay, nor is an activation."""
        tape, stack = self.graph.tape, [id]
        for _ in range(_MOST_DECAY_STEPS):
            if not stack:
                return False
            one = stack.pop()
            if one == other or self.found.root[one] >= 0:
                return True
            stack += tape.operands(one) if tape.event(one).kind is Kind.ELEMENTWISE else []
        return False

    def _same_products(self, old: int, new: int) -> bool:
        """True if the later one is multiplied where the earlier one was first."""
        first = int(self.product_events[old])
        if first == len(self.graph.events):
            return False
        events = [self.graph.events[number] for number in self.graph.consumers(new)]
        where = self.graph.events[first].where
        return any(is_product(event) and event.where == where for event in events)

    def _forward_product(self, weight: int, change: int, update: int) -> int | None:
        """The forward product of the weight that its change depends on; None if it depends on none."""
        owner = self.graph.owner
        start = int(self.product_events[weight])
        changed = int(owner[change])
        if changed < start:
            return None
        key = start, changed
        if key not in self._ancestors:
            self._ancestors[key] = self.graph.ancestors(changed, start)
        before = self._ancestors[key]
        for one in (weight, *self._negatives(weight)):
            users = self.graph.consumers(one)
            alike = (int(owner[one]), changed, *users)  # of numbers used alike one answer is enough
            if alike in self._products:
                return self._products[alike]
            here = [user for user in users if user < update and user in before and user != changed]
            products = (number for number in here if is_product(self.graph.events[number]))
            forward = (number for number in products if not self._is_no_forward(one, number, change))
            if (number := pass_that_learns(self.graph, one, forward, before)) is not None:
                if self.graph.events[number].kind is Kind.PRODUCT:
                    self._products[alike] = number
                return number
        return None

    def _product_with_inputs(self, weight: int, change: int, update: int) -> int | None:
        """The first matrix product of a weight whose inputs its change multiplies, too; None if there is none."""
        users = [number for number in self.graph.consumers(weight) if number < update]
        first = next((one for one in users if self.graph.events[one].kind is Kind.PRODUCT), None)
        if first is None:
            return None
        key = first, int(self.graph.owner[change])  # of the weights of one array one answer is enough
        if key not in self._with_inputs:
            self._with_inputs[key] = product_with_inputs(self.graph, weight, change, update)
        return self._with_inputs[key]

    def _is_no_forward(self, weight: int, product: int, change: int) -> bool:
        """True for a product of a weight that is a step, decays it, or makes a zero: `velocity = 0 * W`."""
        others = other_operand(self.graph.events[product], weight)
        is_zero = self.literal[others].all() and not self.graph.value[others].any()
        is_step = is_zero or self._is_step(weight, product)
        return is_step or only_decays(self.graph, self.starts, weight, product, change)

    def _is_step(self, id: int, product: int) -> bool:
        """True if a product of a number is what an update adds to a weight or a bias, perhaps scaled: `w -= rate * g / m`. A
        gradient that is never set back to 0 is such a number, and no weight."""
        for _ in range(_MOST_STEPS_OF_RATE):
            (id, *_) = self.graph.results_of(self.graph.events[product], id)
            users = self.graph.consumers(id)
            if len(users) != 1:
                return False
            (product,) = users
            event = self.graph.events[product]
            if is_sum(event):
                (after, *_) = self.graph.results_of(event, id)
                before = next((one for one in self.graph.tape.operands(after) if one != id), id)
                here = {event.where}
                return bool((self._used_at(before) & self._used_at(after)) - here)
            if event.kind is not Kind.ELEMENTWISE:
                return False
        return False

    def _used_at(self, id: int) -> set[tuple[int, int]]:
        """The (place, context) of the events that use an id."""
        return {self.graph.events[number].where for number in self.graph.consumers(id)}
