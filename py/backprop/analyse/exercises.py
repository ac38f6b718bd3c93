"""The exercises of a lesson, and whether a run solves them.

They are data, kept in the lesson's `exercises.toml`. An exercise to *write* or to *find* is the
lesson's own program with one line replaced, so that the two never drift apart; an exercise to
*predict* asks for numbers of its first iteration. Whoever wrote a line or mended one is judged by
the recording alone: what the lesson's equations make must be there, on every node and for every
sample, and every number must be the one the equation gives. How it was written does not matter.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop.analyse.check import disagreements
from backprop.analyse.operands import check_groups
from backprop.equations.catalogue import equation_for
from backprop.lessons.edits import find_lines
from backprop.lessons.lens import LESSONS, lens_of
from backprop.lessons.programs import sources_of
from backprop.model.recording import LASTING, Block, Recording
from backprop.texts import languages
from backprop.topology import Ref, ref_name

KINDS = ("write", "find", "predict")


@dataclass(frozen=True)
class Exercise:
    """One exercise: `words` by language holds title, task, hints and why.

    `programs` is what the student is given, by language; `line` (1-based) is the one to write or to find, None in
    an exercise to predict. `steps` are the numbers to predict, one after the other until one is
    right: what is set (`delta:8/0` is sample 0's, samples counted from 0), in the first iteration.
    """

    id: str
    kind: str
    words: dict[str, dict[str, Any]]
    programs: dict[str, str]
    line: int | None
    steps: tuple[str, ...]

    @property
    def program(self) -> str:
        """The program that the student is given, in English."""
        return self.programs["en"]


@dataclass(frozen=True)
class Verdict:
    """The judgement on a run: it does what the lesson's equations say, or the first thing that is amiss.

    `reason`: "agrees" | "error" (it did not run to its end) | "nothing" (no iteration was recorded)
    | "missing" (`ref`, which `equation` makes, is not set, or cannot be checked) | "differs" (the
    step in `line` that sets `ref`).
    """

    solved: bool
    reason: str
    equation: str | None = None
    ref: str | None = None
    line: int | None = None


def exercises(lesson: str) -> list[Exercise]:
    """The lesson's exercises, in their order; [] if it has none. Raises ValueError for one that is ill declared."""
    sources = sources_of(LESSONS / lesson)
    return [_exercise(lesson, entry, sources) for entry in _settings(lesson).get("exercises", [])]


def judge(recording: Recording) -> Verdict:
    """True if the run computes every quantity of the lesson, and each agrees with its equation."""
    if recording.end != "done":
        return Verdict(False, "error", line=recording.error.line if recording.error else None)
    if not recording.blocks:
        return Verdict(False, "nothing")
    return _first_missing(recording) or _first_difference(recording) or Verdict(True, "agrees")


def _first_missing(recording: Recording) -> Verdict | None:
    """The quantities that an iteration does not set: of a sample that it begins with, or of the weights and biases."""
    topology = recording.topology
    computing = sorted(topology.nodes - set(topology.inputs))
    refs: list[Ref] = [("a", node) for node in computing] + [("E", None)]
    refs += [("dE_dy", node) for node in topology.outputs]
    for quantity in ("slope", "dE_dnet", "delta"):
        refs += [
            (quantity, node) for node in reversed(computing)
        ]  # the output's first, which the others need
    refs += [(quantity, edge) for quantity in ("dE_dw", "w") for edge in topology.edges]
    refs += [("b", node) for node in computing]
    equations = _settings(recording.lesson).get("equations", [])
    named = {watch.quantity for watch in lens_of(recording.lesson).watches.values()}
    wanted = {ref: of for ref in refs if ref[0] in named and (of := equation_for(ref, topology)) in equations}
    structures = {
        (block.layout, block.segments, _alike(samples)): block
        for block in recording.blocks
        if block.iterations[0] not in recording.looks  # where nothing is learnt on purpose
        for samples in np.unique(block.samples, axis=0).tolist()
    }
    for (_, _, samples), block in structures.items():
        made, taken_up = _made(recording, block, samples)
        for ref, equation in wanted.items():
            whose = made.get(ref, set())
            if not whose or (ref[0] not in LASTING and whose != taken_up):
                return Verdict(False, "missing", equation, ref_name(ref))
    return None


def _alike(samples: list[int]) -> tuple[int, ...]:
    """The passes of an iteration, each as the number of the first pass with its sample: [7, 3, 7] gives (0, 1, 0)."""
    return tuple(samples.index(sample) for sample in samples)


def _made(
    recording: Recording, block: Block, samples: tuple[int, ...]
) -> tuple[dict[Ref, set[int]], set[int]]:
    """In an iteration that takes up `samples`, segment by segment: for whom each quantity is made so that
    it can be checked, and for whom anything is."""

    def whose(segment: int, row: int | None) -> int:
        return samples[segment] if row is None else row

    made: dict[Ref, set[int]] = {}
    for one in check_groups(recording, block):
        made.setdefault(one.step.sets, set()).update(whose(*own) for own in one.whose)
    passes = [recording.segments[number].steps for number in block.segments]
    own = [(at, step) for at, steps in enumerate(passes) for step in steps if step.sets[0] not in LASTING]
    return made, {whose(at, step.sample) for at, step in own}


def _first_difference(recording: Recording) -> Verdict | None:
    """The first step whose number is not the one the equation gives."""
    for block in recording.blocks:
        _, numbers, _ = disagreements(recording, block)
        for one in check_groups(recording, block):
            if len(numbers) and numbers[0] in one.numbers:
                step = one.step
                return Verdict(False, "differs", step.equation, ref_name(step.sets), step.line)
    return None


def _settings(lesson: str) -> dict[str, Any]:
    path = LESSONS / lesson / "exercises.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _exercise(lesson: str, entry: Mapping[str, Any], sources: dict[str, str]) -> Exercise:
    name = f"exercise {entry['id']} of lesson {lesson}"
    if entry["kind"] not in KINDS:
        raise ValueError(f"{name} is of kind {entry['kind']!r}: wanted one of {', '.join(KINDS)}")
    words = {lang: entry[lang] for lang in languages()}
    if entry["kind"] == "predict":
        return Exercise(entry["id"], "predict", words, sources, None, tuple(entry["steps"]))
    at = find_lines(sources["en"].split("\n"), [entry["line"]])
    if at is None:
        raise ValueError(f"{name} replaces {entry['line']!r}, which is not exactly one line of program.py")
    given = {lang: entry.get(f"given_{lang}", entry["given"]) for lang in languages()}
    programs = {lang: _with_line(source, at, given[lang]) for lang, source in sources.items()}
    return Exercise(entry["id"], entry["kind"], words, programs, at + 1, ())


def _with_line(source: str, at: int, line: str) -> str:
    lines = source.split("\n")
    return "\n".join([*lines[:at], line, *lines[at + 1 :]])
