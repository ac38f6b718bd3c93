"""Activations and targets: what the next layer multiplies, and what an output is compared with."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from backprop.roles.delta import Deltas
from backprop.roles.graph import Flags, Graph
from backprop.roles.learned import Weights
from backprop.roles.net import Net, Network
from backprop.trace.tape import Event, Kind

_MOST_USERS = 16  # of one number
_MOST_STEPS = 400  # from an output's delta back to the comparison

# How surely an operation compares an output with its target; the side of the target where it matters.
_COMPARES = {"subtract": 3.0, "equal": 2.0, "not_equal": 2.0, "divide": 1.0, "add": 0.5}

_DIAGONAL = 0.1  # surer than elsewhere in a table of all outputs beside all targets
_OF_MARGIN = 4.0  # as sure as that is a margin: surer than any comparison
_WITH_ONE = ("subtract", "add", "less", "greater", "less_equal", "greater_equal")


def sureness_of(graph: Graph, operation: str, operands: list[int], target: int) -> float:
    """How surely an operation compares its other operand with `target`; 0 if it does not."""
    if operation == "divide" and operands[0] != target:
        return 0.0
    if operation == "add" and graph.tape.event(target).kind is Kind.SOURCE and graph.value[target] == 0:
        return 0.0  # a sum that begins with 0
    return _COMPARES.get(operation, 0.0)


@dataclass
class Outputs:
    """The id of each net's activation, and of the target of each net in the last layer, if they were found.

    `one_hot` are the nets of the last layer whose target is no number in the program but its class: 1 or 0.
    """

    activation: dict[int, int] = field(default_factory=dict)
    target: dict[int, int] = field(default_factory=dict)
    one_hot: dict[int, float] = field(default_factory=dict)


def find_outputs(graph: Graph, weights: Weights, network: Network, deltas: Deltas, varies: Flags) -> Outputs:
    """The activations of all nets, and the targets of those in the last layer."""
    found = Outputs()
    for inputs in {net.inputs.tobytes(): net.inputs for net in network.nets}.values():
        for input_id, below in zip(inputs.tolist(), network.source[inputs].tolist()):
            if below >= 0:
                found.activation.setdefault(below, input_id)
    search = _Comparisons(graph, network, varies)
    last = [net for net in network.nets if net.layer == len(network.layers)]
    made_of = {
        net.id: [id for _, ids in delta.products for id in ids]
        for net in last
        if (delta := deltas.of.get(net.id))
    }
    with_delta = [net for net in last if net.id in made_of]
    compared = {net.id: search.before(made_of[net.id], net) for net in with_delta}
    if not any(compared.values()):
        search.one_hot(last, deltas, found)
        if not found.one_hot:
            compared = {net.id: search.before(made_of[net.id], net, literals=True) for net in with_delta}
    shared = _thresholds(graph, last, compared)
    for net in last:
        found_here = [one for one in compared.get(net.id, ()) if _written(graph, one[2]) not in shared]
        if found_here:  # the surest; of equally sure ones the earliest: later ones are its gradient
            _, output, target = max(found_here, key=lambda one: (one[0], -one[1]))
            found.activation[net.id], found.target[net.id] = output, target
    search.one_hot(last, deltas, found)
    for net in last:
        if net.id not in found.activation:
            made = search.functions_of(net)
            compared_here = search.compared_among(made)
            found.activation[net.id] = compared_here[1] if compared_here else made[-1]
            if compared_here:
                found.target.setdefault(net.id, compared_here[2])
    return found


_Comparison = tuple[float, int, int]
"""How surely an output is compared with its target; the id of the output; the id of the target."""


_Written = tuple[int, float]
"""A number that a program compares with: (id, 0); of a single one that is written in the program (-place, the number)."""


def _written(graph: Graph, id: int) -> _Written:
    event = graph.tape.event(id)
    is_single = event.kind is Kind.SOURCE and event.size == 1
    return (-event.place, float(graph.value[id])) if is_single else (id, 0.0)


def _thresholds(graph: Graph, last: list[Net], compared: dict[int, list[_Comparison]]) -> set[_Written]:
    """The numbers that all samples of an output are compared with, where they are compared with others, too: what is
    subtracted from a net is a threshold, not a target, and so is the 1 in `minus(1, a)`."""
    found: set[_Written] = set()
    by_neuron: dict[int, list[set[_Written]]] = {}
    for net in last:
        if compared.get(net.id):
            here = {_written(graph, target) for _, _, target in compared[net.id]}
            by_neuron.setdefault(net.neuron, []).append(here)
    for targets in by_neuron.values():
        shared = set.intersection(*targets)
        if len(targets) > 1 and all(one - shared for one in targets):
            found |= shared
    return found


class _Comparisons:
    """Looks for the place where an output meets its target."""

    def __init__(self, graph: Graph, network: Network, varies: Flags) -> None:
        self.graph = graph
        self.network = network
        self.varies = varies
        self.nets = {net.id: net for net in network.nets}

    def before(self, ids: list[int], net: Net, literals: bool = False) -> list[_Comparison]:
        """The comparisons that an output's delta was made from; `literals`: with targets written there, `y - 0.8`."""
        compare = self._compared_with_literal if literals else self._compared
        compared: list[_Comparison] = []
        queue, seen = deque(ids), set(ids)
        while queue and len(seen) < _MOST_STEPS:
            id = queue.popleft()
            if id in self.nets:
                continue
            event = self.graph.tape.event(id)
            operands = self.graph.tape.operands(id)
            here = compare(event, operands)
            if here is not None and self._is_on_diagonal(id, event):
                here = (here[0] + _DIAGONAL, *here[1:])
            compared += filter(None, (here, self._margin(id, event, operands)))
            for operand in operands:
                if operand not in seen and self.varies[operand]:
                    seen.add(operand)
                    queue.append(operand)
        own = [one for one in compared if self._is_own(one[1], net)]
        return own or [one for one in compared if self._is_of_sample(one[1], net)]

    def _is_of_sample(self, output: int, net: Net) -> bool:
        """True unless an output is that of another sample: `0.9 * value(s2)` in `r + 0.9 * value(s2) - value(s)` is part of
        the target."""
        behind = self.nets.get(int(self.network.source[output]))
        return behind is None or behind.sample == net.sample

    def _is_on_diagonal(self, id: int, event: Event) -> bool:
        """True for the numbers at which an output meets its own target where, by silent broadcasting, it meets all."""
        is_square = len(event.shape) == 2 and event.shape[0] == event.shape[1]
        is_widened = is_square and event.first in self.graph.tape.widened
        return is_widened and (id - event.first) % (event.shape[1] + 1) == 0

    def _is_own(self, output: int, net: Net) -> bool:
        """True if an output is computed from the net element by element: in `J @ (p - t)` stand all outputs of a sample."""
        stack, seen = [output], {output}
        while stack and len(seen) < _MOST_STEPS:
            id = stack.pop()
            if id == net.id:
                return True
            if id not in self.nets and self.graph.tape.event(id).kind is Kind.ELEMENTWISE:
                below = [one for one in self.graph.tape.operands(id) if self.varies[one] and one not in seen]
                seen |= set(below)
                stack += below
        return False

    def _compared(self, event: Event, operands: list[int]) -> _Comparison | None:
        """If an operation compares an output with a constant of the program: how surely, the output, the constant."""
        if event.operation not in _COMPARES or len(operands) != 2:
            return None
        for output, target in (operands, operands[::-1]):
            if self.varies[target] or not self.varies[output] or self.network.source[output] < 0:
                continue
            sureness = sureness_of(self.graph, event.operation, operands, target)
            if not sureness:
                continue
            origin = self._origin(target, self._is_mirrored(event.operation, output))
            if origin is not None:
                return sureness, output, origin
        return None

    def _margin(self, id: int, event: Event, operands: list[int]) -> _Comparison | None:
        """The output and the target, 1 or -1, of a product that is compared with 1: the hinge loss, `max(0, 1 - t * y)`."""
        if event.operation != "multiply" or not any(map(self._meets_one, self.graph.consumers(id))):
            return None
        for output, target in (operands, operands[::-1]):
            is_output = self.varies[output] and self.network.source[output] >= 0
            is_target = not self.varies[target] and abs(self.graph.value[target]) == 1
            origin = self._origin(target, False) if is_output and is_target else None
            if origin is not None:
                return _OF_MARGIN, output, origin
        return None

    def _meets_one(self, user: int) -> bool:
        event = self.graph.events[user]
        if event.operation not in _WITH_ONE or len(event.operands) != 2:
            return False
        return any(
            (self.graph.value[ids] == 1).all() and not self.varies[ids].any() for ids in event.operands
        )

    def _compared_with_literal(self, event: Event, operands: list[int]) -> _Comparison | None:
        """The comparison `y - 0.8` or `0.8 - y`; `1 - y` is none: it stands in a slope, too."""
        if event.operation != "subtract":
            return None
        for output, target in (operands, operands[::-1]):
            is_slope = target == operands[0] and self.graph.value[target] == 1
            is_output = self.varies[output] and self.network.source[output] >= 0
            if self.graph.is_literal(target) and is_output and not is_slope:
                return _COMPARES["subtract"], output, target
        return None

    def _is_mirrored(self, operation: str, output: int) -> bool:
        """True for `(1 - t) / (1 - o)` and `(1 - t) - (1 - o)`; in `(1 - t) - o` the target is 1 - t itself."""
        event = self.graph.tape.event(output)
        is_taken = event.kind is Kind.ELEMENTWISE and event.operation == "subtract"
        return operation == "divide" or (
            is_taken and self.graph.is_literal(self.graph.tape.operands(output)[0])
        )

    def _origin(self, target: int, is_mirrored: bool) -> int | None:
        """A target behind `-t`, or `1 - t` if it is mirrored; None for a number written in the formula itself."""
        event = self.graph.tape.event(target)
        behind = ("subtract", "negative") if is_mirrored else ("negative",)
        while event.kind is Kind.ELEMENTWISE and event.operation in behind:
            inner = [id for id in self.graph.tape.operands(target) if not self.graph.is_literal(id)]
            if len(inner) != 1:
                break
            target = inner[0]
            event = self.graph.tape.event(target)
        return None if self.graph.is_literal(target) else target

    def one_hot(self, last: list[Net], deltas: Deltas, found: Outputs) -> None:
        """Targets as classes: `p[range(m), y] -= 1` leaves p for most outputs and makes p - 1 of one."""
        by_sample: dict[int, list[tuple[Net, int, float]]] = {}
        for net in last:
            delta = deltas.of.get(net.id)
            if net.id in found.target or delta is None or delta.id is None:
                continue
            id, hot = self._unscaled(delta.id), 0.0
            event = self.graph.tape.event(id)
            if event.operation == "subtract" and self.graph.is_literal(self.graph.tape.operands(id)[1]):
                literal = self.graph.tape.operands(id)[1]
                id, hot = self.graph.tape.operands(id)[0], float(self.graph.value[literal])
            by_sample.setdefault(net.sample, []).append((net, id, hot))
        for outputs in by_sample.values():
            if sum(hot != 0 for _, _, hot in outputs) == 1 and len(outputs) > 1:
                for net, id, hot in outputs:
                    found.activation[net.id], found.one_hot[net.id] = id, hot

    def _unscaled(self, id: int) -> int:
        """The number that was multiplied by constants or divided by them (`d = p / m`) to make another."""
        while True:
            event = self.graph.tape.event(id)
            if event.kind is not Kind.ELEMENTWISE or event.operation not in ("multiply", "divide"):
                return id
            one, other = self.graph.tape.operands(id)
            if self.varies[one] and not self.varies[other]:
                id = one
            elif self.varies[other] and event.operation == "multiply" and not self.varies[one]:
                id = other
            else:
                return id

    def functions_of(self, net: Net) -> list[int]:
        """The net and the values that are made one after the other from it and constants alone."""
        found = [net.id]
        for _ in range(20):
            results = [
                result
                for number in self.graph.consumers(found[-1])
                for result in self._made_from(self.graph.events[number], found[-1])
            ]
            if not results:
                break
            found.append(results[0])
        return found

    def compared_among(self, ids: list[int]) -> _Comparison | None:
        """The surest comparison of one of these with a target, in an output without a delta."""
        compared = [
            found
            for id in ids
            for event in (self.graph.events[number] for number in self.graph.consumers(id)[:_MOST_USERS])
            if event.kind is Kind.ELEMENTWISE
            for result in self.graph.results_of(event, id)[:1]
            if (found := self._compared(event, self.graph.tape.operands(result))) and found[1] == id
        ]
        return max(compared, key=lambda one: (one[0], -one[1]), default=None)

    def _made_from(self, event: Event, id: int) -> list[int]:
        if event.kind is not Kind.ELEMENTWISE:
            return []
        results = self.graph.results_of(event, id)[:1]
        others = [one for result in results for one in self.graph.tape.operands(result) if one != id]
        return results if all(self.graph.is_literal(one) for one in others) else []
