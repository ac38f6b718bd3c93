"""Inputs that are several nodes' numbers: of windows over a series, each number is input 3, then 2, then 1.

for k in range(8): x, t = s[k:k + 3], s[k + 3]
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from backprop.roles.find import Roles
from backprop.topology import Place as RefPlace
from backprop.trace.tape import Ids


class SharedInputs:
    """The inputs (ids) that belong to several nodes, told apart by the pass in which they are used.

    `pass_ends` are the first and the last event with a net of each forward pass.
    """

    def __init__(self, roles: Roles, pass_ends: Sequence[tuple[int, int]]) -> None:
        self.roles = roles
        self._last = [last for _, last in pass_ends]

    @cached_property
    def _first_of(self) -> dict[int, int]:
        """The first sample with the same inputs as each."""
        rows: dict[tuple[int, ...], int] = {}
        return {
            sample: rows.setdefault(tuple(numbers), sample) for sample, numbers in self.roles.inputs.items()
        }

    @cached_property
    def _places(self) -> dict[int, dict[int, RefPlace]]:
        """The places of the ids that belong to several nodes, by sample."""
        samples = dict.fromkeys(self._first_of.values())
        numbers: dict[int, int] = {}
        shared: set[int] = set()
        for sample in samples:
            for id, number in self.roles.inputs[sample].items():
                if numbers.setdefault(id, number) != number:
                    shared.add(id)
        found: dict[int, dict[int, RefPlace]] = defaultdict(dict)
        for sample in samples if shared else ():
            for id, number in self.roles.inputs[sample].items():
                if id in shared:
                    found[id][sample] = ("a", number), sample
        return found

    @cached_property
    def _samples(self) -> list[list[int]]:
        """The samples of each pass, in their order."""
        found: list[dict[int, None]] = [{} for _ in self._last]
        for net in self.roles.network.nets:
            at = bisect_left(self._last, int(self.roles.graph.owner[net.id]))
            if at < len(found):
                found[at][net.sample] = None
        return [sorted(one) for one in found]

    def told_apart(self, event: int, ids: Ids, found: list[RefPlace | None]) -> list[RefPlace | None]:
        """The places of the operand `ids` of an event, which multiplies inputs by weights: `found`, but of inputs of several
        nodes the places in this pass."""
        shared = self._places
        if not shared or not any(id in shared for id in ids.ravel().tolist()):
            return found
        at = bisect_left(self._last, event)
        samples = [self._first_of[sample] for sample in self._samples[at]] if at < len(self._samples) else []
        for lines in self._samples_of_numbers(ids.shape, samples):
            told = [
                shared[id].get(sample) if id in shared else place
                for id, sample, place in zip(ids.ravel().tolist(), lines.ravel().tolist(), found)
            ]
            if all(one is not None for one in told):
                return told
        return found

    def _samples_of_numbers(self, shape: tuple[int, ...], samples: list[int]) -> list[Ids]:
        """For a table of that shape the sample of each number: all of one, or one in each row, or in each column."""
        if len(samples) == 1:
            return [np.full(shape, samples[0])]
        found = []
        for axis, length in enumerate(shape):
            if length == len(samples):
                lines = np.array(samples).reshape([length if k == axis else 1 for k in range(len(shape))])
                found.append(np.broadcast_to(lines, shape))
        return found
