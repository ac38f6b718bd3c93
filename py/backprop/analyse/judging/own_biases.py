"""Biases with one number for each sample, in place of one for each node.

b1 = np.zeros((4, 100))                # 4 nodes, 100 samples: (4, 1) is meant
Z1 = W1 @ X + b1
b1 -= rate * dZ1                       # the shapes fit, so nothing is summed over the samples
"""

from __future__ import annotations

from itertools import takewhile

from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.types import LayerVerdict, Point
from backprop.roles.graph import is_sum
from backprop.trace.tape import Kind

_LEAST_SAMPLES = 3


def own_bias_points(evidence: Evidence, layers: list[LayerVerdict]) -> None:
    """Say of which layers each sample has biases of its own."""
    for layer, verdict in zip(evidence.layers, layers):
        line = _line(evidence, layer.neurons[0])
        if line is not None:
            verdict.points.append(Point("bias-per-sample", "mistake", verdict.number, line))


def _line(evidence: Evidence, neuron: int) -> int | None:
    """The line that makes the biases of a node, if the samples of its first update have one each; else None."""
    made = evidence.roles.weights.updates.get(neuron)
    if not made:
        return None
    nets = [one for one in evidence.roles.network.nets if one.neuron == neuron]
    before = list(takewhile(lambda one: one.id < made[0].after, nets))
    biases = [bias for net in before for bias, _ in net.biases]
    samples = {net.sample for net in before}
    events = [evidence.tape.event(bias) for bias in biases]
    is_made_so = all(event.kind is Kind.SOURCE and event.size >= len(samples) for event in events)
    if len(samples) < _LEAST_SAMPLES or len({*biases}) != len(before) or not is_made_so:
        return None
    later = {bias for net in nets[len(before) :] for bias, _ in net.biases}
    return evidence.line_of(events[0]) if all(_is_changed(evidence, one, later) for one in biases) else None


def _is_changed(evidence: Evidence, bias: int, later: set[int]) -> bool:
    """True if a sum of this number is a bias later: inputs that are added to the outputs are none."""
    graph = evidence.roles.graph
    users = (graph.events[number] for number in graph.consumers(bias))
    return any(not later.isdisjoint(graph.results_of(event, bias)) for event in users if is_sum(event))
