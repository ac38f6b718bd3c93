"""Changes of weights in which no delta was found, beside the gradient that the program's own output deltas give.

W1[0] -= rate * (x + d[0])         # + instead of *: no delta times input

Looked at only where the weights of the last layer follow their gradient plainly, so that another rule is no question.
"""

from __future__ import annotations

from backprop.analyse.judging.change_line import change_line
from backprop.analyse.judging.evidence import Evidence, ratio_of
from backprop.analyse.judging.judgement import DIFFERS
from backprop.analyse.judging.rules import judge_changes
from backprop.analyse.judging.steps import Row
from backprop.analyse.judging.types import LayerVerdict, Point
from backprop.trace.tape import Floats

_MOST_UPDATES = 3  # of each weight are looked at
_LEAST_ROWS = 4


def direct_points(evidence: Evidence, layers: list[LayerVerdict]) -> None:
    """Say of the first layer whose weights do not move by the gradient, though those of the last do."""
    roles = evidence.roles
    last, missing = roles.network.layers[-1], roles.deltas.missing
    if any(neuron in missing for neuron in last) or any(verdict.points for verdict in layers):
        return
    gradient = _gradient(evidence, last)
    rate = _rate(evidence, _rows(evidence, last, gradient))
    if rate is None:
        return
    for neurons, verdict in zip(roles.network.layers, layers):
        rows = _rows(evidence, [one for one in neurons if one in missing], gradient, rate)
        if len(rows) < _LEAST_ROWS:
            continue
        judged = judge_changes(evidence, rows)
        if judged.state == DIFFERS:
            line = change_line(evidence, judged.wrong[0])
            facts = {"what": "name:weights"}
            verdict.points.append(Point("change-differs", "unknown", verdict.number, line, facts))
            verdict.parts["weights"] = DIFFERS
            return


def _gradient(evidence: Evidence, last: list[int]) -> Floats:
    """The sum of output delta times ∂net/∂weight, through all layers, by id."""
    seeds = {
        net.id: evidence.roles.deltas.of[net.id].value(evidence.values)
        for net in evidence.roles.network.nets
        if net.neuron in last and net.id in evidence.roles.deltas.of
    }
    return evidence.derivative(seeds, through_nets=True).values


def _rate(evidence: Evidence, rows: list[Row]) -> float | None:
    """The constant factor of the gradient in all changes of the last layer's weights; None if there is no such constant."""
    ratio = ratio_of([row.change for row in rows], [row.gradient for row in rows], evidence.near)
    return ratio.factor if ratio and ratio.count >= _LEAST_ROWS else None


def _rows(evidence: Evidence, neurons: list[int], gradient: Floats, rate: float = 1.0) -> list[Row]:
    """The first changes of all weights of these neurons, each made by one update and used by the next pass."""
    roles, values = evidence.roles, evidence.values
    found: list[Row] = []
    for neuron in neurons:
        nets = [net for net in roles.network.nets if net.neuron == neuron]
        used = {id for net in nets for id in net.weights.tolist()}
        for column, root in enumerate(roles.weights.root[nets[0].weights].tolist()):
            earlier = 0.0
            for number, update in enumerate(roles.weights.updates.get(root, [])[:_MOST_UPDATES]):
                if update.before not in used or update.after not in used:
                    break
                change = float(values[update.after] - values[update.before])
                found.append(
                    Row(
                        roles.node_of[neuron],
                        column,
                        update.before,
                        update.after,
                        float(gradient[update.before]),
                        rate,
                        change,
                        float(values[update.before]),
                        earlier,
                        number,
                        1,
                        update.event,
                        True,
                        abs(float(gradient[update.before])),
                    )
                )
                earlier = change
    return found
