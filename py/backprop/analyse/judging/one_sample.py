"""Updates that use the gradient of one sample alone, though those of others were computed before it, and set anew each time.

for x, t in data:
    ...
    g = x.T @ delta        # += is meant
W -= rate * g              # the gradient of the last sample

It may be delta itself that is thrown away, where the whole update stands behind the loop; or the pass through the network,
where the deltas stand there, too. Samples that are skipped are another thing: there the update stands in the loop over the
samples. So are loops that look for one sample (see `picks_one`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.judgement import DIFFERS
from backprop.analyse.judging.picking_loops import picks_one
from backprop.analyse.judging.types import LayerVerdict, Point
from backprop.roles.graph import is_product
from backprop.roles.net import Net
from backprop.trace.tape import turns_around

_LEAST_UPDATES = 2  # in which it has to be so


@dataclass(frozen=True)
class _Kind:
    """A number of each sample that may be thrown away.

    `computed` gives the events that compute it for a net before the event of an update; `of_lost` gives the events among
    which those of nets without an update are. The mistake stands in the line `at`: of that number, of the update, or of
    the first delta.
    """

    id: str
    computed: Callable[[Evidence, Net, int], list[int]]
    of_lost: Callable[[Evidence, list[Net], int], list[int]]
    at: Literal["number", "update", "delta"]


Turns = dict[tuple[int, int], int]
"""The loops around an event, each by its place and how often it was begun: with the number of the turn."""


def one_sample_points(evidence: Evidence, layers: list[LayerVerdict]) -> None:
    """Say of which layer the updates use the last sample alone: once, at the first line."""
    for kind in _KINDS:
        found: list[tuple[int, LayerVerdict, int]] = []
        for layer, verdict in zip(evidence.layers, layers):
            neuron = next((one for one in layer.neurons if one in evidence.roles.deltas.looked_at), None)
            lines = _lines(evidence, neuron, kind) if neuron is not None else None
            if lines is not None:
                found.append((lines[0], verdict, lines[1]))
        if found:
            line, verdict, updated = min(found, key=lambda one: one[0])
            verdict.parts["weights"] = DIFFERS
            where = {"number": line, "update": updated, "delta": _first_delta(evidence, line)}[kind.at]
            facts = {"updated": updated, "computed": line}
            verdict.points.append(Point(kind.id, "mistake", verdict.number, where, facts))
            return


def _lines(evidence: Evidence, neuron: int, kind: _Kind) -> tuple[int, int] | None:
    """The line of what is computed for each sample and thrown away, and that of the update; None if all is used in some
    update."""
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
        place = _thrown_away(evidence, update, nets, others[nets[0].weights.tobytes()], kind)
        if place is None:
            return None
        tape = evidence.tape
        lines = lines or (tape.places[place].line, tape.places[tape.events[update].place].line)
    return lines


def _thrown_away(
    evidence: Evidence, update: int, used: list[Net], others: list[Net], kind: _Kind
) -> int | None:
    """The place where the last sample's gradient or delta is computed, if those of others are computed there, too, in
    earlier turns of a loop that the update does not stand in; None if they are not, or are used."""
    graph = evidence.roles.graph
    first = min(net.id for net in (*used, *others)) if others else 0
    needed = graph.ancestors(update, int(graph.owner[first])) if others else set()
    last = [one for net in used for one in kind.computed(evidence, net, update) if one in needed]
    at = {graph.events[one].where for one in last}
    every = kind.of_lost(evidence, others, update)
    lost = [one for one in every if graph.events[one].where in at and one not in last]
    if not lost or not needed.isdisjoint(lost):
        return None
    outside = _turns(evidence, update)
    for one in last:
        here = _turns(evidence, one)
        inner = {loop: at for loop, at in here.items() if loop not in outside}
        if not all(_earlier(evidence, other, inner) for other in lost):
            continue
        places = {place for other in lost for place, _ in _earlier(evidence, other, inner)}
        if not any(picks_one(evidence, place) for place in places):
            return graph.events[one].place
    return None


def _earlier(evidence: Evidence, number: int, turns: Turns) -> list[tuple[int, int]]:
    """The loops in which an event stands in an earlier turn than these."""
    here = _turns(evidence, number)
    return [loop for loop, at in turns.items() if here.get(loop, at) < at]


def _first_delta(evidence: Evidence, line: int) -> int:
    """The line of the first delta that is computed below a line; that line if there is none."""
    tape = evidence.tape
    ids = (id for delta in evidence.roles.deltas.of.values() for _, some in delta.products for id in some)
    lines = (tape.places[place].line for place in {tape.event(id).place for id in ids} if place)
    return min((one for one in lines if one > line), default=line)


def _net(evidence: Evidence, net: Net, before: int) -> list[int]:
    """The event that computes a net."""
    return [int(evidence.tape.owner[net.id])]


def _all_nets(evidence: Evidence, nets: list[Net], before: int) -> list[int]:
    """The events that compute these nets."""
    return [one for net in nets for one in _net(evidence, net, before)]


def _delta(evidence: Evidence, net: Net, before: int) -> list[int]:
    """The event that computes a net's delta; none if it is no number of its own."""
    delta = evidence.roles.deltas.of.get(net.id)
    return [] if delta is None or delta.id is None else [int(evidence.tape.owner[delta.id])]


def _all_since(evidence: Evidence, nets: list[Net], before: int) -> list[int]:
    """All events from the first of these nets to an update: their deltas are in no update, so it is not known which they
    are."""
    since = min((int(evidence.tape.owner[net.id]) for net in nets), default=before)
    return list(range(since, before))


def _gradients(evidence: Evidence, net: Net, before: int) -> list[int]:
    """The events before an update that multiply the inputs of a net after its pass, not in other nets: its gradients."""
    graph, forward = evidence.roles.graph, set(evidence.roles.weights.place.values())
    since = int(graph.owner[net.id])
    users = {
        number for id in net.inputs.tolist() for number in graph.consumers(id) if since < number < before
    }
    products = [number for number in users if is_product(graph.events[number])]
    return [one for one in products if graph.events[one].where not in forward]


def _gradients_of_all(evidence: Evidence, nets: list[Net], before: int) -> list[int]:
    return [one for net in nets for one in _gradients(evidence, net, before)]


_KINDS = (
    _Kind("only-last-sample", _gradients, _gradients_of_all, "number"),
    _Kind("only-last-delta", _delta, _all_since, "update"),
    _Kind("only-last-pass", _net, _all_nets, "delta"),
)


def _turns(evidence: Evidence, number: int) -> Turns:
    turn = evidence.tape.events[number].turn
    return {(place, entry): at for place, at, entry in turns_around(evidence.tape, turn)}
