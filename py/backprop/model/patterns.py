"""The structure of a pass: its steps without their numbers, kept once for all iterations in which it recurs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from backprop.topology import Place, Ref, ref_name


@dataclass(frozen=True)
class StepPattern:
    """A step without its number, as it recurs in many iterations.

    line        the program's own line (1-based)
    phase       "forward", "backward" or "update"
    equation    the number of the general equation that makes such a quantity ("4.5"); None for what is given
    instance    the number that the notes give to the equation at exactly this node or connection ("4.6"), if they do
    sets        the quantity that it sets
    sample      the row its number belongs to, where the program computes all samples at once; else None
    at          the column of its number in the segment
    reads       the quantities that the line read
    """

    line: int
    phase: str
    equation: str | None
    instance: str | None
    sets: Ref
    sample: int | None
    at: int
    reads: tuple[Ref, ...]


@dataclass(frozen=True)
class Batch:
    """The steps that set one quantity for one sample, or for several at once.

    step      the first of them
    numbers   their numbers in the segment, one after the other
    samples   the row of each
    columns   the column of each number in the segment
    """

    step: StepPattern
    numbers: list[int]
    samples: list[int | None]
    columns: list[int]

    @classmethod
    def of(cls, steps: Sequence[StepPattern], numbers: list[int]) -> Batch:
        """The batch of the steps with these numbers."""
        made = [steps[number] for number in numbers]
        return cls(made[0], numbers, [step.sample for step in made], [step.at for step in made])


@dataclass(frozen=True)
class SegmentPattern:
    """The structure of one pass over one sample, or over all samples at once.

    length   how many numbers it has
    steps    its steps, in the order of the program
    also     what is known without being a step (a target, a learning rate): the quantity, its column, and the number of
             the step from which it is known
    """

    length: int
    steps: tuple[StepPattern, ...]
    also: tuple[tuple[Place, int, int], ...]

    @cached_property
    def batches(self) -> list[Batch]:
        """The steps, in an order that changes nothing.

        What one line makes without a pause, each number once and none of them from another, is taken
        together, quantity by quantity.
        """
        pauses = {since for *_, since in self.also}
        found: list[Batch] = []
        together: dict[Ref, list[int]] = {}
        made: set[Place] = set()
        read: set[Ref] = set()
        for number, step in enumerate(self.steps):
            place = step.sets, step.sample
            before = self.steps[number - 1]
            goes_on = step.line == before.line and None not in (step.sample, before.sample)
            can_join = goes_on and number not in pauses and place not in made
            if not can_join or not (
                step.sets in together or not (step.sets in read or together.keys() & {*step.reads})
            ):
                found += [Batch.of(self.steps, numbers) for numbers in together.values()]
                together, made, read = {}, set(), set()
            if step.sets not in together:
                read |= {*step.reads} - {step.sets}
            together.setdefault(step.sets, []).append(number)
            made.add(place)
        return found + [Batch.of(self.steps, numbers) for numbers in together.values()]

    def as_json(
        self, checked: Collection[int], written: Mapping[int, str], operands: Mapping[int, dict[str, int]]
    ) -> dict[str, Any]:
        """The pattern for the page; `checked` are the numbers of the steps that can be checked.

        `written` has the name of a step's equation where it is not that of its quantity: an update may sum up more
        samples, or fewer, than the same update elsewhere. `operands` has what the equation does not read as it stands
        just before the step, but as it stood before an earlier step of the pass: that step's number.
        """
        steps = [
            {
                "line": step.line,
                "phase": step.phase,
                "equation": step.equation,
                "instance": step.instance,
                "sets": ref_name(step.sets),
                "at": step.at,
                "reads": [ref_name(ref) for ref in step.reads],
                "checked": number in checked,
            }
            | ({} if step.sample is None else {"sample": step.sample})
            | ({"written": written[number]} if number in written else {})
            | ({"operands": operands[number]} if operands.get(number) else {})
            for number, step in enumerate(self.steps)
        ]
        return {
            "length": self.length,
            "steps": steps,
            "also": [[ref_name(*place), at, k] for place, at, k in self.also],
        }
