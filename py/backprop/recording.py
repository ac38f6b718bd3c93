"""The recording: every iteration of a run as one row of numbers, and its read-out as steps.

A row is self-contained, so any iteration opens by itself:

    row = the state before the iteration | the first segment's values | the second's | …

A *segment* is one pass over one sample. What its columns mean is the same from iteration to
iteration and is kept once, as a `SegmentPattern`; which quantities the state holds is kept once as
a *layout*. Rows of like structure lie together in a `Block`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from backprop.equations import instance, symbol
from backprop.topology import Ref, Topology, ref_name

Array = np.ndarray[Any, np.dtype[np.float64]]

# Quantities that outlive the sample they were set for.
LASTING = ("w", "b", "eta")


@dataclass(frozen=True)
class StepPattern:
    """One step as it recurs: all of it but the numbers. `at` is its column in the segment."""

    line: int
    phase: str
    equation: str | None
    instance: str | None
    sets: Ref
    at: int
    reads: tuple[Ref, ...]


@dataclass(frozen=True)
class SegmentPattern:
    """The structure of one pass over one sample.

    `also` holds what is known without being a step (a target, a learning rate): the quantity, its
    column, and the step from which it is known.
    """

    length: int
    steps: tuple[StepPattern, ...]
    also: tuple[tuple[Ref, int, int], ...]

    def as_json(self) -> dict[str, Any]:
        steps = [
            {
                "line": step.line,
                "phase": step.phase,
                "equation": step.equation,
                "instance": step.instance,
                "sets": ref_name(step.sets),
                "at": step.at,
                "reads": [ref_name(ref) for ref in step.reads],
            }
            for step in self.steps
        ]
        return {
            "length": self.length,
            "steps": steps,
            "also": [[ref_name(r), at, k] for r, at, k in self.also],
        }


@dataclass
class Block:
    """Rows of one structure. `samples` is (rows, segments), -1 where the sample is not known."""

    iterations: np.ndarray[Any, np.dtype[np.int32]]
    layout: int
    segments: tuple[int, ...]
    samples: np.ndarray[Any, np.dtype[np.int32]]
    rows: Array

    def only(self, kept: np.ndarray[Any, np.dtype[np.bool_]]) -> Block:
        return Block(self.iterations[kept], self.layout, self.segments, self.samples[kept], self.rows[kept])

    def index(self) -> bytes:
        """The rows' structure as 32-bit integers: iteration, layout, how many segments, (pattern, sample) of each."""
        count = len(self.segments)
        table = np.empty((len(self.iterations), 3 + 2 * count), np.int32)
        table[:, 0], table[:, 1], table[:, 2] = self.iterations, self.layout, count
        table[:, 3::2], table[:, 4::2] = self.segments, self.samples
        return table.tobytes()


@dataclass(frozen=True)
class Step:
    """One step of one iteration: where it stands, what it set and what it read."""

    phase: str
    line: int
    equation: str | None
    instance: str | None
    sample: int | None
    sets: dict[Ref, float]
    reads: tuple[Ref, ...]


@dataclass(frozen=True)
class RunError:
    """What ended the run, on the student's own line (1-based; None when there is no such line)."""

    type: str
    message: str
    line: int | None
    column: int | None


@dataclass
class Recording:
    """What one run of a program did. Made by `record`; read with the methods below."""

    lesson: str
    topology: Topology
    activation: str
    end: str | None = None
    error: RunError | None = None
    output: str = ""
    iterations: int = 0
    stride: int = 1
    samples: list[dict[str, list[float]]] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)
    segments: list[SegmentPattern] = field(default_factory=list)
    layouts: list[tuple[Ref, ...]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    losses: list[Array] = field(default_factory=list)

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
        if quantity not in ("net", "a", "delta", "w", "b", "t", "eta"):
            raise ValueError(f"unknown quantity {quantity!r}: wanted net, a, delta, w, b, t or eta")
        if sample is not None and not (isinstance(sample, int) and 0 <= sample < len(self.samples)):
            raise ValueError(f"unknown sample {sample!r}: the run saw {len(self.samples)}")
        ref: Ref = (quantity, tuple(key) if isinstance(key, list) else key)
        before, passes = self._open(iteration)
        found = before.get(ref)
        result = found if sample is None or quantity in LASTING else None
        seen = found
        for number, values in passes:
            if ref in values:
                seen = values[ref]
            elif quantity not in LASTING and ref not in before:
                seen = None
            if sample is None or sample == number:
                result = seen
        return result

    def steps(self, iteration: int) -> list[Step]:
        """Every step of one iteration, in the order the program made them. Raises ValueError as `value` does."""
        block, row = self._find(iteration)
        steps = []
        for segment, sample, values in self._passes(block, row):
            for step in segment.steps:
                steps.append(
                    Step(
                        step.phase,
                        step.line,
                        step.equation,
                        step.instance,
                        None if sample < 0 else sample,
                        {step.sets: float(values[step.at])},
                        step.reads,
                    )
                )
        return steps

    # --- reading rows ---

    def _find(self, iteration: int) -> tuple[Block, int]:
        for block in self.blocks:
            place = int(np.searchsorted(block.iterations, iteration))
            if place < len(block.iterations) and block.iterations[place] == iteration:
                return block, place
        if isinstance(iteration, int) and 0 <= iteration < self.iterations:
            raise ValueError(f"iteration {iteration} was not kept: of this long run every {self.stride}th is")
        raise ValueError(f"no iteration {iteration!r}: the run made {self.iterations}")

    def _passes(self, block: Block, row: int) -> Iterator[tuple[SegmentPattern, int, Array]]:
        start = len(self.layouts[block.layout])
        for number, sample in zip(block.segments, block.samples[row]):
            segment = self.segments[number]
            yield segment, int(sample), block.rows[row, start : start + segment.length]
            start += segment.length

    def _open(self, iteration: int) -> tuple[dict[Ref, float], list[tuple[int, dict[Ref, float]]]]:
        block, row = self._find(iteration)
        before = dict(zip(self.layouts[block.layout], map(float, block.rows[row])))
        passes = []
        for segment, sample, values in self._passes(block, row):
            set_here = {ref: float(values[at]) for ref, at, _ in segment.also}
            set_here |= {step.sets: float(values[step.at]) for step in segment.steps}
            passes.append((sample, set_here))
        return before, passes

    # --- as the page takes it ---

    def network_json(self) -> dict[str, Any]:
        """The network as the page draws it: layers, connections, and how every quantity is written."""
        topology = self.topology
        biases = sorted(
            {ref[1] for layout in self.layouts for ref in layout if ref[0] == "b"} & topology.nodes
        )
        refs: list[Ref] = [
            ("eta", None),
            *(("w", edge) for edge in topology.edges),
            *(("b", j) for j in biases),
        ]
        refs += [(quantity, node) for node in sorted(topology.nodes) for quantity in ("net", "a", "delta")]
        refs += [("t", node) for node in topology.outputs]
        return {
            "layers": topology.layers,
            "edges": [f"{j}-{i}" for j, i in topology.edges],
            "biases": biases,
            "activation": self.activation,
            "symbols": {ref_name(ref): symbol(ref, topology) for ref in refs},
        }

    def instance_json(self, ref: Ref) -> dict[str, Any] | None:
        written = instance(ref, self.topology, self.activation)
        return written.as_json() if written else None


def to_json(value: Any) -> str:
    """JSON for the page; NaN and infinities do not occur in a header."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
