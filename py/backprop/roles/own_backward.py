"""Programs that carry the derivative back through each operation by themselves (a class of numbers with a `backward`): the
first place where what one operation hands on is not its derivative.

    self.grad += other.data * out.grad      # right for self * other
    other.grad += other.data * out.grad     # wrong: the derivative of a * b by b is a

The way back begins with a 1, the derivative of the error by itself. What an operation u hands on to its operand p is right
if it is ∂E/∂u · ∂u/∂p. Which number is handed on to a weight is known from the weight's change; of the others each right
number may be handed on as often as the forward part has it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np

from backprop.roles.graph import Flags, Graph, is_product, is_sum
from backprop.roles.learned import Weights
from backprop.roles.net import Net
from backprop.trace.derivative import derivative
from backprop.trace.partials import ELEMENTWISE
from backprop.trace.tape import Event, Kind

_LEAST_RIGHT = 1  # number that is handed on rightly, or this is no such program
_MOST_STARTS = 4
_MOST_BELOW = 8  # numbers between a changed weight and its gradient
_HANDS_ON = ("add", "subtract", "multiply", "divide", "negative")


def wrong_derivative(graph: Graph, weights: Weights, nets: list[Net]) -> int | None:
    """The number of the first event that hands on a wrong derivative; None if there is none, or none is known."""
    return next(iter(_wrong_ones(graph, weights, nets) or ()), None)


def is_carried_back_rightly(graph: Graph, weights: Weights, nets: list[Net]) -> bool:
    """True for such a program all of whose operations hand on their derivatives."""
    return _wrong_ones(graph, weights, nets) == []


def _wrong_ones(graph: Graph, weights: Weights, nets: list[Net]) -> list[int] | None:
    """The events that hand on wrong derivatives, in order; None if this is no such program."""
    if not nets or not weights.updates:
        return None
    first = min(made[0].event for made in weights.updates.values())
    outputs = [net.id for net in nets if graph.owner[net.id] < first]
    for start in list(_starts(graph, max(outputs, default=graph.size), first))[:_MOST_STARTS]:
        error = _error(graph, outputs, start)
        if error is None or _is_slope(graph, error, way_back := _made_from(graph, start)):
            continue
        right, wrong = _handed_on(graph, weights, start, error, first, way_back)
        if right >= _LEAST_RIGHT:
            return wrong
    return None


def _starts(graph: Graph, last: int, first: int) -> Iterator[int]:
    """The numbers 1 that the way back may begin with: written after the outputs, and needed for the first update."""
    needed = graph.ancestors(first)
    for number in sorted(needed):
        event = graph.events[number]
        is_one = event.operation == "constant" and event.size == 1 and graph.value[event.first] == 1
        if is_one and event.first > last and number < first:
            yield event.first


def _error(graph: Graph, outputs: list[int], start: int) -> int | None:
    """The last number before the way back that is made of outputs and that nothing else before it is made of."""
    depends = np.full(graph.size, -1, np.int64)
    depends[outputs] = 0
    made = graph.carry(depends, np.zeros(graph.size, bool))
    end = int(graph.owner[start])
    for number in range(end - 1, -1, -1):
        event = graph.events[number]
        is_made = event.size == 1 and bool(event.operands) and made[event.first] >= 0
        if is_made and not any(user < end for user in graph.consumers(event.first)):
            return event.first
    return None


def _is_slope(graph: Graph, error: int, way_back: Flags) -> bool:
    """True if the error itself is multiplied by what is made from the 1 (`way_back`): then the 1 is the slope of a linear
    output, no beginning of a way back."""
    users = (graph.events[number] for number in graph.consumers(error))
    return any(is_product(event) and way_back[event.first] for event in users)


def _handed_on(
    graph: Graph, weights: Weights, start: int, error: int, first: int, way_back: Flags
) -> tuple[int, list[int]]:
    """The count of the numbers that are handed on rightly, and the events of the others, in order."""
    right_ones = _RightNumbers(graph, weights, error)
    handed = list(_handed(graph, start, first, way_back))
    owner_of = _weights_of(graph, weights, handed)
    right, wrong = 0, []
    if 2 * len(set(owner_of.values())) < len(weights.updates):
        return 0, []
    for number, value, total in handed:
        if right_ones.take(value, owner_of.get(total)):
            right += 1
        else:
            wrong.append(number)
    return right, wrong


def _made_from(graph: Graph, start: int) -> Flags:
    labels = np.full(graph.size, -1, np.int64)
    labels[start] = 0
    return graph.carry(labels, np.zeros(graph.size, bool), since=int(graph.owner[start])) >= 0


_Handed = tuple[int, float, int]
"""A number that one operation hands on: the event that adds it to the numbers of other operations, its value, and the id of
that sum."""


def _handed(graph: Graph, start: int, first: int, way_back: Flags) -> Iterator[_Handed]:
    """The numbers that operations hand on, in order: addends of sums on the way back, and products that stand in no sum."""
    for number in range(int(graph.owner[start]) + 1, first):
        event = graph.events[number]
        if event.size > 1 or event.kind is not Kind.ELEMENTWISE or not way_back[event.first]:
            continue
        operands = graph.tape.operands(event.first)
        if is_sum(event) and _is_sum_so_far(graph, operands[0], way_back):
            sign = 1.0 if event.operation == "add" else -1.0
            yield number, sign * float(graph.value[operands[1]]), event.first
        elif event.operation in _HANDS_ON and _is_last(graph, event, way_back):
            yield number, float(graph.value[event.first]), event.first


def _is_sum_so_far(graph: Graph, id: int, way_back: Flags) -> bool:
    return bool(way_back[id]) or (graph.value[id] == 0 and graph.tape.event(id).kind is Kind.SOURCE)


def _is_last(graph: Graph, event: Event, way_back: Flags) -> bool:
    """True for the end of an expression: neither its own line nor a sum takes it up."""
    line = graph.tape.places[event.place].line
    for number in graph.consumers(event.first):
        user = graph.events[number]
        if user.context == event.context and graph.tape.places[user.place].line == line:
            return False
        operands = graph.tape.operands(user.first)
        if is_sum(user) and _is_sum_so_far(graph, operands[0], way_back):
            return False
    return True


def _weights_of(graph: Graph, weights: Weights, handed: list[_Handed]) -> dict[int, int]:
    """The start value of a weight, by the id of each sum from which the weight's change is computed."""
    sums = {total for _, _, total in handed}
    found: dict[int, int] = {}
    for root, made in weights.updates.items():
        id = next((one for one in _below(graph, made[0].event, made[0].result) if one in sums), None)
        while id in sums:
            found[id] = root
            operands = graph.tape.operands(id)
            id = operands[0] if is_sum(graph.tape.event(id)) else None
    return found


def _below(graph: Graph, number: int, result: int) -> Iterator[int]:
    """The ids from a changed weight down to its gradient, through what is multiplied by the learning rate."""
    queue = list(graph.tape.operands(result))
    for _ in range(_MOST_BELOW):
        if not queue:
            return
        id = queue.pop(0)
        yield id
        if graph.tape.event(id).operation in ("multiply", "divide", "negative"):
            queue += graph.tape.operands(id)


class _RightNumbers:
    """The numbers that are handed on rightly: ∂E/∂u · ∂u/∂p for each operation u and each of its operands p."""

    def __init__(self, graph: Graph, weights: Weights, error: int) -> None:
        self.graph = graph
        self.arrived = derivative(graph.tape, error).values
        self.of_weight: dict[int, list[float]] = {}
        self.left: Counter[str] = Counter()
        is_weight = weights.is_weight
        users: dict[int, set[int]] = defaultdict(set)
        for number, event in enumerate(graph.events[: int(graph.owner[error]) + 1]):
            for id, value in self._of(event):
                users[id].add(number)
                if is_weight[id]:
                    self.of_weight.setdefault(int(weights.root[id]), []).append(value)
                else:
                    self.left[_key(value)] += 1
        for id, numbers in users.items():
            if len(numbers) > 1 and self._is_one_line(numbers) and not is_weight[id]:
                self.left[_key(float(self.arrived[id]))] += 1

    def _is_one_line(self, numbers: set[int]) -> bool:
        """True if one operation of the program takes several steps: `(exp(2 * x) - 1) / (exp(2 * x) + 1)`."""
        events = [self.graph.events[number] for number in numbers]
        return len({(event.context, self.graph.tape.places[event.place].line) for event in events}) == 1

    def _of(self, event: Event) -> Iterator[tuple[int, float]]:
        partials = ELEMENTWISE.get(event.operation)
        if event.size > 1 or event.kind is not Kind.ELEMENTWISE or not partials:
            return
        ids = self.graph.tape.operands(event.first)
        here, out = float(self.arrived[event.first]), self.graph.value[event.first : event.first + 1]
        for id, one in zip(ids, partials([self.graph.value[id : id + 1] for id in ids], out)):
            if one is not None and here:
                yield id, here * float(np.ravel(one)[0])

    def take(self, value: float, root: int | None) -> bool:
        """True if a number is handed on rightly, to a weight or to another number (None)."""
        if value == 0:
            return True
        if root is not None:
            return any(_key(one) == _key(value) for one in self.of_weight.get(root, ()))
        key = _key(value)
        self.left[key] -= 1
        return self.left[key] >= 0


def _key(value: float) -> str:
    return f"{value:.9g}"
