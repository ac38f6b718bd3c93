"""The network: nets, the neurons that they belong to, their layers, and the samples that passed through.

A *net* is the largest sum of forward products of weights, and of addends that are no products: its biases.
A *neuron* is the set of weights that a net multiplies. Its layer follows from the nets its inputs depend on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from backprop.roles.dependence import nets_behind
from backprop.roles.graph import Flags, Graph, is_product, is_sum
from backprop.roles.learned import Weights
from backprop.roles.net import Net, Network, NotFound
from backprop.roles.samples import number_samples, reason_against
from backprop.roles.used_again import used_again
from backprop.roles.weights import CONVERSIONS, LIMITS
from backprop.trace.tape import Event, Ids, Kind


@dataclass
class Nets:
    """All nets that the weights of a trace make, of one network or of several.

    `source` and `forward` are those of `Network`; `depth` gives of each id how many layers it lies behind the inputs.
    """

    nets: list[Net]
    source: Ids
    depth: Ids
    forward: Flags


def find_nets(graph: Graph, weights: Weights) -> Nets:
    """The nets that the weights make. Raises NotFound."""
    if not weights.updates:
        raise NotFound("no-weights")
    sums = _Sums(graph, weights)
    nets = [sums.net(id) for id in sums.ends()]
    if not nets:
        raise NotFound("no-nets")
    sums.biases_that_begin_at_zero(nets)
    _name_neurons(nets, weights)
    fixed = _fixed(graph, weights, nets)
    source, depth = nets_behind(graph, nets, fixed)
    return Nets(nets, source, depth, sums.sums)


def network_of(graph: Graph, weights: Weights, found: Nets) -> Network:
    """The one network that these nets make. Raises NotFound."""
    if (place := used_again(graph, weights, found.nets)) is not None:
        raise NotFound("shared-weights", place)
    for net in found.nets:
        net.layer = int(found.depth[net.id])
    layers = _layers(found.nets)
    number_samples(graph, weights, found.nets, found.source)
    if reason := reason_against(graph, found.nets):
        raise reason
    network = Network(found.nets, layers, found.source, found.forward)
    for net in found.nets:
        network.of.setdefault((net.neuron, net.sample), net)
    return network


def varying(graph: Graph, weights: Weights, network: Network) -> Flags:
    """By id: True if it depends on a net or on a weight: all but data, rates and constants."""
    start = weights.is_learned.astype(np.int64) - 1
    start[[net.id for net in network.nets]] = 0
    return graph.carry(start, np.zeros(graph.size, bool)) >= 0


def forward_terms(graph: Graph, weights: Weights) -> Flags:
    """Flags by id: True for a product, or a sum of products, of weights at their forward place."""
    forward = set(weights.place.values())
    is_weight = weights.is_weight
    found = np.zeros(graph.size, bool)
    for event in graph.events:
        if event.where not in forward or not is_product(event):
            continue
        left, right = event.operands
        if event.kind is Kind.PRODUCT:
            rows, columns = np.any(is_weight[left], axis=1), np.any(is_weight[right], axis=0)
            here = np.logical_or.outer(rows, columns)
        else:
            here = is_weight[left.ravel()] | is_weight[right.ravel()]
        found[event.first : event.first + event.size] = here.ravel()
    return found


def made_of_terms(graph: Graph, term: Flags) -> Flags:
    """Flags by id: True for what depends on a forward product (flags `term`)."""
    return graph.carry(term.astype(np.int64) - 1, np.zeros(graph.size, bool)) >= 0


def is_trained(graph: Graph, starts: Flags, after_terms: Flags, id: int, event: Event) -> bool:
    """True for an addend of `event` that learns: a changed version of it, or the one that it was changed from, is an addend
    at the same place. Targets that were computed beforehand (`y = X @ w_true + noise`) never change, and those that drift
    (`y = y + noise`) change by numbers that no forward product is in (`after_terms`: flags of those it is in)."""

    def stands_there(user: Event) -> bool:
        return user.where == event.where

    def is_added(one: int) -> bool:
        return any(stands_there(graph.events[user]) for user in graph.consumers(one))

    def is_change(before: int, after: int) -> bool:
        """True unless what is added is written there: `1 - t` is the other label."""
        return any(after_terms[one] for one in graph.tape.operands(after) if one != before)

    if any(is_added(one) and is_change(one, id) for one in graph.tape.operands(id)):
        return True
    if not starts[id]:
        return False
    changes = (graph.events[number] for number in graph.consumers(id))
    return any(
        is_sum(change)
        and not stands_there(change)
        and any(is_added(one) and is_change(id, one) for one in graph.results_of(change, id))
        for change in changes
    )


class _Sums:
    """Finds the sums of forward products."""

    def __init__(self, graph: Graph, weights: Weights) -> None:
        self.graph = graph
        self.weights = weights
        self.starts = graph.starts
        self.term = forward_terms(graph, weights)
        self.carried = self.starts.copy()  # start values, and what was made from them by adding changes
        self.sums = self.term.copy()
        self.absorbed = np.zeros(graph.size, bool)
        self.negatives = np.zeros(graph.size, bool)  # of sums
        self.zeros: dict[int, list[tuple[int, int]]] = {}  # by net: addends that are a plain 0
        for event in graph.events:
            self._follow(event)

    @cached_property
    def after_terms(self) -> Flags:
        """By id: True for a number that depends on a forward product."""
        return made_of_terms(self.graph, self.term)

    def _follow(self, event: Event) -> None:
        """Mark the results of an event that are sums of terms and biases."""
        here = slice(event.first, event.first + event.size)
        if event.operation in CONVERSIONS:
            self.carried[here] |= self.carried[event.operands[0].ravel()]
        elif is_product(event) and event.kind is Kind.ELEMENTWISE:  # decayed: 0.99 * b
            a, b = (operand.ravel() for operand in event.operands)
            self.carried[here] |= (self.carried[a] & self.starts[b]) | (self.carried[b] & self.starts[a])
        elif event.operation in LIMITS:
            self.carried[here] |= np.all(
                [self.carried[operand.ravel()] for operand in event.operands], axis=0
            )
        elif event.operation == "negative":
            self.negatives[here] = self.sums[event.operands[0].ravel()] & (self.weights.root[here] < 0)
        elif is_sum(event):
            self._follow_sum(event, here)
        elif event.kind is Kind.REDUCTION and event.operation == "sum":
            table = event.operands[0]
            made = np.all(self.sums[table] | self.carried[table], axis=1)
            made &= self.sums[table].any(axis=1)
            self.sums[here] |= made
            self.absorbed[table[made].ravel()] = True

    def _follow_sum(self, event: Event, here: slice) -> None:
        """Mark the results (`here`) of an addition or a subtraction."""
        a, b = (operand.ravel() for operand in event.operands)
        adds = event.operation == "add"
        changed = self.carried[a] | (self.carried[b] if adds else False)
        if adds:
            made = self.sums[a] & self.sums[b]
            for one, other in ((a, b), (b, a)):
                biased = self.sums[one] & self.carried[other] & ~self.sums[other]
                if biased.any() and not self._is_no_bias(other, one):
                    made |= biased
        else:
            made = self.sums[a] & self.sums[b] & ~self._are_of_one_array(a, b)
            for one, other in ((a, b), (b, a)):  # X @ W - b, and b - X @ W in exp(b - X @ W)
                threshold = self.sums[one] & self.carried[other] & ~self.sums[other]
                if threshold.any():
                    made |= threshold & np.array([self._is_trained(int(id), event) for id in other])
        made |= self._extends_negatives(event, a, b)
        made &= self.weights.root[here] < 0
        self.sums[here] |= made
        self.carried[here] |= changed & ~made
        for operand in (a, b):
            used = operand[made]
            self.absorbed[used[self.sums[used]]] = True

    def _is_no_bias(self, ids: Ids, sums: Ids) -> bool:
        """True if an addend is no bias: it is made of the sum that it is added to, as in `z + abs(z)`, written beside other
        uses of the sum, as in `z * clip(z + 3, 0, 6)`, or compared with it elsewhere, as t in `p + t` and `p - t`."""
        owner, literal = self.graph.owner, int(ids[0])
        users = [self.graph.events[number] for number in self.graph.consumers(int(sums[0]))]
        if any(user.operation == "subtract" and self._meet(user, int(sums[0]), literal) for user in users):
            return True
        if self.graph.value[literal] != 0 and self.graph.is_literal(literal) and (ids == literal).all():
            return any(is_product(user) for user in users)
        oldest = int(owner[sums].min())
        newer = [number for number in np.unique(owner[ids]).tolist() if number > oldest]
        return any(self.graph.ancestors(number, oldest) & {*owner[sums].tolist()} for number in newer)

    def _meet(self, event: Event, one: int, other: int) -> bool:
        """True if a result of an event is made of both ids."""
        return any(other in self.graph.tape.operands(id) for id in self.graph.results_of(event, one)[:1])

    def _are_of_one_array(self, a: Ids, b: Ids) -> Flags:
        """Flags (a,): True where two sums are results of one event, whole nets that are compared: `Z - Z[rows, classes]`."""
        alike = self.graph.owner[a] == self.graph.owner[b]
        whole = [
            not self.term[id] or self.graph.tape.event(id).kind is Kind.PRODUCT for id in a[alike].tolist()
        ]
        alike[alike] = whole
        return np.asarray(alike)

    def _extends_negatives(self, event: Event, a: Ids, b: Ids) -> Flags:
        """Flags of the results that add a bias to the negative of a sum, `-(X @ W) - b`; the sum is a part of these."""
        made = np.zeros(event.size, bool)
        for one, other in ((a, b), (b, a)) if event.operation == "add" else ((a, b),):
            here = self.negatives[one] & self.carried[other]
            if here.any():
                here &= np.array([self._is_trained(int(id), event) for id in other])
                used = one[here]
                behind = [self.graph.tape.operands(id)[0] for id in used.tolist()]
                self.sums[used] = self.absorbed[used] = self.absorbed[behind] = True
                made |= here
        for one, other in ((a, b), (b, a)):
            if self.sums[one].any() and not self.sums[other].any():  # -b + X @ W, -b - X @ W
                negated = [self._is_negative_of_bias(id) for id in other.tolist()]
                biases = self.sums[one] & np.array(negated)
                self.sums[other[biases]] = self.absorbed[other[biases]] = True
                made |= biases
        return made

    def _is_negative_of_bias(self, id: int) -> bool:
        event = self.graph.tape.event(id)
        if event.operation != "negative":
            return False
        (bias,) = self.graph.tape.operands(id)
        return bool(self.carried[bias]) and self._is_trained(bias, event)

    def _is_trained(self, id: int, event: Event) -> bool:
        """True for an addend that learns, and not for one made of nets: the largest in `z - max(z)`."""
        made_of_sums = self.sums[self.graph.tape.operands(id)].any()
        return not made_of_sums and is_trained(self.graph, self.starts, self.after_terms, id, event)

    def ends(self) -> list[int]:
        """The ids of the nets: the sums that are no part of a larger one."""
        ids = np.nonzero(self.sums & ~self.absorbed & ~self.weights.is_weight)[0].tolist()
        last = max(update.event for updates in self.weights.updates.values() for update in updates)
        return [id for id in ids if self.graph.owner[id] <= last]

    def net(self, id: int) -> Net:
        """A net with its terms and biases."""
        weights: list[Ids] = []
        inputs: list[Ids] = []
        biases: list[tuple[int, int]] = []
        parts = list(self._parts(id, 1))
        turned = -1 if all(sign < 0 for part, sign in parts if self.term[part]) else 1
        for part, sign in ((part, turned * sign) for part, sign in parts):
            if self.term[part]:
                one, other = self._factors(part)
                weights.append(one)
                inputs.append(other)
            elif self.graph.value[part] != 0 or not self._is_plain_zero(part):
                biases.append((part, sign))
            else:
                self.zeros.setdefault(id, []).append((part, sign))
        return Net(id, np.concatenate(weights), np.concatenate(inputs), biases, sign=turned)

    def biases_that_begin_at_zero(self, nets: list[Net]) -> None:
        """Give a net its plain zeros as biases where later nets of the same place have as many biases: `b = 0.0` that is
        changed by updates, not the 0 that a sum begins with."""
        tape = self.graph.tape
        most: dict[int, int] = {}
        for net in nets:
            place = tape.event(net.id).place
            most[place] = max(most.get(place, 0), len(net.biases))
        for net in nets:
            zeros = self.zeros.get(net.id, [])
            if not net.biases and zeros and len(zeros) == most[tape.event(net.id).place]:
                net.biases.extend(zeros)

    def _is_plain_zero(self, id: int) -> bool:
        """True if an addend is only the 0 that a sum begins with."""
        event = self.graph.events[int(self.graph.owner[id])]
        return event.kind is Kind.SOURCE and event.size == 1 and event.operation in ("literal", "constant")

    def _parts(self, id: int, sign: int) -> Iterator[tuple[int, int]]:
        """The addends of a sum, opened down to terms and biases, with their signs."""
        stack = [(id, sign)]
        while stack:
            id, sign = stack.pop()
            event = self.graph.events[int(self.graph.owner[id])]
            if self.term[id] or not self.sums[id]:
                yield id, sign
                continue
            operands = self.graph.tape.operands(id)
            signs = [sign] * len(operands)
            if event.operation == "subtract":
                signs[1] = -sign
            elif event.operation == "negative":
                signs[0] = -sign
            stack += reversed(list(zip(operands, signs)))

    def _factors(self, term: int) -> tuple[Ids, Ids]:
        """The weights and the inputs that a term multiplies."""
        event = self.graph.events[int(self.graph.owner[term])]
        at = term - event.first
        left, right = event.operands
        if event.kind is Kind.PRODUCT:
            row, column = divmod(at, right.shape[1])
            one, other = left[row], right[:, column]
        else:
            one, other = left.ravel()[at : at + 1], right.ravel()[at : at + 1]
        place = event.where
        root = self.weights.root
        is_here = root[one] >= 0
        if is_here.all() and (root[other] >= 0).all():  # two weights: the one whose forward product this is
            is_here = np.array([self.weights.place[int(start)] == place for start in root[one]])
        if is_here.all():
            return one, other
        return np.where(is_here, one, other), np.where(is_here, other, one)


def _name_neurons(nets: list[Net], weights: Weights) -> None:
    """Give each net its neuron: the smallest root of its weights."""
    for net in nets:
        roots = weights.root[net.weights]
        net.neuron = int(roots[roots >= 0].min())


def _fixed(graph: Graph, weights: Weights, nets: list[Net]) -> Flags:
    """The ids through which one sample does not depend on another: what is learned, and its changes."""
    fixed = weights.is_learned
    for net in nets:
        for bias, _ in net.biases:
            fixed[bias] = True
    return fixed


def _layers(nets: list[Net]) -> list[list[int]]:
    """The neurons of each layer. Raises NotFound for a neuron in several layers: its weights are used more than once."""
    layer_of: dict[int, int] = {}
    for net in nets:
        if layer_of.setdefault(net.neuron, net.layer) != net.layer:
            raise NotFound("recurrent")
    layers: list[list[int]] = [[] for _ in range(max(layer_of.values()))]
    for neuron, layer in layer_of.items():
        layers[layer - 1].append(neuron)
    if not all(layers):
        raise NotFound("no-nets")
    return layers
