"""Tells several networks of one program apart: two models that are trained in one loop, or one after the other.

Neurons belong to one network if one's net is computed from the other's activation, or if the change of one's weights
depends on the other's net. Neurons of a single layer that are trained side by side stay together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from backprop.roles.graph import Graph
from backprop.roles.learned import Weights
from backprop.roles.network import Nets

_MOST_UPDATES = 3  # of each weight are looked at
_MOST_ROUNDS = 8


def components(graph: Graph, weights: Weights, nets: Nets) -> list[set[int]]:
    """The roots of the weights of each network, in the order of their first updates."""
    groups = _Groups(net.neuron for net in nets.nets)
    neuron_of = {net.id: net.neuron for net in nets.nets}
    for net in nets.nets:
        below = np.unique(nets.source[net.inputs])
        groups.join([net.neuron, *(neuron_of[id] for id in below.tolist() if id >= 0)])
    if groups.count() > 1:
        _join_by_changes(graph, weights, nets, groups)
    if groups.count() > 1:
        _join_single_layers(weights, nets, groups)
    if groups.count() == 1:
        return [set(weights.updates)]
    found: dict[int, set[int]] = defaultdict(set)
    for net in nets.nets:
        found[groups.of(net.neuron)] |= {int(root) for root in weights.root[net.weights] if root >= 0}
    return sorted(found.values(), key=lambda roots: _first_update(weights, roots))


class _Groups:
    """Neurons that are joined to groups."""

    def __init__(self, neurons: Iterable[int]) -> None:
        self._parent = {neuron: neuron for neuron in neurons}

    def of(self, neuron: int) -> int:
        """The neuron that stands for a neuron's group."""
        while self._parent[neuron] != neuron:
            neuron = self._parent[neuron]
        return neuron

    def join(self, neurons: list[int]) -> None:
        """Make one group of theirs."""
        first, *others = {self.of(neuron) for neuron in neurons}
        for other in others:
            self._parent[other] = first

    def count(self) -> int:
        """The number of groups."""
        return sum(neuron == parent for neuron, parent in self._parent.items())


def _first_update(weights: Weights, roots: set[int]) -> int:
    changed = (weights.updates[root][0].event for root in roots if root in weights.updates)
    return min(changed, default=len(weights.root))


def _join_by_changes(graph: Graph, weights: Weights, nets: Nets, groups: _Groups) -> None:
    """Join the groups on whose nets the change of one weight depends."""
    fixed = weights.is_learned
    for net in nets.nets:
        fixed[[bias for bias, _ in net.biases]] = True
    roots = {int(root): net.neuron for net in nets.nets for root in weights.root[net.weights] if root >= 0}
    for _ in range(_MOST_ROUNDS):
        before = groups.count()
        labels = {neuron: n for n, neuron in enumerate(sorted({groups.of(net.neuron) for net in nets.nets}))}
        neurons, most = list(labels), len(labels)
        largest, smallest = (np.full(graph.size, -1, np.int64) for _ in range(2))
        for net in nets.nets:
            label = labels[groups.of(net.neuron)]
            largest[net.id], smallest[net.id] = label, most - label
        most_here, least_here = graph.carry(largest, fixed), graph.carry(smallest, fixed)
        for root, neuron in roots.items():
            for update in weights.updates.get(root, [])[:_MOST_UPDATES]:
                event = graph.events[update.event]
                ids = [int(operand.flat[update.result - event.first]) for operand in event.operands]
                here = {int(most_here[id]) for id in ids} | {most - int(least_here[id]) for id in ids}
                groups.join([neuron, *(neurons[label] for label in here if 0 <= label < most)])
        if groups.count() in (1, before):
            return


def _join_single_layers(weights: Weights, nets: Nets, groups: _Groups) -> None:
    """Join groups of one layer that are trained side by side: the outputs of a network without a hidden layer."""
    depth: dict[int, int] = defaultdict(int)
    spans: dict[int, list[int]] = {}
    for net in nets.nets:
        group = groups.of(net.neuron)
        depth[group] = max(depth[group], int(nets.depth[net.id]))
        ends = [
            made[-1].result
            for root in weights.root[net.weights].tolist()
            if (made := weights.updates.get(root))
        ]
        span = spans.setdefault(group, [net.id, net.id])
        span[1] = max(span[1], net.id, *ends) if ends else max(span[1], net.id)
    single = sorted((span, group) for group, span in spans.items() if depth[group] == 1)
    for ((_, end), group), ((begin, _), other) in pairwise(single):
        if begin < end:
            groups.join([group, other])
