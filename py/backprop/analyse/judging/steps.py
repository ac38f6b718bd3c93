"""The change of each weight and bias in each update, beside the sum of delta times input over its samples."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, zip_longest

import numpy as np

from backprop.analyse.judging.evidence import Evidence, Layer
from backprop.roles.learned import Update
from backprop.roles.net import Net
from backprop.trace.tape import Floats, Ids

_NO_ID = -1
MOST_SAMPLES = 256  # of an update are opened by the search for deltas


@dataclass(frozen=True)
class Row:
    """A weight or bias in one update: from version `before` to `after` (ids; -1: no version of its own is known).

    `gradient` is the sum of the program's delta times input, `scale` what the update multiplies it by, `change` what
    the parameter moved by, `start` its value before, `earlier` its change in the update before (0 in the first).
    `whole`: all samples with a delta are in the sum, and one update made the change. `size` is the same sum of
    amounts, without signs: what rounding leaves of a sum that cancels is a small part of it. `own` is, of biases, the sum
    over the samples of this update alone, where earlier updates left the bias as it was; `weights_event` changed the
    weights of its node in which these deltas were found.
    """

    node: int
    source: int
    before: int
    after: int
    gradient: float
    scale: float
    change: float
    start: float
    earlier: float
    round: int
    samples: int
    event: int
    whole: bool
    size: float
    own: float = 0.0
    weights_event: int = -1


class Steps:
    """The rows of each layer's weights and biases, and the biases that never move."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.values = evidence.values
        self._used = self._versions_used()
        self._chains = {
            root: self._chain(root, made) for root, made in evidence.roles.weights.updates.items()
        }
        self._samples = self._samples_of_versions()
        self.gradients = self._derivative_of_nets()

    def _versions_used(self) -> dict[int, list[int]]:
        """The versions of each weight that the forward passes used, in order."""
        root = self.evidence.roles.weights.root
        found: dict[int, dict[int, None]] = defaultdict(dict)
        different = {net.weights.tobytes(): net.weights for net in self.evidence.roles.network.nets}
        for weights in different.values():  # those of all samples of a batch are the same
            for id in weights.tolist():
                found[int(root[id])][id] = None
        return {key: list(versions) for key, versions in found.items()}

    def _chain(self, root: int, made: list[Update]) -> dict[int, Update]:
        """The updates of a weight, each by the version that it changes. Of several that change one version the one counts
        whose result a pass uses; after the last pass the one at a place in the code whose results were used before."""
        used = set(self._used.get(root, ()))
        events = self.evidence.tape.events
        places = {events[one.event].where for one in made if one.after in used}

        def is_used(update: Update) -> tuple[bool, bool]:
            return update.after in used, events[update.event].where in places

        return {update.before: update for update in sorted(made, key=is_used)}

    def _samples_of_versions(self) -> dict[int, int]:
        """With each version of a weight, how many samples went forward that have a delta."""
        samples_with: dict[bytes, tuple[Ids, set[int]]] = {}
        for delta in self.evidence.roles.deltas.of.values():
            if delta.net.sample not in self.evidence.left_out:
                weights = delta.net.weights
                samples_with.setdefault(weights.tobytes(), (weights, set()))[1].add(delta.net.sample)
        found: dict[int, set[int]] = defaultdict(set)
        for weights, samples in samples_with.values():
            for id in weights.tolist():
                found[id] |= samples
        return {id: len(samples) for id, samples in found.items()}

    def _derivative_of_nets(self) -> Floats:
        """The gradient of each weight and bias by the program's own deltas: the sum of delta · ∂net/∂weight over all passes
        that used it, by id. It holds for any way in which a net is computed from its weights."""
        seeds: dict[int, float] = defaultdict(float)
        for layer in self.evidence.layers:
            for row, column in np.ndindex(*layer.value.shape):
                seeds[layer.deltas[row][column].net.id] += float(layer.value[row, column])
        if not seeds:
            return np.zeros(len(self.evidence.tape))
        return self.evidence.derivative(seeds).values

    def _is_whole(self, version: int, samples: int) -> bool:
        return self._samples.get(version, 0) <= samples < MOST_SAMPLES

    def rounds(self, layer: Layer, column: int) -> list[list[int]]:
        """The passes of each update of a node, in order."""
        groups: dict[int, list[int]] = defaultdict(list)
        for number, row in enumerate(layer.deltas):
            groups[row[column].update.event].append(number)
        return list(groups.values())

    # --- weights ---

    def of_weights(self, layer: Layer) -> list[Row]:
        """All rows of a layer's weights."""
        found: list[Row] = []
        for column in range(len(layer.neurons)):
            groups = self.rounds(layer, column)
            terms = min(len(layer.deltas[rows[0]][column].net.weights) for rows in groups) if groups else 0
            for term in range(terms):
                found += self._of_weight(layer, column, term, groups)
        return found

    def _of_weight(self, layer: Layer, column: int, term: int, groups: list[list[int]]) -> list[Row]:
        found: list[Row] = []
        earlier = 0.0
        for number, rows in enumerate(groups):
            deltas = [layer.deltas[row][column] for row in rows]
            versions = {int(delta.net.weights[term]) for delta in deltas}
            if len(versions) != 1:
                return found
            before = versions.pop()
            moved = self._after(before, number == len(groups) - 1)
            if moved is None and number + 1 < len(groups):
                moved = self._next(before, layer.deltas[groups[number + 1][0]][column].net, term)
            if moved is None:
                return found
            after, event, single = moved
            inputs = np.array([self.values[delta.net.inputs[term]] for delta in deltas])
            change = float(self.values[after] - self.values[before])
            gradient = float(self.gradients[before])
            found.append(
                Row(
                    layer.nodes[column],
                    term,
                    before,
                    after,
                    gradient,
                    float(layer.scale[rows[0], column]),
                    change,
                    float(self.values[before]),
                    earlier,
                    number,
                    len(rows),
                    event,
                    single and self._is_whole(before, len(rows)),
                    float(np.abs(layer.value[rows, column]) @ np.abs(inputs)),
                    weights_event=layer.deltas[rows[0]][column].update.event,
                )
            )
            earlier = change
        return found

    def _after(self, before: int, last: bool) -> tuple[int, int, bool] | None:
        """The version of a weight that the next pass uses, the last event that made it, and whether that was the only
        one; None if it is not known for sure."""
        root = int(self.evidence.roles.weights.root[before])
        chain: dict[int, Update] = self._chains.get(root, {})
        used = self._used.get(root, [])
        at = used.index(before) if before in used else -1
        target = used[at + 1] if 0 <= at < len(used) - 1 else None
        id, made = before, []
        while id in chain and id != target:
            made.append(chain[id])
            id = chain[id].after
        if target is None:
            is_alike = len(made) == self._updates_before(used, at, chain)  # to the step before
            if not made or not (is_alike or self.evidence.tape.ended == "done"):
                return None
            if not is_alike:
                return id, made[-1].event, len(made) == 1
        elif id != target:
            return None
        others = [one for one in made if not self._has_gradient(one, before)] if len(made) > 1 else []
        is_one = len(made) - len(others) == 1 or (not others and self._in_one_step(made))
        return id, (others or made)[-1].event if made else -1, is_one

    def _in_one_step(self, made: list[Update]) -> bool:
        """True for updates one after the other, with nothing between them that uses the weight: they belong to one pass."""
        graph, before = self.evidence.roles.graph, made[0].before
        if len(self._passes_of_versions[before]) > self._samples.get(before, 0):
            return False  # the deltas of some passes are not known
        return len(made) > 1 and all(
            graph.consumers(one.after) == [later.event] for one, later in pairwise(made)
        )

    def _updates_before(self, used: list[int], at: int, chain: dict[int, Update]) -> int:
        """The number of updates that made the version at a place of `used` from the one before it; 0 if it is not known."""
        if at < 1:
            return 0
        id, count = used[at - 1], 0
        while id in chain and id != used[at]:
            id, count = chain[id].after, count + 1
        return count if id == used[at] else 0

    @cached_property
    def _passes_of_versions(self) -> dict[int, set[int]]:
        """The samples that went forward with each version of a weight, by the version's id."""
        found: dict[int, set[int]] = defaultdict(set)
        for net in self.evidence.roles.network.nets:
            for id in net.weights.tolist():
                found[id].add(net.sample)
        return found

    def _has_gradient(self, update: Update, since: int) -> bool:
        """True if what an update adds depends on a net after an id, not through other weights: decay, limits and the change
        before (momentum) do not."""
        event = self.evidence.tape.events[update.event]
        at = update.result - event.first
        operands = [int(one.ravel()[at]) for one in event.operands if one.size > at]
        return bool((self._latest_net[operands] > since).any())

    @cached_property
    def _latest_net(self) -> Ids:
        """The latest net on which each id depends other than through a weight: net ids by id, -1 where there is none."""
        roles = self.evidence.roles
        start = np.full(roles.graph.size, -1, np.int64)
        nets = [net.id for net in roles.network.nets]
        start[nets] = nets
        return roles.graph.carry(start, roles.weights.is_learned)

    def _next(self, before: int, net: Net, term: int) -> tuple[int, int, bool] | None:
        """The next version of a weight, as `_after` gives it, where no update made the number that the next pass uses at
        this place; None if that pass uses the same number."""
        after = int(net.weights[term]) if term < len(net.weights) else before
        return (after, int(self.evidence.tape.owner[after]), True) if after != before else None

    def following(self, before: int) -> int:
        """The version that the next update makes of a weight; -1 if there is none."""
        update = self._chains.get(int(self.evidence.roles.weights.root[before]), {}).get(before)
        return update.after if update else -1

    # --- biases ---

    def of_biases(self, layer: Layer) -> list[Row]:
        """All rows of a layer's biases; a bias that several nodes share is one."""
        shared: dict[int, list[int]] = defaultdict(list)
        for column in range(len(layer.neurons)):
            if layer.deltas and (ids := self._bias_ids(layer.deltas[0][column].net)):
                shared[ids[0]].append(column)
        found: list[Row] = []
        for columns in shared.values():
            found += self._of_bias(layer, columns)
        return found

    def _bias_ids(self, net: Net) -> list[int]:
        return [bias for bias, _ in net.biases]

    def _of_bias(self, layer: Layer, columns: list[int]) -> list[Row]:
        found: list[Row] = []
        groups = self.rounds(layer, columns[0])
        nets = [layer.deltas[rows[0]][columns[0]].net for rows in groups]
        following = [self._next_net(net, later) for net, later in zip_longest(nets, nets[1:])]
        moving = self._moving(nets[0], following[0]) if nets else 0
        earlier = 0.0
        made: list[int] = []
        for number, (rows, net, later) in enumerate(zip(groups, nets, following)):
            if not net.biases or (later and len(later.biases) != len(net.biases)):
                break
            before = net.biases[moving][0]
            after = later.biases[moving][0] if later else self._made_last(before, made)
            if after < 0:
                break
            made.append(after)
            change = float(self.values[after] - self.values[before])
            gradient = float(self.gradients[before])
            found.append(
                Row(
                    layer.nodes[columns[0]],
                    _NO_ID,
                    before,
                    after,
                    gradient,
                    float(layer.scale[rows[0], columns[0]]),
                    change,
                    float(self.values[before]),
                    earlier,
                    number,
                    len(rows),
                    int(self.evidence.tape.owner[after]),
                    self._is_whole(int(net.weights[0]), len(rows)),
                    float(np.abs(layer.value[np.ix_(rows, columns)]).sum()),
                    net.biases[moving][1] * float(layer.value[np.ix_(rows, columns)].sum()),
                    layer.deltas[rows[0]][columns[0]].update.event,
                )
            )
            earlier = change
        return found

    def _made_last(self, before: int, made: list[int]) -> int:
        """The version that the last update of the trace makes of a bias, by the statement that made all the versions before
        (`made`); -1 if it is not known."""
        tape = self.evidence.tape
        places = {tape.event(id).where for id in made}
        if len(places) != 1 or before != made[-1]:
            return _NO_ID
        found = [
            id
            for number in self.evidence.roles.graph.consumers(before)
            for id in range(tape.events[number].first, tape.events[number].first + tape.events[number].size)
            if tape.events[number].where in places and before in tape.operands(id)
        ]
        return found[0] if len(found) == 1 else _NO_ID

    def _moving(self, net: Net, later: Net | None) -> int:
        """The position of the bias that the first update changes among those that a net adds; 0 if it changes none."""
        pairs = zip(net.biases, later.biases if later else ())
        return next((at for at, (one, other) in enumerate(pairs) if one[0] != other[0]), 0)

    @cached_property
    def _nets_of(self) -> dict[int, list[Net]]:
        """The nets of each neuron, in order."""
        found: dict[int, list[Net]] = defaultdict(list)
        for net in self.evidence.roles.network.nets:
            found[net.neuron].append(net)
        return found

    def _next_net(self, net: Net, later: Net | None) -> Net | None:
        """The first net of the same neuron after `net` that uses another version of its weights; `later`, the net of the
        next pass with a delta, if there is none before that. Passes without a known delta may stand between the two."""
        until = later.id if later else len(self.values)
        mine = [one for one in self._nets_of[net.neuron] if net.id < one.id < until]
        return next((one for one in mine if int(one.weights[0]) != int(net.weights[0])), later)


def by_round(rows: list[Row]) -> dict[int, list[Row]]:
    """The rows of each update."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.round].append(row)
    return found


def table(rows: list[Row], name: str) -> Floats:
    """The attribute `name` of all rows, shape (rows,)."""
    return np.array([getattr(row, name) for row in rows], float)
