"""The part of a trace in which a network is trained: its loops, its calls, its passes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence

from backprop.recording.rounds import ends_of_rounds
from backprop.recording.taps import Execution
from backprop.roles.samples import are_side_by_side
from backprop.roles.survey import Training
from backprop.trace.tape import Place, turns_around


class TrainingPart:
    """The events of a trace that belong to training, and the passes that they belong to."""

    def __init__(self, training: Training, calls: Sequence[Place]) -> None:
        self.training = training
        self.roles = roles = training.roles
        self.graph = roles.own or roles.graph  # what is noted is what the program computes
        self.tape = self.graph.tape
        self.put_together = roles.put_together
        self.quiet = self._quiet_calls(calls)
        self.loud = [not self._is_quiet(context) for context in range(len(self.tape.contexts))]
        self.by_rows = are_side_by_side(roles.network, roles.deltas)
        self.since = 0 if training.is_exact else self._first_event_of_training()
        self.until = self._last_whole_update()
        self.pass_ends = self._pass_ends()
        self.net_signs = {net.id: net.sign for net in self.roles.network.nets}

    # --- contexts ---

    def _chain(self, context: int) -> Iterator[int]:
        while context > 0:
            parent, place = self.tape.contexts[context]
            yield place
            context = parent

    def _quiet_calls(self, calls: Sequence[Place]) -> set[Place]:
        """The calls that are no part of training: none of the roles was computed in them, no weight was multiplied by its
        input (`mat_vec(W, x)`, if the bias is added elsewhere), and no output compared with its target."""
        contexts = {self.tape.event(id).context for id in self._computed_ids()}
        contexts |= {self.tape.event(id).context for id in self._ids_of_factors()}
        contexts |= {context for _, context in self.roles.weights.place.values()}
        contexts |= set(self._contexts_of_comparisons())
        training = {self.tape.places[place] for context in contexts for place in self._chain(context)}
        return {call for call in calls if call not in training}

    def _computed_ids(self) -> Iterator[int]:
        for id, (ref, _) in self.roles.places.items():
            is_input = ref[0] == "a" and ref[1] in self.roles.topology.inputs
            if (ref[0] in ("net", "a", "delta") and not is_input) or (
                ref[0] in ("w", "b") and not self._is_start(id)
            ):
                yield id

    def _ids_of_factors(self) -> Iterator[int]:
        """The numbers that deltas are put together from."""
        for delta in self.roles.deltas.of.values():
            if delta.id is None:
                yield from (id for _, ids in delta.products for id in ids)

    def _contexts_of_comparisons(self) -> Iterator[int]:
        """The contexts in which outputs and targets stand together: `e = o.sub(t)`."""
        outputs = self.roles.outputs
        for net, target in outputs.target.items():
            here = set(self.graph.consumers(outputs.activation[net])) & set(self.graph.consumers(target))
            yield from (self.graph.events[number].context for number in here)

    def _is_quiet(self, context: int) -> bool:
        return any(self.tape.places[place] in self.quiet for place in self._chain(context))

    def _is_start(self, id: int) -> bool:
        """True for the version of a weight or bias from before training."""
        return not self.roles.varies[id] or int(self.roles.weights.root[id]) == id

    # --- passes ---

    def _last_whole_update(self) -> int:
        """The event up to which every role is known: the end of the last round of updates that all neurons took part in,
        since the tape ends anywhere."""
        return ends_of_rounds(self.roles)[-1]

    def _first_event_of_training(self) -> int:
        """The first event in the loop in which the network is trained."""
        here = {
            turn
            for turn in range(len(self.tape.turns))
            if any(
                (place, entry) == (self.training.place, self.training.entry)
                for place, _, entry in turns_around(self.tape, turn)
            )
        }
        first = int(self.graph.owner[self.roles.network.nets[0].id])
        return next((n for n, event in enumerate(self.graph.events[:first]) if event.turn in here), first)

    def _pass_ends(self) -> list[tuple[int, int]]:
        """The first and the last event with a net of each forward pass. Samples that share an event are one pass."""
        spans: list[list[int]] = []
        of_sample: dict[int, list[int]] = {}
        for net in self.roles.network.nets:
            number = int(self.graph.owner[net.id])
            shared = spans and spans[-1][1] == number
            if net.sample not in of_sample:
                if not shared:
                    spans.append([number, number])
                of_sample[net.sample] = spans[-1]
            of_sample[net.sample][1] = max(number, of_sample[net.sample][1])
        return [(first, last) for first, last in spans]

    def _in_one_pass(self, executions: list[tuple[int, Execution]], forward: bool) -> list[Execution] | None:
        """The executions of a place in one pass; None if they differ from pass to pass.

        What is used forward belongs to the pass that ends next, everything else to the pass that began last.
        """
        passes: dict[int, list[Execution]] = defaultdict(list)
        for number, one in executions:
            if forward:
                at = bisect_left([last for _, last in self.pass_ends], number)
            else:
                at = bisect_right([first for first, _ in self.pass_ends], number) - 1
            passes[at].append(one)
        found = list(passes.values())
        whole = found[:-1] or found
        return whole[0] if all(len(one) == len(whole[0]) for one in whole) else None
