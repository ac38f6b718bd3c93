"""The places where nets use weights and biases, as operands: the recording needs no note there, a tree does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backprop.recording.role_places import Finder
from backprop.recording.taps import Execution, Tap
from backprop.roles.survey import Training
from backprop.trace.tape import Kind, Place

_QUANTITIES = ("w", "b")


def parameter_taps(training: Training, calls: Sequence[Place]) -> list[Tap]:
    """The taps of weights and biases where nets use them. `calls` as of `role_places`."""
    return _Parameters(training, calls).taps()


class _Parameters(Finder):
    def taps(self) -> list[Tap]:
        """The taps."""
        forward = set(self.roles.weights.place.values())
        lasting = {id: place for id, place in self.roles.places.items() if place[0][0] in _QUANTITIES}
        for event in self.graph.events:
            is_sum = event.operation in ("add", "subtract") and event.kind is Kind.ELEMENTWISE
            in_net = is_sum and self.roles.network.forward[event.first : event.first + event.size].any()
            if not in_net and event.where not in forward:
                continue
            for side, ids in enumerate(event.operands):
                for id in ids.ravel().tolist():
                    if id in lasting:
                        self._want(event, "operand", side, id, lasting[id])
        return [tap for key, ids in self.wanted.items() if (tap := self._tap(key, ids))]

    def _in_one_pass(self, executions: list[tuple[int, Execution]], forward: bool) -> list[Execution] | None:
        """The executions in one pass, with what later passes tell besides: a bias that begins as a plain 0 is known as
        one only when it has changed."""
        cycle = super()._in_one_pass(executions, True)
        if not cycle:
            return cycle
        found = []
        for slot, one in enumerate(cycle):
            alike = [other.refs for _, other in executions[slot :: len(cycle)] if other.shape == one.shape]
            refs = tuple(next((ref for ref in some if ref), None) for some in zip(*alike))
            found.append(replace(one, refs=refs))
        return found
