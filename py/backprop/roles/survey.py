"""Finds every network that a program trains, while it is traced.

Once the first network is known, its training loop ends early, and the rest of the program shows whether it trains
another one, or a new one in the same loop:

    for rate in (0.1, 1, 10):
        W = rng.normal(size=(3, 1))
        for epoch in range(10_000): …      # left after two updates: the second rate's training comes at once
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import pairwise
from time import perf_counter

from backprop.roles.enough import has_updates, is_whole, shortened
from backprop.roles.find import Roles, find_networks
from backprop.roles.loops import entry_of, iteration_loop
from backprop.roles.net import NotFound
from backprop.trace import Event, Leave, Place, Tape
from backprop.trace.tape import turns_around

_MOST_NETWORKS = 12
_MOST_EVENTS = 3_000  # after a training, until the next one has shown its network
_MOST_SECONDS = 0.5
# Seconds that the program's run and the searches in it may take together. The limit holds from the moment when a network
# is known. The last search begins after it.
_MOST_SECONDS_IN_ALL = 3.0
_SURELY = 3


def _loops_around(tape: Tape, event: Event) -> list[int]:
    """The places of the loops in whose turns an event lies."""
    return [place for place, _, _ in turns_around(tape, event.turn)]


@dataclass
class Training:
    """A network and where it is trained: in the turns of the loop at `place` (None: in no loop), which the program had
    begun `entry` times before. `is_exact` says whether the trace came to it as the program does: no loop was left early
    before."""

    roles: Roles
    place: int | None
    entry: int
    is_exact: bool

    def end(self, tape: Tape) -> int:
        """The number of the first event after the loop in which this network is trained."""
        first = len(self.roles.tape.events)
        for number, event in enumerate(tape.events[first:], first):
            if self.place not in _loops_around(tape, event):
                return number
        return len(tape.events)

    def shuffled_line(self, tape: Tape) -> int | None:
        """The line of the first call that shuffles something in a loop around this network's updates; None if none does."""
        event = self.roles.graph.events[min(made[0].event for made in self.roles.weights.updates.values())]
        around = _loops_around(tape, event)
        return next((tape.places[place].line for place, loop in tape.shuffled if loop in around), None)

    def is_continued(self, tape: Tape) -> bool:
        """True if the program, after this loop, changes the weights further, and not by beginning the loop anew: epochs go
        through the same loop over batches again and again."""
        roles = self.roles
        latest = {roles.weights.updates[root][-1].after for root in roles.deltas.looked_at.values()}
        end = self.end(tape)
        for number, event in enumerate(tape.events[len(roles.tape.events) :], len(roles.tape.events)):
            if event.operation in ("add", "subtract"):
                operands = [ids.ravel() for ids in event.operands]
                if any(not latest.isdisjoint(ids) for ids in operands):
                    if number >= end and self.place not in _loops_around(tape, event):
                        return True
                    latest |= set(event.ids.ravel())
        return False

    def calls_that_go_on(self, tape: Tape) -> set[Place]:
        """The places of the calls in which the program, later on the tape, changes the weights further: `train(30)` after
        `train(20)`."""
        roles = self.roles
        last = roles.weights.updates[next(iter(roles.deltas.looked_at.values()))][-1]
        place, latest = roles.graph.events[last.event].place, {last.after}
        found: set[Place] = set()
        for event in tape.events[len(roles.tape.events) :]:
            if event.place == place and any(not latest.isdisjoint(ids.ravel()) for ids in event.operands):
                latest |= set(event.ids.ravel())
                context = event.context
                while context > 0:
                    context, call = tape.contexts[context]
                    found.add(tape.places[call])
        return found


@dataclass
class Survey:
    """Looks at a growing tape until all networks of the program are known; give `look` to `trace`."""

    loops: Collection[Place]
    trainings: list[Training] = field(default_factory=list)
    _known: set[int] = field(default_factory=set)
    _length: int = 0  # events until the first network was known
    _left_at: int | None = None  # the first id after a loop was left early
    _recurrent: int = 0  # looks in a row at which the network was a recurrent one
    _has_waited: bool = False  # for a network that was not whole yet
    _begun: float = field(default_factory=perf_counter)

    def look(self, tape: Tape) -> bool | Leave:
        """True if the trace may end; a `Leave` names a loop to end early."""
        if self.trainings and (place := self._goes_on(tape)):
            return self._leave(place)
        if not self._add_found(tape):
            return self._recurrent >= _SURELY or (bool(self.trainings) and self._is_late())
        self._length = self._length or len(tape.events)
        if len(self.trainings) >= _MOST_NETWORKS:
            return True
        if self._left_at is None:
            self._left_at = len(tape)
        return self._leave(self.trainings[-1].place or 0)

    def _is_late(self) -> bool:
        return perf_counter() - self._begun > _MOST_SECONDS_IN_ALL

    def _leave(self, place: int) -> Leave:
        return Leave(place, self._length, max(_MOST_EVENTS, 2 * self._length), _MOST_SECONDS)

    def _goes_on(self, tape: Tape) -> int | None:
        """The place of the loop around a training that goes on there after its own loop was left: over epochs, around
        that over batches; None if none does."""
        for training in self.trainings:
            roles = training.roles
            last = roles.weights.updates[next(iter(roles.deltas.looked_at.values()))][-1]
            update = roles.graph.events[last.event]
            for event in tape.events[len(roles.tape.events) :]:
                if event.place == update.place and any((ids == last.after).any() for ids in event.operands):
                    around = list(turns_around(tape, event.turn))
                    for (place, _, entry), (outer, _, _) in pairwise(around):
                        if place == training.place and entry != training.entry:
                            return outer
        return None

    def finish(self, tape: Tape) -> None:
        """Take what the tape shows at its end; of the first network also what is not whole. Raises NotFound."""
        if self.trainings:
            self._add_found(tape)
            self._add_continued(tape)
        elif not (self._has_waited and self._add_found(tape)):
            self._add(find_networks(tape)[:1])

    def _add_found(self, tape: Tape) -> bool:
        """Add the networks that were not known, once one of them is whole; whether there were any."""
        try:
            every = find_networks(tape if self._known else shortened(tape), self._known)
        except NotFound as reason:
            self._recurrent = self._recurrent + 1 if reason.reason == "recurrent" else 0
            return False
        found = [roles for roles in every if has_updates(roles)]
        if not any(map(is_whole, found)):
            return False
        if len(found) < len(every) and not self._has_waited:
            self._has_waited = True  # another one is trained in the same loop: one look more
            return False
        self._add(found)
        return True

    def _add_continued(self, tape: Tape) -> None:
        """Add the first training once more if its weights are trained further in another loop, after the one that was left:
        from there on they are found like those of a new network."""
        first = self.trainings[0]
        if not first.is_continued(tape):
            return
        try:
            found = find_networks(tape.since(first.end(tape)))
        except NotFound:
            return
        places = {training.place for training in self.trainings}
        for roles in found:
            if has_updates(roles) and iteration_loop(roles, self.loops) not in places | {None}:
                self._left_at = self._left_at or 0
                self._add([roles])

    def _add(self, found: list[Roles]) -> None:
        for roles in found:
            place = iteration_loop(roles, self.loops)
            first = roles.network.nets[0].id
            is_exact = self._left_at is None or first < self._left_at
            self.trainings.append(Training(roles, place, entry_of(roles, place), is_exact))
            self._known |= roles.weights.updates.keys()
