"""Chooses how a program is recorded: by the names of a lesson, or by the places of the network found in it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any, Protocol

from backprop.analyse.made_anew import made_in_loop
from backprop.analyse.verdict import Verdict, judge_program
from backprop.guard import guarded
from backprop.lessons.lens import LESSONS, OWN, Lens, lens_of
from backprop.model.role import Found
from backprop.recording.arrays import named_arrays
from backprop.recording.found_rows import found_network, nothing_found
from backprop.recording.instrument import instrument
from backprop.recording.note_taker import MakeTurns
from backprop.recording.place_notes import note_places, own_calls
from backprop.recording.place_recorder import PlaceRecorder, own_lens
from backprop.recording.recorder import Recorder
from backprop.recording.role_places import RolePlaces, role_places
from backprop.recording.rounds import RoundEnd, round_end
from backprop.recording.sites import Instrumented, missing_watches
from backprop.recording.taps import Tap
from backprop.roles.choices import Choice, choices_from, choices_in, with_choices
from backprop.roles.enough import UntilWhole
from backprop.roles.find import find_roles
from backprop.roles.net import NotFound
from backprop.roles.survey import Survey, Training
from backprop.roles.upright import upright
from backprop.sandbox.random_state import RandomState
from backprop.sandbox.written_out import parsed, runs_unknown_text
from backprop.topology import Topology
from backprop.trace import Bounds, trace
from backprop.trace.run import Printed
from backprop.trace.syntax import loops_of, place_of

# Two updates are usually among the first hundred operations; a program that has made none after so many trains by no
# gradient, or too slowly to wait for it.
BOUNDS = Bounds(events=12_000, numbers=2_500_000, seconds=8.0, looks=(60, 120, 250, 700, 2_000, 6_000))
# Shorter for a lesson's program: its names tell the network already, and it is traced for the verdict alone.
_LESSON_BOUNDS = replace(BOUNDS, numbers=1_500_000, seconds=1.5)


class Plan(Protocol):
    """The way to record a program: how it is rewritten, and who takes its notes.

    `found` is the network found in a program without a lesson; None if a lesson's names are used. `prepared` is the
    program as it was last rewritten and compiled, for the next of its runs.
    """

    prepared: Instrumented | None

    @property
    def found(self) -> Found | None:
        """The network found; complete once the program has been instrumented."""

    def instrument(self, tree: ast.Module) -> Instrumented:
        """The program with its notes."""

    def recorder(self, namespace: Mapping[str, Any], most_bytes: int, turns: MakeTurns) -> Recorder:
        """A recorder of these notes; `turns` says of which turns they are taken."""


@dataclass
class ByNames:
    """The names of a lesson say which assignment is which quantity. `ready` is the program with its notes, if it was
    rewritten already to see which names it sets."""

    lens: Lens
    found: Found | None = None
    prepared: Instrumented | None = None
    ready: Instrumented | None = None

    def instrument(self, tree: ast.Module) -> Instrumented:
        """The program with a note after every assignment to a watched name."""
        program, self.ready = self.ready, None
        return program or instrument(tree, self.lens)

    def recorder(self, namespace: Mapping[str, Any], most_bytes: int, turns: MakeTurns) -> Recorder:
        """A recorder of these notes."""
        return Recorder(self.lens, namespace, most_bytes, turns)


@dataclass
class ByPlaces:
    """The network was found in the program; its places are noted."""

    lens: Lens
    trainings: list[Training]
    number: int
    places: RolePlaces
    verdict: Verdict
    choices: list[Choice]
    end: RoundEnd | None
    taps: list[Tap] = field(default_factory=list)
    prepared: Instrumented | None = None

    @property
    def is_whole(self) -> bool:
        """True if every quantity of the network was found."""
        return not self.trainings[self.number - 1].roles.missing

    @cached_property
    def found(self) -> Found:
        """The rows of the network that was found."""
        return found_network(
            self.trainings, self.number, self.taps, self.verdict, self.choices, self.places.by_rows
        )

    def instrument(self, tree: ast.Module) -> Instrumented:
        """The program with a note at every place that has a role."""
        loop = loops_of(tree).get(self.places.loop) if self.places.loop else None
        counted = None if self.places.is_whole_run else loop
        end = self.end.tap if self.end else None
        self.taps[:] = note_places(tree, self.places.taps, self.places.quiet_calls, counted, end)
        self.__dict__.pop("found", None)  # its rows are those of the taps
        program = instrument(tree, self.lens, loop)
        program.gates = [(), *((site,) for site in range(len(self.taps)))]
        return program

    def recorder(self, namespace: Mapping[str, Any], most_bytes: int, turns: MakeTurns) -> Recorder:
        """A recorder of these notes."""
        updates = self.end.times if self.end else 0
        recorder = PlaceRecorder(self.lens, self.places, self.taps, namespace, most_bytes, turns, updates)
        recorder.recording.judgement = self.verdict
        return recorder


@dataclass(frozen=True)
class Wanted:
    """A reader's wish about a program: the number of the network to record (from 1), and the choices of which expression is
    which quantity."""

    network: int = 1
    choices: Mapping[str, str] = field(default_factory=dict)


def plan_of(
    source: str, lesson: str, state: RandomState, wanted: Wanted, printed: Printed | None = None
) -> Plan:
    """The plan for a program: by the lesson's names where they cover it, else by what is found in it. `printed` hears
    meanwhile what the program prints."""
    if lesson == OWN:
        return _guarded_plan(source, lesson, state, wanted, printed)
    lens = lens_of(lesson)
    if wanted == Wanted() and (named := _by_names_alone(lens, source)):
        return named
    plan = _guarded_plan(source, lesson, state, wanted, printed)
    is_enough = isinstance(plan, ByPlaces) and (plan.is_whole or not _sets_weights(lens, source))
    return plan if is_enough else ByNames(lens)


def _sets_weights(lens: Lens, source: str) -> bool:
    """True if a program sets weights by the names of a lesson."""
    sites = instrument(parsed(source), lens).sites
    return any(site.watch is not None and site.watch.quantity == "w" for site in sites)


def plan_without_names(source: str, lesson: str, state: RandomState, topology: Topology) -> ByPlaces | None:
    """The plan by what is found in a program that a lesson's names do not explain.

    None if the lesson's words say more: if the program's steps are not those of its own error, too, if the network is not
    of the `topology` that the names have told, or if it follows a rule without a name. Example: with hidden deltas of 0 a
    network without a hidden layer is found, whose steps are right. With other numbers of inputs or outputs, and no fewer
    layers, it is a program for another task, which only shares names with the lesson.
    """
    plan = _guarded_plan(source, lesson, state, Wanted())
    if not isinstance(plan, ByPlaces):
        return None
    sizes, named = ([*map(len, one.layers)] for one in (plan.lens.topology, topology))
    is_other_task = len(sizes) >= len(named) > 0 and (sizes[0], sizes[-1]) != (named[0], named[-1])
    is_named = all(point.id != "other-rule" for point in plan.verdict.points)
    is_right = (sizes == named or is_other_task) and is_named and plan.is_whole and plan.verdict.is_clean
    return plan if is_right or runs_unknown_text(source) else None


def is_own_program(lesson: str, source: str) -> bool:
    """True if a program is one of the lesson's own, unchanged."""
    return source in _own_programs(lesson)


@cache
def _own_programs(lesson: str) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted((LESSONS / lesson).glob("**/*.py"))]


def _guarded_plan(
    source: str, lesson: str, state: RandomState, wanted: Wanted, printed: Printed | None = None
) -> Plan:
    """The plan by what is found in a program; by no names at all if looking for it fails by an error of ours."""
    with guarded("finding the network of a program"):
        return found_plan(source, lesson, state, wanted, printed)
    return ByNames(own_lens(lesson, Topology((), ())), Found("none"))


def judged_by_derivative(source: str, topology: Topology, state: RandomState) -> Verdict | None:
    """The verdict on a program that was recorded by a lesson's names; None if no network is found in what it computes,
    or another one than was recorded."""
    with guarded("judging a lesson's program by the derivative of its error"):
        look = UntilWhole()
        tape = trace(source, look, _LESSON_BOUNDS, random_state=state)
        try:
            roles = look.roles or find_roles(tape)
        except NotFound:
            return None
        same = [*map(len, roles.topology.layers)] == [*map(len, topology.layers)]
        return replace(judge_program(roles), arrays=named_arrays(roles)) if same else None
    return None


def _by_names_alone(lens: Lens, source: str) -> ByNames | None:
    """The plan by a lesson's names, if the program sets just the quantities that one of the lesson's own programs sets; also
    of text that is no program."""
    try:
        program = instrument(parsed(source), lens)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ByNames(lens)
    is_covered = _missing(lens, program) in _missing_in_own(lens.lesson)
    return ByNames(lens, ready=program) if is_covered else None


def _missing(lens: Lens, program: Instrumented) -> frozenset[str]:
    """The names of a lens whose quantity a program never sets."""
    return frozenset(watch.name for watch in missing_watches(lens, program.sites))


@cache
def _missing_in_own(lesson: str) -> list[frozenset[str]]:
    """The watched names that each of a lesson's own programs lacks."""
    lens = lens_of(lesson)
    return [_missing(lens, instrument(parsed(source), lens)) for source in _own_programs(lesson)]


def found_plan(
    source: str, lesson: str, state: RandomState, wanted: Wanted, printed: Printed | None = None
) -> Plan:
    """The plan by the places of a network that is found in a program: the first if the one that is wanted is not there;
    by no names at all if none is found."""
    try:
        tree = parsed(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        tree = ast.Module([], [])  # told when the program runs
    loops = loops_of(tree)
    survey = Survey(loops.keys())
    tape = trace(source, survey.look, BOUNDS, random_state=state, printed=printed)
    try:
        survey.finish(tape)
    except NotFound as reason:
        return ByNames(own_lens(lesson, Topology((), ())), nothing_found(tape, reason, loops))
    trainings = survey.trainings
    number = wanted.network if wanted.network <= len(trainings) else 1
    training = trainings[number - 1]
    verdict = judge_program(training.roles)
    verdict.made_in_loop = made_in_loop(training.roles, tape)
    verdict.shuffled_line = training.shuffled_line(tape)
    choices = [*choices_in(source), *choices_from(wanted.choices)]
    training.roles, choices = with_choices(upright(training.roles), choices)
    going_on = training.calls_that_go_on(tape)
    calls = [place for call in own_calls(tree) if (place := place_of(call)) not in going_on]
    places = role_places(training, calls, _end_of(training, trainings))
    lens = own_lens(lesson, training.roles.topology, places.taps)
    end = None if places.loop else round_end(training.roles, places.taps)
    return ByPlaces(lens, trainings, number, places, verdict, choices, end)


def _end_of(training: Training, trainings: list[Training]) -> int | None:
    """The time that the program begins the training's loop to train another network; None if it does not."""
    entries = sorted({one.entry for one in trainings if one.place == training.place})
    later = [entry for entry in entries if entry > training.entry]
    if later:
        return later[0]
    return training.entry + 1 if len(entries) > 1 else None
