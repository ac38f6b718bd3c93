"""An iteration of a recorded run, traced: every number of it, and which of them are the recorded ones.

    traced = traced_iteration(rec, 3216)
    traced.find(("delta", 4), sample=0)       # its id on traced.tape

The run is repeated from the random state that it began in. The turns before the iteration run as they stand, so that
this takes about the time of a plain run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from math import isclose, isnan, prod

from backprop.lessons.lens import OWN
from backprop.model.recording import Recording, Repeat
from backprop.plan import ByPlaces, Wanted, found_plan
from backprop.provenance.labels import Label, Occurrence, occurrences
from backprop.provenance.parameters import parameter_taps
from backprop.recording.place_notes import own_calls
from backprop.recording.role_places import RolePlaces
from backprop.recording.taps import FACTOR, LASTING, Tap
from backprop.roles.find import Roles
from backprop.sandbox.files import offering
from backprop.sandbox.unrepeatable import cause_of
from backprop.sandbox.written_out import parsed
from backprop.texts import Words, document, languages
from backprop.topology import Ref, ref_name
from backprop.trace import Bounds, Switch, Tape, trace
from backprop.trace.syntax import place_of

ONE_ITERATION = Bounds(events=150_000, numbers=4_000_000, seconds=20.0)
_MOST_AHEAD = 256  # occurrences of one quantity are looked at for the next recorded number

Progress = Callable[[float], None]
"""Hears which fraction of the way to an iteration is done."""


class Untold(Exception):
    """A question about a number that has no answer; `message` gives the reason, in each language."""

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts
        self.message: Words = {
            lang: str(document(f"provenance.{lang}")["untold"][reason]).format(**facts)
            for lang in languages()
        }


def unrepeatable(source: str) -> Untold:
    """The answer for a program that has computed other numbers the second time, with what its text shows of the reason."""
    what, line = cause_of(source)
    return Untold(what, line=line)


@dataclass(frozen=True)
class Source:
    """The data that tracing any iteration of a run needs, found once for the run."""

    repeat: Repeat
    roles: Roles
    places: RolePlaces
    taps: tuple[Tap, ...]


def source_of(recording: Recording) -> Source:
    """The network of a recorded program: the one by which it was recorded; if that was by a lesson's names, it is looked
    for now. Raises Untold if there is none, or another than recorded."""
    repeat = recording.repeat
    if repeat is None:
        raise Untold("no-network")
    plan = repeat.plan
    if not isinstance(plan, ByPlaces):
        with offering(repeat.files):
            plan = found_plan(repeat.source, OWN, repeat.random_state, Wanted(repeat.network, repeat.choices))
    if not isinstance(plan, ByPlaces):
        raise Untold("no-network")
    training = plan.trainings[plan.number - 1]
    if training.roles.topology.layers != recording.topology.layers:
        raise Untold("other-network")
    calls = [place_of(call) for call in own_calls(parsed(repeat.source))]
    taps = (*plan.places.taps, *parameter_taps(training, calls))
    return Source(repeat, training.roles, plan.places, taps)


@dataclass
class TracedIteration:
    """The tape of one iteration. `labels` says of an id which quantity it is; `steps` has of each step of the recorded
    iteration the id that it set; `by_ref` the ids of each quantity in the order in which the program used them."""

    recording: Recording
    iteration: int
    source: Source
    tape: Tape
    labels: dict[int, Label] = field(default_factory=dict)
    samples: dict[int, int] = field(default_factory=dict)
    steps: dict[int, int] = field(default_factory=dict)
    by_ref: dict[Ref, list[Occurrence]] = field(default_factory=dict)

    def find(self, ref: Ref, sample: int | None = None, step: int | None = None) -> tuple[int, ...]:
        """The id of a quantity: what the last step up to `step` set it to, for this sample; else as the iteration
        found it. Several ids: the quantity is the product of these. Raises Untold."""
        lasts = ref[0] in LASTING
        found: int | None = None
        for number, one in enumerate(self.recording.steps(self.iteration)):
            if step is not None and number > step:
                break
            if ref in one.sets and (lasts or sample is None or one.sample in (sample, None)):
                found = number
        if found is not None and found in self.steps:
            return (self.steps[found],)
        given = self._as_found(ref, sample, found is not None and not lasts)
        if given is None:
            raise Untold("no-number", quantity=ref_name(ref))
        return given

    def _as_found(self, ref: Ref, sample: int | None, was_set: bool) -> tuple[int, ...] | None:
        """The id of what the iteration did not compute, or of a delta that is put together from factors."""
        here = self.by_ref.get(ref, [])
        wanted = self._recorded(ref, sample)
        for one in here:
            value = one.label.sign * float(self.tape.values[one.id])
            if wanted is None or value == wanted or (isnan(value) and isnan(wanted)):
                return (one.id,)
        return self._put_together(ref, wanted) if was_set else None

    def _recorded(self, ref: Ref, sample: int | None) -> float | None:
        state, passes = self.recording.open(self.iteration)
        if ref[0] in LASTING:
            return state.get((ref, None))
        return self.recording.value(*ref, iteration=self.iteration, sample=sample) if passes else None

    def _put_together(self, ref: Ref, wanted: float | None) -> tuple[int, ...] | None:
        """The factors of a quantity that is nowhere one value of the program."""
        for computed in self.source.places.computed:
            if computed.ref != ref or len(computed.products) != 1 or wanted is None:
                continue
            ((coefficient, refs),) = computed.products
            parts = [self.by_ref.get(part, []) for part in refs]
            for some in zip(*parts):
                value = coefficient * prod(float(self.tape.values[one.id]) for one in some)
                if isclose(value, wanted, rel_tol=1e-12):
                    return tuple(one.id for one in some)
        return None


def traced_iteration(
    recording: Recording, iteration: int, source: Source | None = None, progress: Progress | None = None
) -> TracedIteration:
    """Repeat a recorded run up to an iteration, and trace that.

    Raises Untold where that cannot be done: no network was found in the program, the iteration is too long, or the
    program does not compute the same numbers a second time; ValueError as `Recording.value` does.
    """
    recording.find(iteration)
    source = source or source_of(recording)
    loop = source.places.loop
    if loop is None and iteration:
        raise Untold("no-loop")

    def report(turns: int) -> None:
        if progress:
            progress(turns / (iteration + 1))

    switch = Switch(loop, iteration, report, source.places.entries[0]) if loop else None
    state = source.repeat.random_state
    with offering(source.repeat.files):
        tape = trace(source.repeat.source, None, ONE_ITERATION, random_state=state, switch=switch)
    traced = TracedIteration(recording, iteration, source, tape)
    _label(traced)
    return traced


def _label(traced: TracedIteration) -> None:
    """Find the recorded numbers on the tape: of each step the next number of its quantity that has just its value."""
    by_ref: dict[Ref, list[Occurrence]] = defaultdict(list)
    for one in occurrences(traced.tape, traced.source.places, traced.source.taps):
        by_ref[one.label.ref].append(one)
    traced.by_ref = dict(by_ref)
    seen: dict[tuple[Ref, int | None], int] = defaultdict(int)
    nets = matched = 0
    for number, step in enumerate(traced.recording.steps(traced.iteration)):
        ((ref, value),) = step.sets.items()
        some = traced.by_ref.get(ref, [])
        rows = [one for one in some if one.label.row == step.sample]
        key = (ref, step.sample) if rows else (ref, None)
        found = _next_equal(traced.tape, rows or some, seen[key], value)
        nets += ref[0] == "net" and bool(some)
        if found is None:
            continue
        matched += ref[0] == "net"
        seen[key] = found + 1
        id = (rows or some)[found].id
        traced.steps[number] = id
        if step.sample is not None:
            traced.samples.setdefault(id, step.sample)
    if nets and not matched:
        repeat = traced.recording.repeat
        is_whole = traced.tape.ended in ("enough", "done")
        raise unrepeatable(repeat.source) if repeat and is_whole else Untold("too-long")
    _name(traced)


def _name(traced: TracedIteration) -> None:
    """Give each id its label; none if places give it different ones, as of two nodes that share one number."""
    known: dict[int, Label | None] = {}
    for some in traced.by_ref.values():
        for one in some:
            before = known.setdefault(one.id, one.label)
            if before is not None and before.ref != one.label.ref and one.label.ref[0] != FACTOR:
                known[one.id] = one.label if before.ref[0] == FACTOR else None
    traced.labels = {id: label for id, label in known.items() if label is not None and label.ref[0] != FACTOR}


def _next_equal(tape: Tape, some: list[Occurrence], since: int, value: float) -> int | None:
    """The position of the next occurrence with a value, bit for bit."""
    for position in range(since, min(since + _MOST_AHEAD, len(some))):
        one = some[position]
        here = one.label.sign * float(tape.values[one.id])
        if here == value or (isnan(here) and isnan(value)):
            return position
    return None
