"""The samples of a trace: which nets belong to one pass through the network."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from backprop.roles.delta import Deltas
from backprop.roles.graph import Flags, Graph, is_product
from backprop.roles.learned import Weights
from backprop.roles.net import Net, Network, NotFound
from backprop.trace.tape import Ids, Tape

_MOST_PARTS = 200  # of an output, behind its net


def number_samples(graph: Graph, weights: Weights, nets: list[Net], source: Ids) -> None:
    """Number the passes through the network: nets of the first layer with the same inputs between two updates belong
    to one sample, deeper ones to that of the nets they depend on. Rows of one array are samples of their own, even if they
    are the same row of the data: `X[np.random.choice(20, 6)]`; so are passes in different turns of one loop, as where
    gradients of batches are added up before an update."""
    updates = np.unique([update.event for made in weights.updates.values() for update in made])
    passes = _Passes(graph.tape)
    rows: dict[tuple[int, int, bytes], int] = defaultdict(int)  # by event, neuron and inputs
    joined: list[int] = []

    def find(sample: int) -> int:
        while joined[sample] != sample:
            sample = joined[sample]
        return sample

    sample_of: dict[int, int] = {}
    for net in nets:
        here = {
            find(sample_of[int(id)])
            for id in np.unique(source[net.inputs])
            if id >= 0 and int(id) in sample_of
        }
        if here:
            sample = min(here)
            for other in here:
                joined[other] = sample
        else:
            event, inputs = int(graph.owner[net.id]), np.sort(net.inputs).tobytes()
            key = inputs, int(np.searchsorted(updates, event)), rows[event, net.neuron, inputs]
            rows[event, net.neuron, inputs] += 1
            if (sample := passes.of(key, net, event)) == len(joined):
                joined.append(sample)
            sample = find(sample)
        sample_of[net.id] = sample
    numbers: dict[int, int] = defaultdict(lambda: len(numbers))
    for net in nets:
        net.sample = numbers[find(sample_of[net.id])]


class _Passes:
    """The passes of samples that were met, by their inputs and the updates before them."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._count = 0
        self._of: dict[tuple[bytes, int, int], list[tuple[int, dict[int, int]]]] = defaultdict(list)

    def of(self, key: tuple[bytes, int, int], net: Net, event: int) -> int:
        """The number of the pass with this key that a net of the first layer, computed by `event`, belongs to: the latest,
        unless another turn of the same loop computed the net of its neuron there."""
        turn, known = self._tape.events[event].turn, self._of[key]
        for number, turns in reversed(known):
            if not self._in_turns_of_one_loop(turns.setdefault(net.neuron, turn), turn):
                return number
        known.append((self._count, {net.neuron: turn}))
        self._count += 1
        return self._count - 1

    def _in_turns_of_one_loop(self, one: int, other: int) -> bool:
        """True for two turns of one loop, or turns within such: not for those of a loop that was begun a second time."""
        lines = [self._outwards(one), self._outwards(other)]
        apart = next(((a, b) for a, b in zip(*lines) if a != b), None)
        if apart is None:
            return False
        first, second = (self._tape.turns[turn] for turn in apart)
        return (first.place, first.entry) == (second.place, second.entry)

    def _outwards(self, turn: int) -> list[int]:
        """The turns in which a turn lies and the turn itself, the outermost first."""
        found = [turn]
        while (turn := self._tape.turns[turn].parent) >= 0:
            found.append(turn)
        return found[::-1]


def mixes_outputs(graph: Graph, nets: list[Net], activation: dict[int, int], fixed: Flags) -> bool:
    """True if an output is multiplied, behind its net, by inputs of its own sample and of another, as in attention:
    `softmax(Q @ X.T) @ X`. One number of the data, `max(xs) * sigmoid(net)`, mixes nothing.

    `activation` has the output of each net, `fixed` the ids behind which nothing is looked for: weights and biases.
    """
    inputs: dict[int, set[int]] = {}  # of each sample
    for net in nets:
        if net.layer == 1 and net.sample not in inputs:
            inputs[net.sample] = set(net.inputs.tolist())
    last = max(net.layer for net in nets)
    end = next((net for net in nets if net.layer == last and net.id in activation), None)
    if end is None:
        return False
    own = inputs.get(end.sample, set())
    others = set().union(*inputs.values()) - own
    met: set[int] = set()
    ends = {net.id for net in nets}
    stack, seen = [activation[end.id]], set(ends)
    while stack and len(seen) < len(ends) + _MOST_PARTS:
        id = stack.pop()
        if id in seen or fixed[id]:
            continue
        seen.add(id)
        event, operands = graph.tape.event(id), graph.tape.operands(id)
        if is_product(event):
            met.update(operands)
        stack += operands
    return not others.isdisjoint(met) and not own.isdisjoint(met)


def reason_against(graph: Graph, nets: list[Net]) -> NotFound | None:
    """The reason why a sample is not one pass, None if it is: a neuron of the first layer reads several parts of one sample
    (a convolution), the same weights make nets with several biases (`[[0.1, 0.2]] * 3` repeats one row), nets above read
    more than one sample (attention), or they read again and again what was computed once."""
    first: dict[tuple[int, int], set[bytes]] = defaultdict(set)
    passes: dict[int, int] = defaultdict(int)
    counts: dict[tuple[int, int], int] = defaultdict(int)
    biases: dict[tuple[int, int, bytes, bytes], set[int]] = defaultdict(set)
    for net in nets:
        key = net.neuron, net.sample
        counts[key] += 1
        biases[(*key, net.weights.tobytes(), net.inputs.tobytes())].update(id for id, _ in net.biases[:1])
        if net.layer == 1:
            first[key].add(graph.value[net.inputs].tobytes())
            passes[net.sample] = max(passes[net.sample], counts[key])
    if any(len(parts) > 1 for parts in first.values()):
        return NotFound("recurrent")
    if any(len(some) > 1 for some in biases.values()):
        return NotFound("shared-rows")
    more = {key for key, count in counts.items() if count > passes.get(key[1], count)}
    if not more:
        return None
    again = (net for net in nets if (net.neuron, net.sample) in more)
    if all(len(read) == 1 for read in _read_by(again).values()):
        once = next(net for net in nets if net.layer == 1)
        return NotFound("computed-once", place=graph.tape.event(once.id).place)
    return NotFound("mixed-samples")


def _read_by(nets: Iterable[Net]) -> dict[tuple[int, int], set[bytes]]:
    """The different inputs of nets, by neuron and sample."""
    found: dict[tuple[int, int], set[bytes]] = defaultdict(set)
    for net in nets:
        found[net.neuron, net.sample].add(net.inputs.tobytes())
    return found


def are_side_by_side(network: Network, deltas: Deltas) -> bool:
    """True if the samples of an update are worked out side by side: a sample begins before the one before it ends."""
    first_net: dict[int, int] = {}
    last_delta: dict[int, int] = {}
    for net in network.nets:
        first_net.setdefault(net.sample, net.id)
        delta = deltas.of.get(net.id)
        if delta is not None:
            last = max(id for _, ids in delta.products for id in ids)
            last_delta[net.sample] = max(last_delta.get(net.sample, -1), last)
    samples = sorted(first_net, key=first_net.__getitem__)
    return any(one in last_delta and last_delta[one] > first_net[other] for one, other in pairwise(samples))
