"""The places of a program's roles in its source: what to note in every iteration, and what each note means.

A trace tells of each number of the first updates which quantity it is. The recording needs the same for every later
iteration, without tracing. So the executions of each place are looked at in their order:

    net[j] = sum(w[j][i] * x[i] for i in range(3))     # executed for node 4, 5, 6, 7, then again for node 4 …

They repeat with a period: the *cycle* of the place. The k-th execution of a later iteration means what the
(k modulo period)-th meant in the trace, for the sample (k divided by period).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from backprop.recording.shared_inputs import SharedInputs
from backprop.recording.taps import (
    FACTOR,
    Computed,
    Execution,
    Tap,
    numbered,
    period,
    sample_axis,
    unbroadcast,
)
from backprop.recording.wanted_places import Key, WantedPlaces
from backprop.roles.survey import Training
from backprop.topology import Place as RefPlace
from backprop.topology import Ref, node_of
from backprop.trace.tape import Kind, Place


@dataclass
class RolePlaces:
    """All that a recording needs to know of the roles. `loop` is the place of the loop whose turns are the iterations
    (None: there is none), `by_rows` whether several samples are worked out side by side; `quiet_calls` are the places
    of calls outside training (evaluation, printing), in which nothing is noted; `state` are the first weights, and
    `first_nets` the nets of the first sample, by node: the run that is recorded has to give the same (both are empty
    where the trace came to this training in another way than the program does). `entries` says in which of the times
    that the program begins the loop the network is trained: from the first up to the second (None: to the end)."""

    taps: list[Tap]
    computed: list[Computed]
    loop: Place | None
    by_rows: bool
    quiet_calls: set[Place]
    state: dict[RefPlace, float]
    first_nets: dict[int, float]
    entries: tuple[int, int | None] = (0, None)

    @property
    def is_whole_run(self) -> bool:
        """True if the network may be trained from the beginning of the program to its end."""
        return self.entries == (0, None) and not self._has_starts

    @property
    def _has_starts(self) -> bool:
        return any(tap.how == "start" for tap in self.taps)


def role_places(training: Training, calls: Sequence[Place], end: int | None = None) -> RolePlaces:
    """The places of all roles of a network. `calls` are the places where the program calls its own functions; another
    network is trained when the program begins the loop for time number `end` (None: never)."""
    return Finder(training, calls).found(end)


class Finder(WantedPlaces):
    """Finds the places of a training's roles."""

    def found(self, end: int | None) -> RolePlaces:
        """The places; `end` as in `role_places`."""
        self.want_all()
        taps = [tap for key, ids in self.wanted.items() if (tap := self._tap(key, ids))]
        self._keep_first(taps)
        loop, is_exact = self.training.place, self.training.is_exact
        return RolePlaces(
            [tap for tap in taps if any(ref for one in tap.cycle for ref in one.refs)],
            list(self.computed.values()),
            self.tape.places[loop] if loop else None,
            self.by_rows,
            self.quiet,
            self._first_state() if is_exact else {},
            self._first_nets() if is_exact else {},
            (self.training.entry, end),
        )

    def _tap(self, key: Key, ids: dict[int, RefPlace]) -> Tap | None:
        place, how, operand, operation, sign = key
        executions = [
            (number, one)
            for number, event in enumerate(self.graph.events[: self.until + 1])
            if number >= self.since
            and event.place == place
            and event.operation == operation
            and self.loud[event.context]
            if (one := self._execution(number, how, operand, ids)) is not None
        ]
        if not executions:
            return None
        quantity = next(iter(ids.values()))[0][0]
        quantity = "delta" if quantity == FACTOR else quantity
        nodes = {node_of(ref) for ref, _ in ids.values() if ref[0] == "delta"}
        span = self.tape.places[place]
        cycle = None
        if how == "start":
            cycle = [one for _, one in executions]
        if how == "operand":
            cycle = self._in_one_pass(executions, quantity == "a")
        if cycle is None:
            length = self._length(executions)
            if length == len(executions) and quantity == "delta" and self._spans_updates(executions):
                self._lose_deltas(nodes | {node_of(ref) for ref, _ in ids.values() if ref[0] == FACTOR})
                return None
            cycle = [one for _, one in executions[:length]]
        cycle, samples = numbered(cycle)
        text = self.tape.text(place)
        return Tap(span, how, operand, quantity, text, sign, cycle, samples, operation)  # type: ignore[arg-type]

    def _length(self, executions: list[tuple[int, Execution]]) -> int:
        """After how many executions a place repeats. Where samples come in another order than in the forward passes (a
        gradient that is worked out backwards through a sum over samples), that is a whole update."""
        length = period([one.refs for _, one in executions])
        samples = [one.sample for _, one in executions]
        in_cycles = [samples[n : n + length] for n in range(0, len(samples), length)]
        known = [here for cycle in in_cycles if (here := [one for one in cycle if one is not None])]
        if not self.by_rows or all(max(one) < min(other) for one, other in pairwise(known)):
            return length
        update = [bisect_left(self.updates, number) for number, _ in executions]
        first: dict[int, int] = {}
        for number, sample in zip(update, samples):
            if sample is not None:
                first[number] = min(first.get(number, sample), sample)
        return period(
            [
                (one.refs, None if one.sample is None else one.sample - first[number])
                for number, (_, one) in zip(update, executions)
            ]
        )

    def _lose_deltas(self, nodes: set[Any]) -> None:
        """Say of which layers the deltas cannot be told apart: they are computed in another order in each iteration."""
        for number, layer in enumerate(self.roles.topology.layers):
            if nodes & set(layer) and ("order", number) not in self.roles.missing:
                self.roles.missing.append(("order", number))

    def _spans_updates(self, executions: list[tuple[int, Execution]]) -> bool:
        """True if executions that have a role stand both before and after an update."""
        rounds = [bisect_left(self.updates, number) for number, one in executions if any(one.refs)]
        return bool(rounds) and rounds[0] != rounds[-1]

    @cached_property
    def updates(self) -> list[int]:
        """The events that update one of the weights."""
        first = next(iter(self.roles.deltas.looked_at.values()))
        return [update.event for update in self.roles.weights.updates[first]]

    @cached_property
    def _shared_inputs(self) -> SharedInputs:
        return SharedInputs(self.roles, self.pass_ends)

    def _execution(
        self, number: int, how: str, operand: int, places: dict[int, RefPlace]
    ) -> Execution | None:
        event = self.graph.events[number]
        ids = event.ids
        if how in ("operand", "start"):
            ids = event.operands[operand]
            if event.kind is Kind.ELEMENTWISE:
                ids = unbroadcast(ids.reshape(event.shape))
        found = [places.get(id) for id in ids.ravel().tolist()]
        if how == "operand" and event.where in self._forward:
            found = self._shared_inputs.told_apart(number, ids, found)
        samples = np.array([-1 if one is None or one[1] is None else one[1] for one in found]).reshape(
            ids.shape
        )
        axis = sample_axis(samples) if self.by_rows else None
        refs = [one[0] if one else None for one in found]
        if axis is not None:
            table = np.empty(ids.shape, object)
            table.ravel()[:] = refs
            lines = np.moveaxis(table, axis, 0).reshape(ids.shape[axis], -1).T
            refs = [next((ref for ref in line if ref), None) for line in lines]
        seen = {one[1] for one in found if one is not None and one[1] is not None}
        return Execution(ids.shape, axis, tuple(refs), min(seen) if axis is None and seen else None)

    def _keep_first(self, taps: list[Tap]) -> None:
        """Note inputs, targets and factors once a pass, where the program uses them first."""
        order = sorted(taps, key=lambda tap: self._first_event(tap))
        seen: set[tuple[Ref, int | None]] = set()
        for tap in order:
            if tap.how != "operand":
                continue
            for n, one in enumerate(tap.cycle):
                kept = tuple(None if ref and (ref, one.sample) in seen else ref for ref in one.refs)
                seen |= {(ref, one.sample) for ref in one.refs if ref}
                tap.cycle[n] = replace(one, refs=kept)

    def _first_event(self, tap: Tap) -> int:
        return next(
            n for n, event in enumerate(self.graph.events) if self.tape.places[event.place] == tap.place
        )

    def _first_nets(self) -> dict[int, float]:
        """The nets of the first layer for the first sample, by node."""
        nets = [net for net in self.roles.network.nets if net.sample == 0 and net.layer == 1]
        return {
            self.roles.node_of[net.neuron]: net.sign * float(self.roles.tape.values[net.id])
            for net in reversed(nets)
        }

    def _first_state(self) -> dict[RefPlace, float]:
        """The weights and biases before training."""
        state: dict[RefPlace, float] = {
            place: float(self.tape.values[id])
            for id, place in sorted(self.roles.places.items(), reverse=True)
            if place[0][0] in ("w", "b") and self._is_start(id)
        }
        for node, other in self.roles.shared_biases.items():
            if (("b", other), None) in state:
                state[("b", node), None] = state[("b", other), None]
        return state
