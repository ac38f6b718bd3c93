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
from backprop.roles.delta import Delta
from backprop.roles.graph import is_product
from backprop.roles.learned import Update

_MOST_UPDATES = 3  # of one weight are looked at
_MOST_PARTS = 4000  # of a delta, among which an output meets its target
_LEAST_UPDATES = 2  # whose deltas are made of another pass


def stale_points(evidence: Evidence, layers: list[LayerVerdict]) -> None:
    """Say where changes of weights multiply activations of another pass: once, where it shows first."""
    if (lines := _of_another_pass(evidence)) is not None:
        layers[-1].parts["delta"] = "differs"
        facts = {"updated": lines[1]}
        layers[-1].points = [Point("other-pass", "mistake", layers[-1].number, lines[0], facts)]
        return
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


def _of_another_pass(evidence: Evidence) -> tuple[int, int] | None:
    """The line of the output's deltas and that of their update, if all deltas compare the outputs of other samples than
    those whose inputs they multiply: a network keeps the inputs of its latest pass, which came between the two."""
    inputs = {n: evidence.values[list(ids)].tobytes() for n, ids in evidence.roles.inputs.items()}
    deltas = [row[0] for row in evidence.layers[-1].deltas]
    updates = set()
    for delta in deltas:
        compared = _samples_compared(evidence, delta)
        if not compared or delta.net.sample in compared:
            return None
        if inputs.get(delta.net.sample) not in {inputs.get(sample) for sample in compared}:
            updates.add(delta.update.event)  # else perhaps the same sample, computed twice
    if len(updates) < _LEAST_UPDATES:
        return None
    line = evidence.line(max(id for _, product in deltas[0].products for id in product))
    return line, evidence.line_of(evidence.tape.events[deltas[0].update.event])


def _samples_compared(evidence: Evidence, delta: Delta) -> set[int]:
    """The samples whose outputs a delta is made of by a difference to a given number."""
    network, tape = evidence.roles.network, evidence.tape
    sample_of = {net.id: net.sample for net in network.nets if net.layer == len(network.layers)}
    found = set()
    for id in (id for _, product in delta.products for id in product):
        for one in evidence.ancestors(id, _MOST_PARTS, without=evidence.parameters):
            if tape.event(one).operation != "subtract":
                continue
            for output, target in (pair := tape.operands(one), pair[::-1]):
                is_given = not evidence.varies[target] and not evidence.roles.graph.is_literal(target)
                if is_given and (net := int(network.source[output])) in sample_of:
                    found.add(sample_of[net])
    return found


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
