"""Inputs of a layer that were written over before the update used them: then the change of its weights contains none.

slope = derivative_relu(a)      # changes a in place to 0 and 1
W2 += a.T @ d2                  # a is no longer what the forward pass multiplied
"""

from __future__ import annotations

from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.types import Point
from backprop.roles.graph import is_product
from backprop.roles.net import Net
from backprop.trace.tape import Kind

_MOST_NETS = 8


def overwritten(evidence: Evidence) -> list[Point]:
    """A statement for each layer in which that happened."""
    found = []
    for layer in evidence.layers:
        for neuron in layer.neurons:
            deltas = evidence.roles.deltas
            if neuron not in deltas.missing and neuron not in deltas.overwritten:
                continue
            nets = [net for net in evidence.roles.network.nets if net.neuron == neuron][:_MOST_NETS]
            line = next((line for net in nets if (line := _line(evidence, net)) is not None), None)
            if line is not None:
                found.append(Point("activation-overwritten", "mistake", layer.number, line))
                break
    return found


def _line(evidence: Evidence, net: Net) -> int | None:
    """The line of a number that replaces an input of the net and was chosen by a test of that input: a derivative
    written over its activation, as in `a[a > 0] = 1`."""
    graph, weights = evidence.roles.graph, evidence.roles.weights
    inputs = set(net.inputs.tolist())
    for weight in net.weights.tolist():
        update = next(
            (one for one in weights.updates.get(int(weights.root[weight]), ()) if one.before == weight), None
        )
        if update is None:
            continue
        events = graph.ancestors(update.event, int(graph.owner[net.id]))
        used = {
            id for number in events if is_product(graph.events[number]) for id in _operands(evidence, number)
        }
        for number in events:
            event = graph.events[number]
            if event.operation != "select" or event.first not in used:
                continue
            tested = {
                id for condition in event.operands[1:] for id in _compared(evidence, int(condition.item()))
            }
            if tested & inputs:
                return evidence.tape.places[event.place].line
    return None


def _operands(evidence: Evidence, number: int) -> list[int]:
    return [id for operand in evidence.tape.events[number].operands for id in operand.ravel().tolist()]


def _compared(evidence: Evidence, condition: int) -> list[int]:
    event = evidence.tape.event(condition)
    return evidence.tape.operands(condition) if event.kind is Kind.ELEMENTWISE else []
