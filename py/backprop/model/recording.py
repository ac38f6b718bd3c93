"""The recording: every iteration of a run as one row of numbers, and its read-out as steps.

A row is self-contained, so any iteration opens by itself:

    row = the state before the iteration | the first segment's values | the second's | …

A *segment* is one pass over one sample. What its columns mean is the same from iteration to
iteration and is kept once, as a `SegmentPattern`; which quantities the state holds is kept once as
a *layout*. Rows of like structure lie together in a `Block`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from json import dumps
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from backprop.equations.instances import instance
from backprop.equations.rule import ONE_SAMPLE, Rule, Summed, varied
from backprop.equations.tex import symbol
from backprop.equations.types import Instance
from backprop.model.patterns import SegmentPattern
from backprop.model.role import Found, FoundNetwork, Role
from backprop.topology import QUANTITIES, Place, Ref, Topology, ref_name

if TYPE_CHECKING:
    from backprop.analyse.judging.types import LayerVerdict, Verdict

Array = np.ndarray[Any, np.dtype[np.float64]]

# Quantities that outlive the sample they were set for.
LASTING = ("w", "b", "eta")


@dataclass
class Block:
    """Iterations of one structure, one row of numbers each.

    iterations  their numbers (0-based): shape (rows,)
    layout      which of the recording's layouts says what a row's first numbers are
    segments    which patterns the passes have, in order
    samples     the sample of each pass, -1 where it is not known: shape (rows, segments)
    rows        the numbers: the state before the iteration, then each segment's: shape (rows, width)
    """

    iterations: np.ndarray[Any, np.dtype[np.int32]]
    layout: int
    segments: tuple[int, ...]
    samples: np.ndarray[Any, np.dtype[np.int32]]
    rows: Array

    def only(self, kept: np.ndarray[Any, np.dtype[np.bool_]] | slice) -> Block:
        """The block with some of its iterations alone."""
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
    """A step of one iteration: a number that the program computed, the line, and the quantities that it read.

    phase       "forward", "backward" or "update"
    line        the program's own line (1-based)
    equation    the number of the general equation that makes such a quantity ("4.5"); None for what is given
    instance    the number that the notes give to the equation at exactly this node or connection ("4.6"), if they do
    sample      the sample it belongs to (0-based); None for an update, and where that is not known
    sets        the quantity and its new number (dimensionless)
    reads       the quantities that the line read, by its own words or else by its equation
    summed      how many samples' deltas an update adds up; 0 for all other steps, and where that is not known
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
    """The error that ended the run, on the student's own line (1-based; None when there is no such line).

    `explanation` has the `id` of the sentence that explains it and the values in that sentence; {} where `type` says it all.
    `operands` are the arrays that an operation failed on, each with its `text` and `shape`, as far as they are known.
    """

    type: str
    message: str
    line: int | None
    column: int | None
    explanation: dict[str, Any] = field(default_factory=dict)
    operands: tuple[dict[str, Any], ...] = ()
    file: str | None = None
    """The name of the file that was not found."""


@dataclass(frozen=True)
class Repeat:
    """The data from which a run is repeated: the program, the first state of the random generators, which of its
    networks was recorded with which choices, and the files that it may open (None: those where it runs); how it was
    recorded (a `plan.Plan`), and from which turns on it was thinned (a `recording.turns.Stretch`)."""

    source: str
    random_state: Any
    network: int = 1
    choices: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] | None = None
    plan: Any = None
    thinned: Any = None


@dataclass(eq=False)  # one run is no other, whatever its numbers
class Recording:
    """The data of one run of a program: every number it computed, and how it ended.

    lesson              the lesson whose lens was used
    topology            the network that the program's own weights make; the lesson's, if they make none
    rule                the correct rule that the program follows, or ought to: the lesson's until enough is known
    rule_is_sure        whether enough of the run is known for the rule to be final
    settled_by          the iterations and `takes_logarithm` by which the rule was last looked for
    takes_logarithm     whether the program computes a logarithm of its outputs, which only the cross-entropy has
    end                 "done", "error" or "budget"; None while the program runs
    error               what ended the run, if it was an error or the budget
    output              what the program printed
    iterations          how many turns the training loop made
    stride              of a run too large to keep, every how many iterations one is kept; else 1
    looks               the iterations after the last that changes a weight: they are kept in spite of the stride, as
                        many as fit into half of the room
    first               so many iterations are kept whatever the stride
    samples             the samples in the order they were first seen, each {"x": inputs, "t": targets}
    drawings            what the program drew with matplotlib, call by call, see `sandbox.drawing_calls.Drawing`
    notices             what could not be followed, each {"id": …} with what its sentence names
    variables           the values of those other variables that the lens keeps
    found               what was found in a program without a lesson; None if a lesson's names were used
    judgement           the verdict by the derivative of the program's own error; None where there is none
    repeat              what the run is repeated from
    unchecked           (quantity, layer) of such a program that our equations do not describe
    segments            the structures of passes met so far: see `SegmentPattern`
    layouts             which quantities the state before an iteration holds, in the order of a row's first numbers
    blocks              the kept iterations: rows of numbers, those of like structure together
    losses              the error of every iteration, kept or not, in the pieces in which it was recorded; NaN where it
                        is no number, and where it was not noted
    noted               in the same pieces, True for each error that was noted
    """

    lesson: str
    topology: Topology
    rule: Rule
    rule_is_sure: bool = False
    settled_by: tuple[int, bool] | None = None
    takes_logarithm: bool = False
    end: str | None = None
    error: RunError | None = None
    output: str = ""
    iterations: int = 0
    stride: int = 1
    looks: list[int] = field(default_factory=list)
    first: int = 0
    samples: list[dict[str, list[float]]] = field(default_factory=list)
    drawings: list[dict[str, Any]] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    found: Found | None = None
    judgement: Verdict | None = None
    repeat: Repeat | None = None
    unchecked: frozenset[tuple[str, int]] = frozenset()
    segments: list[SegmentPattern] = field(default_factory=list)
    layouts: list[tuple[Place, ...]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    losses: list[Array] = field(default_factory=list)
    noted: list[NDArray[np.bool_]] = field(default_factory=list)

    @property
    def loss(self) -> Array:
        """The error of each iteration, summed over its samples and outputs (4.9): shape (iterations,), dimensionless."""
        return np.concatenate(self.losses) if self.losses else np.empty(0)

    @property
    def with_error(self) -> NDArray[np.intp]:
        """The iterations whose errors were noted: all of them, unless that would have taken too long."""
        return np.flatnonzero(np.concatenate([np.empty(0, bool), *self.noted]))

    def add_errors(self, loss: Array, noted: NDArray[np.bool_] | None = None) -> None:
        """Go on with the errors of further iterations; without `noted` all of them were noted."""
        self.losses.append(loss)
        self.noted.append(np.ones(len(loss), bool) if noted is None else noted)

    @property
    def roles(self) -> list[Role]:
        """The roles found in the program, a row for each quantity, layer and place; empty if a lesson's names were used."""
        return list(self.found.roles) if self.found else []

    @property
    def networks(self) -> list[FoundNetwork]:
        """All networks that the program trains, as short descriptions; empty if a lesson's names were used."""
        return list(self.found.networks) if self.found else []

    @property
    def network(self) -> int:
        """The number of the network that was recorded, from 1."""
        return self.found.network if self.found else 1

    @property
    def verdict(self) -> list[LayerVerdict]:
        """The verdict on each computing layer; [] where the network is not found in what the program computes."""
        return self.judgement.layers if self.judgement else []

    @property
    def needle(self) -> list[float]:
        """The angle between each update looked at and the steepest descent of the program's own error, in degrees."""
        return self.judgement.needle if self.judgement else []

    @property
    def kept(self) -> list[int]:
        """The numbers of the iterations that are kept: all of them, unless the run was too large to keep."""
        return [int(number) for block in self.blocks for number in block.iterations]

    def value(
        self, quantity: str, key: Any = None, *, iteration: int, sample: int | None = None
    ) -> float | None:
        """A recorded number: `value("delta", 8, iteration=0, sample=2)`, `value("w", (8, 4), iteration=0)`.

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
            is_seen = lasts or sample in rows or number >= 0  # else other samples pass here, side by side
            if sample is None or sample == number or (all_samples and is_seen):
                result = current
        return result

    def steps(self, iteration: int) -> list[Step]:
        """Every step of one iteration, in the order the program made them. Raises ValueError as `value` does."""
        block, row = self.find(iteration)
        steps: list[Step] = []
        for segment, number, values in self._passes(block, row):
            for step in segment.steps:
                sample = step.sample if number < 0 else number
                sets = {step.sets: float(values[step.at])}
                steps.append(
                    Step(step.phase, step.line, step.equation, step.instance, sample, sets, step.reads)
                )
        return steps

    # --- reading rows ---

    def block(self, iteration: int) -> Block:
        """The block an iteration lies in. Raises ValueError as `value` does."""
        return self.find(iteration)[0]

    def find(self, iteration: int) -> tuple[Block, int]:
        """The block an iteration lies in, and its row there. Raises ValueError as `value` does."""
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
        block, row = self.find(iteration)
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
        rule = self.rule
        if summed is not ONE_SAMPLE or not net:
            rule = varied(rule, samples=summed.samples, passes=summed.passes, net=net and rule.net)
        return instance(ref, self.topology, rule)


def to_json(value: Any) -> str:
    """JSON for the page; NaN and infinities do not occur in a header."""
    return dumps(value, ensure_ascii=False, separators=(",", ":"))
