"""The choice of places to note, so that every quantity of the network is known in each iteration."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from backprop.recording.taps import FACTOR, Computed, How
from backprop.recording.training_part import TrainingPart
from backprop.roles.changing_rates import ChangingRates
from backprop.roles.delta import Delta
from backprop.roles.survey import Training
from backprop.topology import Place as RefPlace
from backprop.topology import Ref
from backprop.trace.tape import Event, Kind, Place

Key = tuple[int, str, int, str, int]  # place, how, operand, operation, sign


class WantedPlaces(TrainingPart):
    """Chooses a place for each number that has a role (`wanted`), or what it is put together from (`computed`)."""

    def __init__(self, training: Training, calls: Sequence[Place]) -> None:
        super().__init__(training, calls)
        roles = self.roles
        self.one_hot_deltas = {
            delta.id
            for net, delta in roles.deltas.of.items()
            if net in roles.outputs.one_hot and not self._is_apart(net, delta)
        }
        self.wanted: dict[Key, dict[int, RefPlace]] = defaultdict(dict)  # id -> place, of each key
        self.computed: dict[Ref, Computed] = {}

    @cached_property
    def _forward(self) -> set[tuple[int, int]]:
        """The (place, context) of the products in the forward pass."""
        return set(self.roles.weights.place.values())

    def want_all(self) -> None:
        """Choose the places of all roles."""
        self._want_roles()
        self._want_inputs()
        self._want_targets_of_inputs()
        self._want_rate()
        self._want_parts()
        if not self.training.is_exact:
            self._want_starts()

    def _want_roles(self) -> None:
        """Choose a place for each id that has a role, but for the inputs."""
        inputs = {("a", node) for node in self.roles.topology.inputs}
        for id, place in self.roles.places.items():
            quantity = place[0][0]
            if quantity in ("w", "b"):
                if not self._is_start(id):
                    self._want_value(id, place)
            elif place[0] in inputs or (quantity == "delta" and id in self.one_hot_deltas):
                continue
            elif quantity in ("eta", "t"):
                self._want_operand(id, place)
            else:
                self._want_value(id, place)

    def _want_inputs(self) -> None:
        """Choose a place for each input, also for one that is the target of another sample."""
        seen: set[int] = set()
        for sample, numbers in self.roles.inputs.items():
            for id, number in numbers.items():
                if id not in seen:
                    seen.add(id)
                    self._want_operand(id, (("a", number), sample))

    def _want_targets_of_inputs(self) -> None:
        """Note a target that is one of the inputs, too, where it is compared: as of an autoencoder."""
        nodes = {net.id: (self.roles.node_of[net.neuron], net.sample) for net in self.roles.network.nets}
        for net, id in self.roles.outputs.target.items():
            node, sample = nodes[net]
            if self.roles.places.get(id, ((None, None), None))[0][0] == "a":
                self._want_operand(id, (("t", node), sample))

    def _want_value(self, id: int, place: RefPlace) -> None:
        event = self.tape.event(id)
        if event.kind is not Kind.SOURCE and event.place and id not in self.put_together:
            how = "owner" if event.operation == "where" else "value"  # x[x < 0] = 0 makes all of x anew
            self._want(event, how, 0, id, place)

    def _want(self, event: Event, how: str, operand: int, id: int, place: RefPlace) -> None:
        """Note an id there. Numbers of another sign at one place, as in a function `minus(a, b)`, have a tap of their
        own."""
        quantity, key = place[0]
        signs: dict[Any, int] = self.roles.signs if quantity == "delta" else {}
        sign = self.net_signs.get(id, 1) if quantity == "net" else signs.get(key, 1)
        self.wanted[event.place, how, operand, event.operation, sign].setdefault(id, place)

    def _want_operand(self, id: int, place: RefPlace, how: How = "operand") -> None:
        """Note an id where it is first used in training: it may have been made long before."""
        for number in self.graph.consumers(id):
            event = self.graph.events[number]
            if number >= self.since and self.loud[event.context] and self._uses(event, place):
                operand = next(k for k, ids in enumerate(event.operands) if (ids == id).any())
                self._want(event, how, operand, id, place)
                return

    def _want_starts(self) -> None:
        """Note the first weights and biases where the first pass uses them: the trace has others."""
        for id, place in self.roles.places.items():
            if place[0][0] in ("w", "b") and self._is_start(id):
                self._want_operand(id, place, "start")

    def _uses(self, event: Event, place: RefPlace) -> bool:
        """True if an operation uses an input, a weight or a bias in a net, or a target beside an output."""
        if event.operation == "negative":  # -X @ W, out + (-y)
            return place[0][0] in ("t", "eta") or (place[0][0] == "a" and -1 in self.net_signs.values())
        if event.kind not in (Kind.ELEMENTWISE, Kind.PRODUCT) or len(event.operands) != 2:
            return False
        forward = event.where in self._forward
        return forward if place[0][0] in ("a", "w") else not forward

    def _want_rate(self) -> None:
        """Note the learning rate where it is one number of the program, the same for all weights: in every update another
        one, if the program works it out anew (`rate = 0.5 / (1 + 0.01 * epoch)`)."""
        of_updates: dict[int, set[float]] = defaultdict(set)
        deltas = list(self.roles.deltas.of.values())
        ids = [self._rate_of(delta) for delta in deltas]
        shares: set[float] = set()
        for delta, id in zip(deltas, ids):
            if id is None or (rate := float(self.tape.values[id])) <= 0:
                return
            made = self.roles.weights.updates[int(self.roles.weights.root[delta.update.before])]
            of_updates[made.index(delta.update)].add(rate)
            shares.add(float(f"{abs(delta.scale) / rate:.9g}"))
        if len(shares) == 1 and all(len(rates) == 1 for rates in of_updates.values()):
            for id in dict.fromkeys(ids):
                assert id is not None
                self._want_operand(id, (("eta", None), None))

    def _rate_of(self, delta: Delta) -> int | None:
        """The factor of a step that is its rate: the chosen one, the only one, or of several the one that may change."""
        if delta.net.id in self.roles.rate_of:
            return self.roles.rate_of[delta.net.id]
        if len(delta.rates) == 1 and abs(delta.scale) == self.tape.values[delta.rates[0][0]]:
            return delta.rates[0][0] if delta.rates[0][1] == 1 else None
        changing = [rate for rate in delta.rates if self._changing_rates.may_change(rate[0])]
        return changing[0][0] if len(changing) == 1 and changing[0][1] == 1 and len(delta.rates) > 1 else None

    @cached_property
    def _changing_rates(self) -> ChangingRates:
        return ChangingRates(self.tape)

    def _want_parts(self) -> None:
        """Quantities that are no value of their own: linear activations, deltas that are put together, one-hot targets,
        biases of several nodes."""
        for node, other in self.roles.shared_biases.items():
            self.computed["b", node] = Computed(("b", node), ((1.0, (("b", other),)),))
        for net in self.roles.network.nets:
            node = self.roles.node_of[net.neuron]
            if self.roles.outputs.activation.get(net.id) == net.id:
                self.computed["a", node] = Computed(("a", node), ((1.0, (("net", node),)),))
            delta = self.roles.deltas.of.get(net.id)
            if delta is None:
                continue
            sign = self.roles.signs[node]
            if net.id in self.put_together and delta.id is not None:
                self._put_together(node, net.id, delta.id)
            if net.id in self.roles.outputs.one_hot:
                scale = self._want_one_hot(node, net.sample, delta)
                made_of: tuple[Ref, Ref] = ("a", node), ("delta", node)
                products = (
                    (1.0, made_of[:1]),
                    (-1.0 / scale, made_of[1:]),
                )  # the program's own delta is a - t
                self.computed["t", node] = Computed(("t", node), products)
            if delta.id is None:
                self._want_factors(node, net.sample, delta.products, sign)

    def _put_together(self, node: int, net: int, delta: int) -> None:
        """A net (and linear output) that is no number of the program, from the difference `net - target`."""
        event = self.roles.tape.event(delta)
        operands = self.roles.tape.operands(delta) if event.operation in ("add", "subtract") else []
        target = self.roles.outputs.target.get(net)
        if net in operands and target in operands:
            of_delta = 1.0 if operands[0] == net else -1.0
            of_target = -1.0 if event.operation == "add" else 1.0
            products = (of_delta, (("delta", node),)), (of_target, (("t", node),))
            for quantity in ("net", "a"):
                self.computed[quantity, node] = Computed((quantity, node), products)

    def _want_one_hot(self, node: int, sample: int, delta: Delta) -> float:
        """Note an output's delta where it is multiplied, since most of these numbers are activations, too.

        Returns what it has been multiplied by there: 1, or a constant such as 1/m.
        """
        net = delta.net.id
        if self._is_apart(net, delta):  # a value of its own: `d = p / m`
            outputs = self.roles.outputs
            own = float(self.tape.values[outputs.activation[net]]) - outputs.one_hot[net]
            return float(self.tape.values[delta.id or 0]) / own if own else 1.0
        ids = [delta.id or 0]
        since = self._hot_since(sample)
        for id in ids:
            for number in self.graph.consumers(id):
                event = self.graph.events[number]
                if not self.loud[event.context] or number <= since:
                    continue
                if event.kind is Kind.PRODUCT:
                    operand = next(k for k, used in enumerate(event.operands) if (used == id).any())
                    self._want(event, "operand", operand, id, (("delta", node), sample))
                    noted, own = float(self.tape.values[id]), float(self.tape.values[ids[0]])
                    return noted / own if own else 1.0
                if event.kind is Kind.ELEMENTWISE and event.operation in ("divide", "multiply"):
                    ids += self.graph.results_of(event, id)
        return 1.0

    def _is_apart(self, net: int, delta: Delta) -> bool:
        """True if an output's delta is a value of its own (`d = p / m`), neither its activation nor that less 1."""
        if delta.id is None or delta.id == self.roles.outputs.activation.get(net):
            return False
        return self.tape.event(delta.id).operation in ("divide", "multiply")

    def _hot_since(self, sample: int) -> int:
        """The event after which the deltas of a sample's outputs stand together."""
        outputs, deltas = self.roles.outputs, self.roles.deltas
        nets = [
            net.id for net in self.roles.network.nets if net.sample == sample and net.id in outputs.one_hot
        ]
        ids = [deltas.of[net].id or 0 for net in nets if net in deltas.of]
        return max(int(self.graph.owner[id]) for id in ids)

    def _want_factors(
        self, node: int, sample: int, products: tuple[tuple[float, tuple[int, ...]], ...], sign: int
    ) -> None:
        terms: list[tuple[float, tuple[Ref, ...]]] = []
        for n, (coefficient, ids) in enumerate(products):
            refs: list[Ref] = []
            for k, id in enumerate(ids):
                ref: Ref = (FACTOR, (node, n, k))
                self._want_factor(id, (ref, sample))
                refs.append(ref)
            terms.append((coefficient, tuple(refs)))
        signed = tuple((sign * coefficient, refs) for coefficient, refs in terms)
        self.computed.setdefault(("delta", node), Computed(("delta", node), signed))

    def _want_factor(self, id: int, place: RefPlace) -> None:
        for number in self.graph.consumers(id):
            event = self.graph.events[number]
            if (
                self.loud[event.context]
                and event.kind in (Kind.ELEMENTWISE, Kind.PRODUCT)
                and event.operation
                in (
                    "multiply",
                    "matmul",
                )
            ):
                operand = next(k for k, ids in enumerate(event.operands) if (ids == id).any())
                self._want(event, "operand", operand, id, place)
                return
