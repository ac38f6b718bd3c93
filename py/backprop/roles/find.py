"""Finds the network in a tape: which number is which quantity of which node, connection and sample.

tape = trace(source, look=UntilWhole())
roles = find_roles(tape)
roles.topology.layers          # ((1, 2), (3, 4, 5), (6,))
roles.places[id]               # (("delta", 6), 0): delta of node 6 for the first sample
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from backprop.roles.added import without_added
from backprop.roles.components import components
from backprop.roles.delta import Deltas
from backprop.roles.deltas import find_deltas
from backprop.roles.graph import Flags, Graph, is_sum
from backprop.roles.learned import Weights
from backprop.roles.learned_inputs import without_learned_inputs
from backprop.roles.learned_slopes import without_learned_slopes
from backprop.roles.led_on import with_products_led_on
from backprop.roles.net import Net, Network, NotFound
from backprop.roles.network import Nets, find_nets, network_of, varying
from backprop.roles.ordered import ordered
from backprop.roles.outputs import Outputs, find_outputs
from backprop.roles.own_backward import wrong_derivative
from backprop.roles.samples import mixes_outputs
from backprop.roles.still import with_still
from backprop.roles.weights import find_weights
from backprop.topology import Place, Ref, Topology, node_of
from backprop.trace.tape import Ids, Tape


@dataclass
class Roles:
    """The network of a program, found in the tape of its first updates.

    `places` says of an id which quantity it is, of which sample (numbered from 0 in the order of the passes; None for
    weights and biases). `signs` has for each computing node 1 if the program's delta is ours (-dE/dnet), -1 if it has
    the other sign. `varies` says of each id whether it depends on a net or a weight. `rates` are the ids of the
    learning rate; `missing` are the quantities that were not found, as (quantity, layer). `ones` says how a column of ones
    in the data is drawn: as an "input" or as a "bias" (None: there is none); `columns_of_ones` is how many there are.
    `shared_biases` has for each node whose bias is another node's, too, that other one. `own` is the graph as the program
    computed it: in `graph` a bias may be added earlier (see ordered.py); `is_unclear`: that is needed, and cannot be done.
    `inputs` has the node of each input (id), by sample: in `places` an id has the place of its first sample alone.
    `called` has the names that the reader chose, by quantity and layer, `rate_of` the chosen learning rate (id), by net.
    """

    graph: Graph
    weights: Weights
    network: Network
    deltas: Deltas
    outputs: Outputs
    topology: Topology
    node_of: dict[int, int]
    varies: Flags
    places: dict[int, Place] = field(default_factory=dict)
    signs: dict[int, int] = field(default_factory=dict)
    rates: list[int] = field(default_factory=list)
    missing: list[tuple[str, int]] = field(default_factory=list)
    ones: str | None = None
    shared_biases: dict[int, int] = field(default_factory=dict)
    columns_of_ones: int = 0
    own: Graph | None = None
    is_unclear: bool = False
    inputs: dict[int, dict[int, int]] = field(default_factory=dict)
    called: dict[tuple[str, int], str] = field(default_factory=dict)
    rate_of: dict[int, int] = field(default_factory=dict)

    @property
    def tape(self) -> Tape:
        """The tape in which they were found."""
        return self.graph.tape

    @property
    def put_together(self) -> frozenset[int]:
        """The ids whose numbers the program does not compute."""
        if self.own is None or self.own is self.graph:
            return frozenset()
        return frozenset(np.flatnonzero(self.own.value != self.graph.value).tolist())


def find_roles(tape: Tape) -> Roles:
    """The first network of a program and the role of every number that has one. Raises NotFound with the reason."""
    return next(_networks(tape, ()))


def find_networks(tape: Tape, known: Collection[int] = ()) -> list[Roles]:
    """All networks of a program, in the order of their first updates. Raises NotFound with the reason.

    `known` are the roots of weights that are left out: those of networks that were found before.
    """
    return list(_networks(tape, known))


def _networks(tape: Tape, known: Collection[int]) -> Iterator[Roles]:
    """The networks that `find_networks` lists, one by one: a program may train 64, of which only the first is wanted."""
    graph = Graph(tape)
    weights = without_added(graph, find_weights(graph))
    if known:
        weights = weights.only(weights.updates.keys() - set(known))
    if not weights.updates:
        raise NotFound("no-weights")  # before the rest of the search looks through the whole tape
    weights = without_learned_inputs(graph, weights)
    weights = with_products_led_on(graph, with_still(graph, weights))
    own, (graph, is_unclear) = graph, ordered(graph, weights)
    weights, nets = without_learned_slopes(graph, weights, find_nets(graph, weights))
    parts = components(graph, weights, nets)
    if len(parts) == 1:
        yield replace(_roles_of(graph, weights, nets), own=own, is_unclear=is_unclear)
        return
    found = 0
    reasons: list[NotFound] = []
    for roots in parts:
        here = weights.only(roots)
        try:
            roles = _roles_of(graph, here, find_nets(graph, here))
        except NotFound as reason:
            reasons.append(reason)
        else:
            found += 1
            yield replace(roles, own=own, is_unclear=is_unclear)
    if not found:
        raise reasons[0]


def _roles_of(graph: Graph, weights: Weights, nets: Nets) -> Roles:
    """The roles of the one network that these weights make."""
    network = network_of(graph, weights, nets)
    varies = varying(graph, weights, network)
    deltas = find_deltas(graph, weights, network, varies, graph.tape.named)
    if not deltas.of:
        if (number := wrong_derivative(graph, weights, network.nets)) is not None:
            raise NotFound("wrong-derivative", place=graph.events[number].place)
        raise NotFound("no-deltas", place=_first_change(graph, weights))
    outputs = find_outputs(graph, weights, network, deltas, varies)
    if mixes_outputs(graph, network.nets, outputs.activation, weights.is_learned):
        raise NotFound("mixed-samples")
    return _Numbering(graph, weights, network, deltas, outputs, varies).roles()


def renumbered(roles: Roles, ones_are_biases: bool) -> Roles:
    """The roles with nodes and samples numbered anew: after a reader's choice, or with a column of ones drawn as a bias."""
    parts = roles.graph, roles.weights, roles.network, roles.deltas, roles.outputs, roles.varies
    return replace(_Numbering(*parts, ones_are_biases).roles(), own=roles.own, is_unclear=roles.is_unclear)


def _first_change(graph: Graph, weights: Weights) -> int:
    first = min((made[0] for made in weights.updates.values()), key=lambda update: update.event)
    return graph.events[first.event].place


class _Numbering:
    """Numbers the nodes as everywhere (inputs, hidden, outputs) and gives every id its place."""

    def __init__(
        self,
        graph: Graph,
        weights: Weights,
        network: Network,
        deltas: Deltas,
        outputs: Outputs,
        varies: Flags,
        ones_are_biases: bool = False,
    ) -> None:
        self.graph = graph
        self.weights = weights
        self.network = network
        self.deltas = deltas
        self.outputs = outputs
        self.varies = varies
        self.ones_are_biases = ones_are_biases
        self.ones = 0  # how many columns of the data are always 1
        self.first_nets = self._first_nets()
        self.bias_columns = {key: self._bias_columns(nets) for key, nets in self.first_nets.items()}
        self.inputs = self._input_numbers()  # of each sample: input id -> node number
        self.node_of = self._node_numbers()
        self.places: dict[int, Place] = {}
        self.edges: dict[tuple[int, int], None] = {}
        self.biased: dict[int, None] = {}
        self.shared: dict[int, int] = {}
        self.wired: set[int] = set()  # neurons all of whose weights have their connections
        self.placed_samples: set[int] = set()

    def _first_nets(self) -> dict[int, list[Net]]:
        """The first nets of each neuron."""
        found: dict[int, list[Net]] = defaultdict(list)
        for net in self.network.nets:
            if len(found[net.neuron]) < 64:
                found[net.neuron].append(net)
        return found

    def _bias_columns(self, nets: list[Net]) -> set[int]:
        """The roots of a neuron's weights that multiply a constant 1 which the program adds: its biases.

        A column of ones in the data stays an input: its numbers are data, each sample's own.
        """
        found = set()
        ones = 0
        roots = self.weights.root[nets[0].weights].tolist()
        table = np.array([net.inputs for net in nets if len(net.inputs) == len(roots)])
        values = self.graph.value[table]
        constant = (values == values[0]).all(axis=0) & (np.abs(values[0]) == 1)
        constant &= (self.network.source[table] < 0).all(axis=0)
        for column in np.nonzero(constant)[0].tolist():
            root, ids = roots[column], set(table[:, column].tolist())
            sources = {self.graph.tape.event(id).operation for id in ids}
            samples = len({net.inputs.tobytes() for net in nets})
            is_added = (
                bool(sources <= {"ones", "literal"})
                or (len(ids) == 1 and samples > 1)
                or nets[0].layer > 1
                or self._is_written_apart(table, column)
            )
            ones += not is_added and samples > 1
            if is_added or (self.ones_are_biases and samples > 1):
                found.add(root)
        self.ones = max(ones, self.ones)
        return found

    def _is_written_apart(self, table: Ids, column: int) -> bool:
        """True for a 1 in another line of the program than the other inputs: `row + [1]`, not the second 1 of `(1, 1)`."""
        event, places = self.graph.tape.event, self.graph.tape.places
        here = {places[event(id).place].line for id in table[:, column].tolist()}
        others = {places[event(id).place].line for id in np.delete(table, column, axis=1).ravel().tolist()}
        return (
            bool(others)
            and not here & others
            and all(event(id).size == 1 for id in table[:, column].tolist())
        )

    def _input_numbers(self) -> dict[int, dict[int, int]]:
        """The numbers of the inputs of each sample, in the order of the first net's terms."""
        numbers: dict[int, dict[int, int]] = defaultdict(dict)
        last: dict[int, bytes] = {}
        for net in self.network.nets:
            if net.layer != 1:
                continue
            key = net.inputs.tobytes()
            if last.get(net.sample) == key:
                continue
            last[net.sample] = key
            here = numbers[net.sample]
            biases = self.bias_columns[net.neuron]
            for root, id in zip(self.weights.root[net.weights].tolist(), net.inputs.tolist()):
                if root not in biases:
                    here.setdefault(id, len(here) + 1)
        return numbers

    def _node_numbers(self) -> dict[int, int]:
        first = max((len(here) for here in self.inputs.values()), default=0) + 1
        neurons = [neuron for layer in self.network.layers for neuron in layer]
        return {neuron: first + n for n, neuron in enumerate(neurons)}

    def roles(self) -> Roles:
        """All roles."""
        self.edge_of: dict[int, Ref] = {}
        for net in self.network.nets:
            self._place_net(net)
        self._place_versions()
        signs, rates = self._signs_and_rates()
        found = Roles(
            self.graph,
            self.weights,
            self.network,
            self.deltas,
            self.outputs,
            self._topology(),
            self.node_of,
            self.varies,
            self.places,
            signs,
            rates,
        )
        found.missing, found.shared_biases = self._missing(), self.shared
        found.ones = ("bias" if self.ones_are_biases else "input") if self.ones else None
        found.columns_of_ones = self.ones
        found.inputs = self.inputs
        return found

    def _place_net(self, net: Net) -> None:
        """Give the net, its activation, delta, target, inputs and biases their places."""
        node, sample = self.node_of[net.neuron], net.sample
        for quantity, ids in (
            ("a", self.outputs.activation),
            ("t", self.outputs.target),
        ):
            if net.id in ids:
                self.places.setdefault(ids[net.id], ((quantity, node), sample))
        self.places[net.id] = ("net", node), sample
        delta = self.deltas.of.get(net.id)
        if delta is not None and delta.id is not None:
            self.places.setdefault(delta.id, (("delta", node), sample))
        for bias, _ in net.biases:
            ref = self.places.setdefault(bias, (("b", node), None))[0]
            if ref[0] != "b":
                continue  # an input that is added to the net
            if (owner := node_of(ref)) != node:
                self.shared.setdefault(node, owner)
            self.biased[node] = None
        if net.layer == 1 and sample not in self.placed_samples:
            self.placed_samples.add(sample)
            for id, number in self.inputs[sample].items():
                self.places.setdefault(id, (("a", number), sample))
        if net.neuron not in self.wired:
            self._wire(net, node, sample)

    def _wire(self, net: Net, node: int, sample: int) -> None:
        """Give the weights of a net their connections."""
        roots = self.weights.root[net.weights].tolist()
        biases = self.bias_columns[net.neuron]
        for root, id in zip(roots, net.inputs.tolist()):
            if root in biases or root < 0:
                self.edge_of[root] = ("b", node)
                self.biased[node] = None
                continue
            below = self._node_below(id, sample)
            if below is not None:
                self.edge_of[root] = ("w", (node, below))
                self.edges[node, below] = None
        if all(root in self.edge_of for root in roots):
            self.wired.add(net.neuron)

    def _node_below(self, id: int, sample: int) -> int | None:
        """The number of the node whose activation an id is."""
        source = int(self.network.source[id])
        if source >= 0:
            place = self.places.get(source)
            return node_of(place[0]) if place else None
        return self.inputs.get(sample, {}).get(id)

    def _place_versions(self) -> None:
        """Give all versions of weights and biases their places."""
        for id in np.nonzero(self.weights.is_weight)[0].tolist():
            ref = self.edge_of.get(int(self.weights.root[id]))
            if ref is not None and id not in self.weights.mirrored:
                self.places[id] = ref, None
        biases = {
            id: place for id, place in self.places.items() if place[0][0] == "b" and self.weights.root[id] < 0
        }
        sites = {self._site(id) for id in biases if self.varies[id]}
        for id, place in biases.items():
            self._follow_bias(id, place, sites)

    def _site(self, id: int) -> tuple[int, int]:
        return self.graph.tape.event(id).where

    def _follow_bias(self, id: int, place: Place, sites: set[tuple[int, int]]) -> None:
        """Give the changed versions of a bias its place.

        They are made where other versions that a net added were made; where there are none, by a sum that nothing uses.
        """
        stack = [id]
        while stack:
            id = stack.pop()
            for number in self.graph.consumers(id):
                event = self.graph.events[number]
                if not is_sum(event):
                    continue
                for after in self.graph.results_of(event, id):
                    is_end = not (sites or self.graph.consumers(after) or self.weights.lost)
                    is_update = self._site(after) in sites or is_end
                    if is_update and after not in self.places and not self.network.forward[after]:
                        self.places[after] = place
                        stack.append(after)

    def _signs_and_rates(self) -> tuple[dict[int, int], list[int]]:
        """The sign of each node's delta; the rates: the constants in the changes of all layers, if there are such. The 2 in
        `2 * (y - t)` is in those of the last alone, and no rate beside gradients that are limited."""
        signs: dict[int, int] = {}
        rates: dict[int, dict[int, None]] = defaultdict(dict)
        for delta in self.deltas.of.values():
            signs.setdefault(self.node_of[delta.net.neuron], 1 if delta.scale >= 0 else -1)
            rates[delta.net.layer] |= {id: None for id, exponent in delta.rates if exponent == 1}
        every = {id: None for here in rates.values() for id in here}
        shared = [id for id in every if all(id in here for here in rates.values())]
        is_limited = any(delta.adaptive for delta in self.deltas.of.values())
        return signs, shared or ([] if is_limited else list(every))

    def _topology(self) -> Topology:
        inputs = tuple(range(1, min(self.node_of.values())))
        layers = [tuple(self.node_of[neuron] for neuron in layer) for layer in self.network.layers]
        return Topology((inputs, *layers), tuple(sorted(self.edges)), tuple(sorted(self.biased)))

    def _missing(self) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        for number, layer in enumerate(self.network.layers, 1):
            if any(neuron in self.deltas.missing or neuron in self.deltas.still for neuron in layer):
                found.append(("delta", number))
            nets = [net for neuron in layer for net in self.first_nets[neuron][:1]]
            if any(net.id not in self.outputs.activation for net in nets):
                found.append(("a", number))
        last = [self.first_nets[neuron][0] for neuron in self.network.layers[-1]]
        if any(net.id not in self.outputs.target and net.id not in self.outputs.one_hot for net in last):
            found.append(("t", len(self.network.layers)))
        return found
