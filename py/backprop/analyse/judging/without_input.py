"""Changes of weights in which the layer's input is nowhere: then they are not delta times input, whatever delta is.

w[j][m] -= rate * d[j] * h[m]      # layer 1: its input is x[m]

Looked at only where no delta was found in the changes of a layer, and others have theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from backprop.analyse.judging.change_line import line_of_change
from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.judgement import DIFFERS
from backprop.analyse.judging.types import LayerVerdict, Point
from backprop.roles.learned import Update
from backprop.trace.tape import Floats

_MOST_IDS = 4000  # from which one change is computed
_LEAST_WEIGHTS = 2  # of a layer,
_MOST_WEIGHTS = 64  # are looked at
_NEAR = 1e-9  # of an input: the same activation, computed by another formula


def points_without_input(evidence: Evidence, layers: list[LayerVerdict]) -> None:
    """Say of which layers the weights' changes cannot contain their inputs."""
    deltas = evidence.roles.deltas
    for neurons, verdict in zip(evidence.roles.network.layers, layers):
        if deltas.of and not verdict.points and all(neuron in deltas.missing for neuron in neurons):
            every = (one for neuron in neurons for one in _changes(evidence, neuron))
            changes = list(islice(every, _MOST_WEIGHTS))
            if len(changes) >= _LEAST_WEIGHTS and not any(_has_input(evidence, *one) for one in changes):
                update = changes[0][0]
                line = line_of_change(evidence, update.before, update.after, update.event)
                facts = {"what": "name:weights"}
                verdict.points.append(Point("change-without-input", "mistake", verdict.number, line, facts))
                verdict.parts["weights"] = DIFFERS


def _changes(evidence: Evidence, neuron: int) -> Iterator[tuple[Update, Floats]]:
    """The first update of each weight of a neuron, and the amounts of the inputs that the weight multiplied before it.
    Inputs of 0 and 1 are left out: these numbers stand everywhere."""
    weights = evidence.roles.weights
    nets = [net for net in evidence.roles.network.nets if net.neuron == neuron]
    for column, id in enumerate(nets[0].weights.tolist()):
        made = weights.updates.get(int(weights.root[id]), [])
        if made and made[0].before == id:
            used = [net for net in nets if net.id < made[0].after and int(net.weights[column]) == id]
            inputs = np.abs([evidence.values[net.inputs[column]] for net in used])
            telling = inputs[~np.isin(inputs, (0.0, 1.0))]
            if telling.size:
                yield made[0], telling


def _has_input(evidence: Evidence, update: Update, inputs: Floats) -> bool:
    """True if a number as large as one of the inputs stands in the computation of the change, other than in a net. A copy,
    a number read twice or an activation computed again has the same value as the input."""
    stack, seen = list(evidence.tape.operands(update.result)), {update.result}
    while stack:
        id = stack.pop()
        if id in seen or evidence.cut[id]:
            continue
        if len(seen) > _MOST_IDS:
            return True  # too much to tell
        seen.add(id)
        stack += evidence.tape.operands(id)
    values = np.sort(np.abs(evidence.values[list(seen)]))
    low, high = (np.searchsorted(values, inputs * (1 + sign * _NEAR)) for sign in (-1, 1))
    return bool((high > low).any())
