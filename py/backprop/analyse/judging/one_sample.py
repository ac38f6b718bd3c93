"""Updates that use the gradient of one sample alone, though those of others were computed before it, and set anew each time.

for x, t in data:
    ...
    g = x.T @ delta        # += is meant
W -= rate * g              # the gradient of the last sample

Samples that are skipped are another thing: there the update stands in the loop over the samples.
"""

from __future__ import annotations

from collections import defaultdict

from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.rules import DIFFERS
from backprop.analyse.judging.types import LayerVerdict, Point
from backprop.roles.graph import is_product
from backprop.roles.loops import turns_around
from backprop.roles.net import Net

_LEAST_UPDATES = 2  # in which it has to be so

Turns = dict[tuple[int, int], int]
"""The loops around an event, each by its place and how often it was begun: with the number of the turn."""


def one_sample_points(evidence: Evidence, layers: list[LayerVerdict]) -> None:
    """Say of which layer the updates use the last sample alone: once, at the first line."""
    found: list[tuple[int, LayerVerdict, int]] = []
    for layer, verdict in zip(evidence.layers, layers):
        neuron = next((one for one in layer.neurons if one in evidence.roles.deltas.looked_at), None)
        lines = _lines(evidence, neuron) if neuron is not None else None
        if lines is not None:
            found.append((lines[0], verdict, lines[1]))
    if found:
        line, verdict, updated = min(found, key=lambda one: one[0])
        verdict.parts["weights"] = DIFFERS
        facts = {"updated": updated}
        verdict.points.append(Point("only-last-sample", "mistake", verdict.number, line, facts))


def _lines(evidence: Evidence, neuron: int) -> tuple[int, int] | None:
    """The line of the products that are thrown away, and that of the update; None if all are used in some update."""
    used: dict[int, list[Net]] = defaultdict(list)
    others: dict[bytes, list[Net]] = defaultdict(list)
    for net in evidence.roles.network.nets:
        if net.neuron == neuron:
            delta = evidence.roles.deltas.of.get(net.id)
            if delta is None:
                others[net.weights.tobytes()].append(net)
            else:
                used[delta.update.event].append(net)
    lines = None
    if len(used) < _LEAST_UPDATES:
        return None
    for update, nets in used.items():
        place = _thrown_away(evidence, update, nets, others[nets[0].weights.tobytes()])
        if place is None:
            return None
        tape = evidence.tape
        lines = lines or (tape.places[place].line, tape.places[tape.events[update].place].line)
    return lines


def _thrown_away(evidence: Evidence, update: int, used: list[Net], others: list[Net]) -> int | None:
    """The place where the last sample's gradient is computed, if those of others are computed there, too, in earlier turns
    of a loop that the update does not stand in; None if they are not, or are used."""
    graph = evidence.roles.graph
    first = min(net.id for net in (*used, *others)) if others else 0
    needed = graph.ancestors(update, int(graph.owner[first])) if others else set()
    last = [one for net in used for one in _products(evidence, net, update) if one in needed]
    lost = [one for net in others for one in _products(evidence, net, update)]
    at = {(graph.events[one].place, graph.events[one].context) for one in last}
    lost = [one for one in lost if (graph.events[one].place, graph.events[one].context) in at]
    if not lost or not needed.isdisjoint(lost):
        return None
    outside = _turns(evidence, update)
    for one in last:
        here = _turns(evidence, one)
        inner = [loop for loop in here if loop not in outside]
        if all(
            any(_turns(evidence, other).get(loop, here[loop]) < here[loop] for loop in inner)
            for other in lost
        ):
            return graph.events[one].place
    return None


def _products(evidence: Evidence, net: Net, before: int) -> list[int]:
    """The events before an update that multiply the inputs of a net after its pass, not in other nets: its gradients."""
    graph, forward = evidence.roles.graph, set(evidence.roles.weights.place.values())
    since = int(graph.owner[net.id])
    users = {
        number for id in net.inputs.tolist() for number in graph.consumers(id) if since < number < before
    }
    products = [number for number in users if is_product(graph.events[number])]
    return [one for one in products if (graph.events[one].place, graph.events[one].context) not in forward]


def _turns(evidence: Evidence, number: int) -> Turns:
    turn = evidence.tape.events[number].turn
    return {(place, entry): at for place, at, entry in turns_around(evidence.tape, turn)}
