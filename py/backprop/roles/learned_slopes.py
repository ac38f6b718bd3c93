"""Learned numbers of an activation, which are multiplied and changed as weights are, but lead to no layer of their own.

a = np.where(z > 0, z, slope * z)      # PReLU: slope is learned, and z goes on beside the product

A scale that all goes through, `gamma * n + beta`, stays a layer with one weight to each node.
"""

from __future__ import annotations

from collections import defaultdict

from backprop.roles.graph import Graph
from backprop.roles.learned import Weights
from backprop.roles.net import Net
from backprop.roles.network import Nets, find_nets
from backprop.trace.tape import Ids, Kind

_MOST_STEPS = 3  # operations between the product and the number that it meets
_JOINS = ("where", "select", "maximum", "minimum", "add", "subtract")  # forward; a gradient is multiplied
_MOST_NETS = 64  # of one place are looked at


def without_learned_slopes(graph: Graph, weights: Weights, nets: Nets) -> tuple[Weights, Nets]:
    """The weights without those that multiply what a net became and are met by it again; and their nets."""
    roots = _roots(graph, weights, nets)
    if not roots:
        return weights, nets
    rest = weights.only(weights.updates.keys() - roots)
    rest.slopes = weights.versions_of(roots)
    return rest, find_nets(graph, rest)


def _roots(graph: Graph, weights: Weights, nets: Nets) -> set[int]:
    found: set[int] = set()
    by_place: dict[tuple[int, int], list[Net]] = defaultdict(list)
    for net in nets.nets:
        if len(net.weights) == 1:
            by_place[weights.place[int(weights.root[net.weights[0]])]].append(net)
    for some in by_place.values():
        behind = {int(nets.source[net.inputs[0]]) for net in some}
        if len(behind) > 1 and any(_meets(graph, net, nets.source) for net in some[:_MOST_NETS]):
            found |= {int(weights.root[net.weights[0]]) for net in some}
    return found


def _meets(graph: Graph, net: Net, source: Ids) -> bool:
    """True if a net is put together, element by element, with a number that belongs to the net behind its input."""
    behind = int(source[net.inputs[0]])
    here = {net.id}
    for _ in range(_MOST_STEPS if behind >= 0 else 0):
        after: set[int] = set()
        for id in here:
            for event in (graph.events[number] for number in graph.consumers(id)):
                if event.operation not in _JOINS or event.kind is not Kind.ELEMENTWISE:
                    continue
                for result in graph.results_of(event, id):
                    others = [one for one in graph.tape.operands(result) if one not in here]
                    if any(source[one] == behind for one in others):
                        return True
                    after.add(result)
        here = after
    return False
