"""The loop in which a network is trained: the one whose turns are the iterations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from backprop.roles.find import Roles
from backprop.roles.learned import Update
from backprop.trace.tape import Place, turns_around

# A network with more weights is large: changed for each of 1,000 samples, they would be a million numbers an iteration.
_MOST_WEIGHTS = 1_000


def iteration_loop(roles: Roles, loops: Collection[Place]) -> int | None:
    """The place of the loop whose turns are the iterations; None if the program trains without a loop.

    That is the loop with an update in each of its turns (None if an update adds up several turns). Where each update is
    for one other sample, it is the loop around it, whose turns go through all samples; not for a large network, whose
    iteration would be too long to be kept. `loops` are the places of the program's loops.
    """
    tape = roles.tape
    chains = []
    for update in _of_two_passes(roles):
        turn = roles.graph.events[update.event].turn
        chain = [one for one in turns_around(tape, turn) if tape.places[one[0]] in loops]
        chains.append(chain[::-1])
    if not chains[0]:
        return None
    if len(chains) < 2:
        return int(chains[0][-1][0])
    for depth, (one, other) in enumerate(zip(*chains)):
        if one != other:
            if one[2] != other[2] and not depth:
                # A loop over layers: each update begins it anew, in a comprehension or a recursion.
                return None
            by_samples = not _is_large(roles) and one[0] == other[0] and _goes_through_samples(roles)
            is_inner = one[2] != other[2] or by_samples
            loop = int(chains[0][depth - 1][0] if is_inner and depth else one[0])
            return None if _adds_up(roles, loop) else loop
    return int(chains[0][-1][0])


def _of_two_passes(roles: Roles) -> list[Update]:
    """The first update of a weight, and the first after another forward pass: one step may be several updates, as in
    `w[j] = w[j] + rate * g + momentum * v[j]`."""
    neuron, root = next(iter(roles.deltas.looked_at.items()))
    first, *others = roles.weights.updates[root]
    passes = [net.id for net in roles.network.nets if net.neuron == neuron and net.id > first.after]
    later = [one for one in others if passes and one.after > passes[0]]
    return [first, *(later or others)[:1]]


def _adds_up(roles: Roles, loop: int) -> bool:
    """True if an update is made of samples of several turns of a loop: `if step % 2 == 0: W -= rate * G`."""
    turns: dict[int, set[int]] = defaultdict(set)
    for delta in roles.deltas.of.values():
        turn = roles.graph.events[roles.graph.owner[delta.net.id]].turn
        here = (number for place, number, _ in turns_around(roles.tape, turn) if place == loop)
        turns[delta.update.event].add(next(here, -1))
    return any(len(numbers) > 1 for numbers in turns.values())


def entry_of(roles: Roles, loop: int | None) -> int:
    """The number of times that the program had begun the loop at a place before it trained this network in it."""
    root = next(iter(roles.deltas.looked_at.values()))
    turn = roles.graph.events[roles.weights.updates[root][0].event].turn
    return next((entry for place, _, entry in turns_around(roles.tape, turn) if place == loop), 0)


def _is_large(roles: Roles) -> bool:
    """True if a turn through all samples, with an update for each, would be too long an iteration."""
    return len(roles.topology.edges) > _MOST_WEIGHTS


def _goes_through_samples(roles: Roles) -> bool:
    """True if each update is for one sample, another one each time."""
    last = [net for net in roles.network.nets if net.layer == 1 and net.id in roles.deltas.of]
    by_update: dict[int, set[int]] = defaultdict(set)
    inputs: dict[int, bytes] = {}
    for net in last:
        by_update[roles.deltas.of[net.id].update.event].add(net.sample)
        inputs[net.sample] = roles.tape.values[net.inputs].tobytes()
    return all(len(samples) == 1 for samples in by_update.values()) and len(set(inputs.values())) > 1
