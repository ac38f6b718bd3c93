"""Weights that no update reaches, though the error depends on them and others of the program are changed.

for i in range(len(x) - 1): w[i] -= rate * delta * x[i]      # the last weight stays what it was
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from backprop.analyse.judging.chosen import is_by_choice
from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.judgement import DIFFERS
from backprop.analyse.judging.steps import Steps
from backprop.analyse.judging.types import LayerVerdict, Point
from backprop.equations.tex import symbol
from backprop.roles.set_later import base_of, is_set_later
from backprop.topology import node_of
from backprop.trace.tape import Floats

_MOST_NAMES = 6
_LEAST_PART = 1e-9  # of the largest gradient: less may be rounding


def still_points(
    evidence: Evidence, layers: list[LayerVerdict], gradients: Floats | None = None
) -> list[int]:
    """Say which weights of a layer never change; the weights' ids. `gradients`: of each id by the program's own deltas
    (None: not known), by which a weight that need not change is told from one that is left out.

    A layer that stays as it is before others are trained may be meant so (fixed random features): that is a remark; so is a
    weight that a statement changes which has not been reached yet. Where the changed weights are computed and thrown away,
    that is a mistake.
    """
    weights = evidence.roles.weights
    every: list[int] = []
    moves = False
    for neurons, verdict in zip(evidence.roles.network.layers, layers):
        used = {
            id for net in evidence.roles.network.nets if net.neuron in neurons for id in net.weights.tolist()
        }
        if lost := sorted(used & weights.lost):
            _say_lost(evidence, verdict, lost[0])
        left_out = sorted(_left_out(evidence, used, gradients))
        still = [id for id in left_out if evidence.roles.places[id][0][0] == "w"]
        changed = [id for id in used if int(weights.root[id]) in weights.updates]
        if still:
            is_sure = (moves or bool(changed)) and not may_change_later(evidence, still[0])
            is_sure = is_sure and not any(is_by_choice(evidence, *some) for some in _first_changes(evidence))
            _say(evidence, verdict, still, is_mistake=is_sure)
        if biases := [id for id in left_out if id not in still]:
            nodes = ", ".join(str(node_of(evidence.roles.places[id][0])) for id in biases)
            line = evidence.line(biases[0])
            verdict.points.append(Point("bias-untrained", "remark", verdict.number, line, {"nodes": nodes}))
        every += left_out
        moves = moves or bool(changed)
    return every


def _first_changes(evidence: Evidence) -> Iterable[tuple[int, int]]:
    """The events of the first two updates of one weight of each forward place."""
    weights = evidence.roles.weights
    several = [(weights.place[root], made) for root, made in weights.updates.items() if len(made) > 1]
    return {place: (made[0].event, made[1].event) for place, made in several}.values()


def _say_lost(evidence: Evidence, verdict: LayerVerdict, id: int) -> None:
    """Say where the changed weights of a layer are computed and never used; of its biases nothing is said then."""
    event = evidence.tape.events[evidence.roles.weights.updates[id][0].event]
    verdict.points = [one for one in verdict.points if one.id not in ("bias-not-updated", "bias-untrained")]
    verdict.points.append(Point("update-lost", "mistake", verdict.number, evidence.line_of(event)))
    verdict.parts["weights"] = DIFFERS


def _say(evidence: Evidence, verdict: LayerVerdict, still: list[int], is_mistake: bool) -> None:
    facts = {"what": _names(evidence, still)}
    kind, line = "mistake" if is_mistake else "remark", _line(evidence, still[0])
    verdict.points.append(Point("weights-not-updated", kind, verdict.number, line, facts))
    if is_mistake:
        verdict.parts["weights"] = DIFFERS


def may_change_later(evidence: Evidence, id: int) -> bool:
    """True if the program has a statement that changes the array of a weight and was not reached yet: `if epoch > 1000`."""
    names = {base_of(one.target) for one in evidence.tape.bindings if id in one.ids}
    return is_set_later(evidence.tape, names)


def _left_out(evidence: Evidence, used: set[int], gradients: Floats | None) -> Iterator[int]:
    """The weights (ids) without updates: not connections of weight 0, and not those whose gradient is 0."""
    weights, places = evidence.roles.weights, evidence.roles.places
    for id in used:
        root = int(weights.root[id])
        if root < 0 or root in weights.updates or evidence.values[id] == 0:
            continue
        if id in places and _matters(evidence, id, gradients):
            yield id


def _matters(evidence: Evidence, id: int, gradients: Floats | None) -> bool:
    if gradients is None or id in _of_still_nodes(evidence):
        return True
    largest = np.nanmax(np.abs(gradients[evidence.roles.weights.is_weight]), initial=0.0)
    return bool(abs(gradients[id]) > _LEAST_PART * largest)


def _of_still_nodes(evidence: Evidence) -> set[int]:
    """The weights of nodes of which none changes: they have no delta, so nothing is known of their gradients."""
    still = evidence.roles.deltas.still
    return {id for net in evidence.roles.network.nets if net.neuron in still for id in net.weights.tolist()}


def _names(evidence: Evidence, ids: list[int]) -> str:
    topology, places = evidence.roles.topology, evidence.roles.places
    names = [symbol(places[id][0], topology)["text"] for id in ids[:_MOST_NAMES]]
    return ", ".join(names) + (", …" if len(ids) > _MOST_NAMES else "")


def _line(evidence: Evidence, id: int) -> int:
    """The line of the update that leaves a weight out: the one that changes others of its place in the forward pass; where
    there is none, the line that made the weight."""
    weights = evidence.roles.weights
    place = weights.place[id]
    for root, made in weights.updates.items():
        if weights.place[root] == place:
            return evidence.line_of(evidence.tape.events[made[0].event])
    return evidence.line(id)


def descent_of_still(
    evidence: Evidence, steps: Steps, ids: list[int], values: Floats
) -> dict[int, list[float]]:
    """The steepest descent at these weights, by update: `values` are those of the descent, by id."""
    rounds = enumerate(steps.rounds(evidence.layers[-1], 0))
    round_of = {evidence.passes[row]: number for number, rows in rounds for row in rows}
    found: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    wanted = set(ids)
    for net in evidence.roles.network.nets if wanted else ():
        if net.sample in round_of:
            for id, given in zip(net.weights.tolist(), net.inputs.tolist()):
                if id in wanted:
                    slope = net.sign * float(values[net.id] * evidence.values[given])
                    found[round_of[net.sample]][id] += slope
    return {number: list(each.values()) for number, each in found.items()}
