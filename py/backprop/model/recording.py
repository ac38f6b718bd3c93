"""The recording: every iteration of a run as one row of numbers, and its read-out as steps.

A row is self-contained, so any iteration opens by itself:

    row = the state before the iteration | the first segment's values | the second's | …

A *segment* is one pass over one sample. What its columns mean is the same from iteration to
iteration and is kept once, as a `SegmentPattern`; which quantities the state holds is kept once as
a *layout*. Rows of like structure lie together in a `Block`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from json import dumps
from typing import Any

import numpy as np

from backprop.analyse.check import Check, Checkable, checkables, compared
from backprop.equations.instances import ONE_SAMPLE, Instance, Rule, Summed, instance, symbol
from backprop.model.topology import QUANTITIES, Place, Ref, Topology, ref_name

Array = np.ndarray[Any, np.dtype[np.float64]]

# Quantities that outlive the sample they were set for.
LASTING = ("w", "b", "eta")


@dataclass(frozen=True)
class StepPattern:
    """One step as it recurs: all of it but the numbers. `at` is its column in the segment.

    `sample` is set where the program computes all samples at once: the row this number belongs to.
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
    """The steps that set one quantity for one sample, or for several at once: one after the other their numbers in
    the segment, samples and columns. `step` is the first of them."""

    step: StepPattern
    numbers: list[int]
    samples: list[int | None]
    columns: list[int]

    @classmethod
    def of(cls, steps: Sequence[StepPattern], numbers: list[int]) -> Batch:
        made = [steps[number] for number in numbers]
        return cls(made[0], numbers, [step.sample for step in made], [step.at for step in made])


@dataclass(frozen=True)
class SegmentPattern:
    """The structure of one pass over one sample.

    `also` holds what is known without being a step (a target, a learning rate): the quantity, its
    column, and the step from which it is known.
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
            apart = step.sets in together or not (step.sets in read or together.keys() & {*step.reads})
            if not (goes_on and apart and number not in pauses and place not in made):
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


@dataclass
class Block:
    """Rows of one structure. `samples` is (rows, segments), -1 where the sample is not known."""

    iterations: np.ndarray[Any, np.dtype[np.int32]]
    layout: int
    segments: tuple[int, ...]
    samples: np.ndarray[Any, np.dtype[np.int32]]
    rows: Array

    def only(self, kept: np.ndarray[Any, np.dtype[np.bool_]] | slice) -> Block:
        return Block(self.iterations[kept], self.layout, self.segments, self.samples[kept], self.rows[kept])

    def index(self) -> np.ndarray[Any, np.dtype[np.int32]]:
        """The rows' structure: iteration, layout, how many segments, (pattern, sample) of each."""
        count = len(self.segments)
        table = np.empty((len(self.iterations), 3 + 2 * count), np.int32)
        table[:, 0], table[:, 1], table[:, 2] = self.iterations, self.layout, count
        table[:, 3::2], table[:, 4::2] = self.segments, self.samples
        return table


@dataclass(frozen=True)
class Step:
    """One step of one iteration: where it stands, what it set and what it read.

    `summed` is the number of samples whose deltas an update adds up; 0 for all other steps, and where that is not
    known.
    """

    phase: str
    line: int
    equation: str | None
    instance: str | None
    sample: int | None
    sets: dict[Ref, float]
    reads: tuple[Ref, ...]
    summed: int = 0


@dataclass(frozen=True)
class RunError:
    """What ended the run, on the student's own line (1-based; None when there is no such line)."""

    type: str
    message: str
    line: int | None
    column: int | None


@dataclass
class Recording:
    """What one run of a program did. Made by `record`; read with the methods below.

    `rule` is the correct rule that the program follows or ought to; it is the lesson's until enough of
    the run is known to tell.
    """

    lesson: str
    topology: Topology
    rule: Rule
    rule_is_sure: bool = False
    takes_logarithm: bool = False  # the program does, of its outputs; only the cross-entropy has a logarithm
    end: str | None = None
    error: RunError | None = None
    output: str = ""
    iterations: int = 0
    stride: int = 1
    samples: list[dict[str, list[float]]] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)  # of the program, those its lesson keeps
    segments: list[SegmentPattern] = field(default_factory=list)
    layouts: list[tuple[Place, ...]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    losses: list[Array] = field(default_factory=list)
    _checkables: dict[Any, list[Checkable]] = field(default_factory=dict, repr=False)

    @property
    def loss(self) -> Array:
        """The error of each iteration, summed over its samples and outputs (4.9): shape (iterations,), dimensionless."""
        return np.concatenate(self.losses) if self.losses else np.empty(0)

    @property
    def kept(self) -> list[int]:
        """The numbers of the iterations that are kept: all of them, unless the run was too large to keep."""
        return [int(number) for block in self.blocks for number in block.iterations]

    def value(
        self, quantity: str, key: Any = None, *, iteration: int, sample: int | None = None
    ) -> float | None:
        """One number: `value("delta", 8, iteration=0, sample=2)`, `value("w", (8, 4), iteration=0)`.

        A weight, a bias or eta is given as it stood at the end of the iteration, or, with `sample`,
        when that sample was last seen in it. Other quantities are those of the sample (of the last
        one, if none is named). None if it was not set there. Raises ValueError for an iteration
        that is not kept, an unknown quantity, or a sample the run never saw.
        """
        if quantity not in QUANTITIES:
            raise ValueError(f"unknown quantity {quantity!r}: wanted one of {', '.join(QUANTITIES)}")
        if sample is not None and (type(sample) is not int or not 0 <= sample < len(self.samples)):
            raise ValueError(f"unknown sample {sample!r}: the run saw {len(self.samples)}")
        if not isinstance(key, (int, tuple, type(None))):
            raise ValueError(f"{key!r} names no node or connection: wanted a number, or (to, from)")
        ref: Ref = (quantity, key)
        before, passes = self.open(iteration)
        at_the_start = before.get((ref, sample), before.get((ref, None)))
        lasts = quantity in LASTING or at_the_start is not None
        current = at_the_start
        result = at_the_start if sample is None or lasts else None
        for number, values in passes:
            rows = {row: value for (r, row), value in values.items() if r == ref}
            all_samples = any(row is not None for _, row in values)
            wanted = sample if sample in rows else None if sample is not None else next(reversed(rows), None)
            current = rows.get(wanted, current if lasts else None)
            if sample is None or all_samples or sample == number:
                result = current
        return result

    def steps(self, iteration: int) -> list[Step]:
        """Every step of one iteration, in the order the program made them. Raises ValueError as `value` does."""
        block, row = self._find(iteration)
        steps: list[Step] = []
        summed = {number: one.together for one in self.checkables(block) for number in one.numbers}
        for segment, number, values in self._passes(block, row):
            for step in segment.steps:
                sample = step.sample if number < 0 else number
                sets = {step.sets: float(values[step.at])}
                together = summed.get(len(steps), 0)
                steps.append(
                    Step(
                        step.phase,
                        step.line,
                        step.equation,
                        step.instance,
                        sample,
                        sets,
                        step.reads,
                        together,
                    )
                )
        return steps

    def checks(self, iteration: int) -> list[Check]:
        """The program's number beside the equation's, for every step of one iteration that can be checked.

        That is every step an equation makes (4.1, 4.3, 4.5, 4.8 and the forward pass) from numbers
        that are known. Raises ValueError as `value` does.
        """
        block, row = self._find(iteration)
        first = max(0, row - 1)  # the row before tells each weight's last change
        rows = block.only(slice(first, row + 1))
        found = []
        for one, _, formula, differs in compared(self, rows, self.checkables(block)):
            number = int(block.samples[row][one.segment])
            found += [
                Check(
                    str(one.step.equation),
                    one.step.sets,
                    sample if number < 0 else number,
                    step,
                    one.step.line,
                    float(block.rows[row, column]),
                    float(formula[k, -1]),
                    not differs[k, -1],
                )
                for k, (sample, step, column) in enumerate(zip(one.samples, one.numbers, one.columns))
            ]
        return sorted(found, key=lambda check: check.step)

    def checkables(self, block: Block, rule: Rule | None = None) -> list[Checkable]:
        """What can be checked in the iterations of a block, by the recording's rule or by another; looked up once
        for all blocks of its structure."""
        structure, rule = (block.layout, block.segments), rule or self.rule
        if structure not in self._checkables:
            self._checkables[structure] = checkables(self, *structure)
        if (structure, rule) not in self._checkables:
            found = [one.by(rule, self.topology) for one in self._checkables[structure]]
            self._checkables[structure, rule] = found
        return [told for one in self._checkables[structure, rule] if (told := one.that_can_be_told(block))]

    # --- reading rows ---

    def block(self, iteration: int) -> Block:
        """The block an iteration lies in. Raises ValueError as `value` does."""
        return self._find(iteration)[0]

    def _find(self, iteration: int) -> tuple[Block, int]:
        if not isinstance(iteration, int) or isinstance(iteration, bool):
            raise ValueError(f"no iteration {iteration!r}: wanted a whole number")
        for block in self.blocks:
            place = int(np.searchsorted(block.iterations, iteration))
            if place < len(block.iterations) and block.iterations[place] == iteration:
                return block, place
        if 0 <= iteration < self.iterations:
            raise ValueError(f"iteration {iteration} was not kept: of this long run every {self.stride}th is")
        raise ValueError(f"no iteration {iteration!r}: the run made {self.iterations}")

    def _passes(self, block: Block, row: int) -> Iterator[tuple[SegmentPattern, int, Array]]:
        start = len(self.layouts[block.layout])
        for number, sample in zip(block.segments, block.samples[row]):
            segment = self.segments[number]
            yield segment, int(sample), block.rows[row, start : start + segment.length]
            start += segment.length

    def open(self, iteration: int) -> tuple[dict[Place, float], list[tuple[int, dict[Place, float]]]]:
        """The state before an iteration, and of each of its segments the sample (-1: unknown) and what it set."""
        block, row = self._find(iteration)
        before = dict(zip(self.layouts[block.layout], map(float, block.rows[row])))
        passes = []
        for segment, number, values in self._passes(block, row):
            set_here = {place: float(values[at]) for place, at, _ in segment.also}
            set_here |= {(step.sets, step.sample): float(values[step.at]) for step in segment.steps}
            passes.append((number, set_here))
        return before, passes

    def state_after(self, iteration: int) -> dict[Place, float]:
        """Every quantity as an iteration left it. Raises ValueError as `value` does."""
        state, passes = self.open(iteration)
        for _, values in passes:
            state |= values
        return state

    # --- as the page takes it ---

    def network_json(self) -> dict[str, Any]:
        """The network as the page draws it: layers, connections, and how every quantity is written."""
        topology = self.topology
        refs: list[Ref] = [("eta", None)]
        refs += [("w", edge) for edge in topology.edges]
        refs += [("b", node) for node in topology.biases]
        of_nodes = ("net", "a", "slope", "delta")
        refs += [(quantity, node) for node in sorted(topology.nodes) for quantity in of_nodes]
        refs += [("t", node) for node in topology.outputs]
        refs += [(f"Δ{quantity}", key) for quantity, key in refs if quantity in ("w", "b")]
        refs += sorted({step.sets for part in self.segments for step in part.steps} - {*refs}, key=str)
        return {
            "layers": topology.layers,
            "edges": [f"{j}-{i}" for j, i in topology.edges],
            "biases": topology.biases,
            "activation": self.rule.activation,
            "symbols": {ref_name(ref): symbol(ref, topology) for ref in refs},
        }

    def instance(self, ref: Ref, summed: Summed = ONE_SAMPLE, net: bool = True) -> Instance | None:
        """The equation that makes `ref`, as this program's network and its rule have it.

        `summed` says which samples an update adds up, if it is more than one; `net` is False for an output whose net
        the program does not keep.
        """
        net = net and self.rule.net
        rule = replace(self.rule, samples=summed.samples, passes=summed.passes, net=net)
        return instance(ref, self.topology, rule)


def to_json(value: Any) -> str:
    """JSON for the page; NaN and infinities do not occur in a header."""
    return dumps(value, ensure_ascii=False, separators=(",", ":"))
