"""Deltas or changes made from a forward pass that is out of date.

h = sigmoid(X @ W1)                 # once, before the loop
for epoch in range(1000):
    y = sigmoid(sigmoid(X @ W1) @ W2)
    W2 += h.T @ d2                  # h still belongs to the first W1
"""

from __future__ import annotations

from itertools import islice, pairwise

from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.types import LayerVerdict, Point
from backprop.roles.graph import is_product
from backprop.roles.learned import Update

_MOST_UPDATES = 3  # of one weight are looked at


def stale_points(evidence: Evidence, layers: list[LayerVerdict]) -> None:
    """Say where changes of weights multiply activations of an earlier pass: once, where it shows first."""
    found: list[tuple[int, LayerVerdict]] = []
    for layer, verdict in zip(evidence.layers, layers):
        line = _never_again(evidence, layer.neurons) or _of_before(evidence, layer.neurons)
        if line is not None and not verdict.points:
            found.append((line, verdict))
        elif layer is evidence.layers[0] and (line := _of_other_samples(evidence, layer.neurons)) is not None:
            verdict.parts["weights"] = "differs"
            # its deltas were sought beside these inputs: what differs in them tells nothing
            verdict.points = [one for one in verdict.points if one.kind != "unknown"]
            verdict.points.append(Point("other-samples", "mistake", verdict.number, line))
            return
    if found:
        line, verdict = min(found, key=lambda one: one[0])
        verdict.parts["weights"] = "differs"
        verdict.points.append(Point("stale-forward", "mistake", verdict.number, line))


def _updates(evidence: Evidence, neurons: list[int]) -> list[Update]:
    """The updates of one weight of the layer."""
    nets = (one for one in evidence.roles.network.nets if one.neuron in neurons)
    weights = evidence.roles.weights
    roots = [int(weights.root[id]) for net in islice(nets, 1) for id in net.weights.tolist()]
    return next((weights.updates[root] for root in roots if root in weights.updates), [])[:_MOST_UPDATES]


def _never_again(evidence: Evidence, neurons: list[int]) -> int | None:
    """The line of an update that uses the same inputs as the one before it, though nothing went forward between them:
    no change depends on a weight of the first layer as it was changed."""
    graph, nets = evidence.roles.graph, evidence.roles.network.nets
    updates = _updates(evidence, neurons)
    if len(updates) < 2 or any(net.id > updates[0].after for net in nets):
        return None
    changed = {one.after for one in _updates(evidence, evidence.layers[0].neurons)[:1]}
    for number in graph.ancestors(updates[1].event, int(graph.owner[updates[0].after])):
        if is_product(graph.events[number]) and changed & _operands(evidence, number):
            return None
    inputs = {id for net in nets if net.neuron in neurons for id in net.inputs.tolist()}
    used = [_used_inputs(evidence, one.event, int(graph.owner[nets[0].id]), inputs) for one in updates[:2]]
    return evidence.line(updates[1].result) if used[0] and used[0] == used[1] else None


def _used_inputs(evidence: Evidence, event: int, since: int, inputs: set[int]) -> set[int]:
    """The inputs that the products of a change multiply."""
    graph, forward = evidence.roles.graph, _forward(evidence)
    return {
        id
        for number in graph.ancestors(event, since)
        if is_product(graph.events[number]) and number not in forward
        for id in _operands(evidence, number) & inputs
    }


def _of_before(evidence: Evidence, neurons: list[int]) -> int | None:
    """The line of a product in a change that multiplies activations which were made before the last update."""
    graph, roles = evidence.roles.graph, evidence.roles
    if not any(neuron in roles.deltas.missing for neuron in neurons):
        return None
    inputs = [id for net in roles.network.nets if net.neuron in neurons for id in net.inputs.tolist()]
    updates, forward = _updates(evidence, neurons), _forward(evidence)
    for before, update in pairwise(updates):
        since = int(graph.owner[before.after])
        old = {float(evidence.values[id]) for id in inputs if graph.owner[id] < since and evidence.varies[id]}
        for number in sorted(_of_this_update(evidence, update.event, since)):
            event = graph.events[number]
            if not is_product(event) or number in forward:
                continue
            for operand in event.operands:
                ids = operand.ravel()
                stale = (graph.owner[ids] < since) & evidence.varies[ids] & (roles.weights.root[ids] < 0)
                if stale.all() and {float(one) for one in evidence.values[ids]} <= old:
                    return evidence.tape.places[event.place].line
    return None


def _of_other_samples(evidence: Evidence, neurons: list[int]) -> int | None:
    """The line of a product in a change that multiplies inputs of other samples than those that went forward: a layer that
    keeps the input of an earlier batch."""
    graph, forward = evidence.roles.graph, _forward(evidence)
    nets = [net for net in evidence.roles.network.nets if net.neuron in neurons[:1]]
    every = {id for net in nets for id in net.inputs.tolist() if not evidence.varies[id]}
    for update in _updates(evidence, neurons):
        here = [net for net in nets if update.before in net.weights]
        now = {id for net in here for id in net.inputs.tolist()}
        if not now:
            continue
        products = [
            number
            for number in sorted(_of_this_update(evidence, update.event, int(graph.owner[here[0].id])))
            if is_product(graph.events[number]) and number not in forward
        ]
        used = {number: _operands(evidence, number) & every for number in products}
        if any(used.values()) and not any(ids & now for ids in used.values()):
            return evidence.line_of(graph.events[next(number for number, ids in used.items() if ids)])
    return None


def _of_this_update(evidence: Evidence, update: int, since: int) -> set[int]:
    """The events that an update depends on, from event `since` on, but through no weight or bias: the changes of other
    weights in the update before were made from the pass before, and rightly so."""
    graph = evidence.roles.graph
    found, stack = {update}, [update]
    while stack:
        for one in graph.operand_events[stack.pop()]:
            if one >= since and one not in found and not evidence.parameters[graph.events[one].first]:
                found.add(one)
                stack.append(one)
    return found


def _operands(evidence: Evidence, number: int) -> set[int]:
    return {id for one in evidence.roles.graph.events[number].operands for id in one.ravel().tolist()}


def _forward(evidence: Evidence) -> set[int]:
    """The events that multiply weights in forward passes."""
    graph = evidence.roles.graph
    return {
        number
        for net in evidence.roles.network.nets
        for number in graph.operand_events[int(graph.owner[net.id])] + (int(graph.owner[net.id]),)
    }
