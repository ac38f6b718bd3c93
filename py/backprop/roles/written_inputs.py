"""Inputs that a program writes where it uses them: in the sum, and once more in the change of their weight.

y = w * 1.5
w -= rate * e * 1.5
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from backprop.roles.graph import Graph
from backprop.roles.learned import Weights
from backprop.roles.net import Net, Network

_MOST_FACTORS = 40  # of one change


class WrittenInputs:
    """The literals in changes that have the number of an input which is a literal, too."""

    def __init__(self, graph: Graph, weights: Weights, network: Network) -> None:
        self.graph = graph
        self.weights = weights
        self.network = network

    def like(self, inputs: dict[int, Net]) -> dict[int, Net]:
        """The nets by such literals (ids). Of 1 nothing is known: it stands everywhere; nor of a number by which anything is
        multiplied elsewhere, too: it may be the rate."""
        nets = {self._value(id): net for id, net in inputs.items() if self.graph.is_literal(id)}
        return {
            id: net
            for value, net in nets.items()
            if value != 1 and self._multiplied[value] <= self._of_inputs[value]
            for id in self._multiplied[value]
        }

    @cached_property
    def _multiplied(self) -> dict[float, set[int]]:
        """The literals that are only multiplied, by their number."""
        found: dict[float, set[int]] = defaultdict(set)
        for event in self.graph.events:
            if self.graph.is_literal(event.first):
                users = [self.graph.events[number] for number in self.graph.consumers(event.first)]
                if users and all(one.operation == "multiply" for one in users):
                    found[self._value(event.first)].add(event.first)
        return found

    @cached_property
    def _of_inputs(self) -> dict[float, set[int]]:
        """The literals that are inputs, and those in the changes of their weights, by the number of the input."""
        found: dict[float, set[int]] = defaultdict(set)
        for net in {net.neuron: net for net in self.network.nets}.values():
            for weight, id in zip(net.weights.tolist(), net.inputs.tolist()):
                if self.graph.is_literal(id):
                    updates = self.weights.updates.get(int(self.weights.root[weight]), [])
                    found[self._value(id)] |= {id, *(self._factors(updates[0].result) if updates else ())}
        return found

    def _factors(self, change: int) -> set[int]:
        """The literals that the change of a weight, made by `weight - change`, is multiplied by."""
        found: set[int] = set()
        stack = self.graph.tape.operands(change)
        for _ in range(_MOST_FACTORS):
            if not stack:
                break
            id = stack.pop()
            if self.graph.is_literal(id):
                found.add(id)
            elif self.graph.tape.event(id).operation in ("multiply", "negative"):
                stack = [*stack, *self.graph.tape.operands(id)]
        return found

    def _value(self, id: int) -> float:
        return float(self.graph.value[id])
