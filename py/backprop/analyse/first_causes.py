"""The first cause of a run that goes wrong: the first NaN or infinity, weights that explode, dead or stuck nodes.

Each is looked for in every kept iteration, not in a sample of them, so that the iteration told is the one where it
began.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from backprop.model.recording import Array, Block, Recording, Step
from backprop.topology import Ref

_LARGEST_NET = 709.0  # e^710 is beyond the largest double
_GROWING = ("w", "b", "net", "delta")  # not the inputs: data may be large
_GROWN, _LARGE = 1e3, 1e3  # a weight explodes: so many times the largest at the start, and larger than this
_FLAT = 1e-3  # from the ends of a sigmoid's or tanh's range
_LEAST = 50  # kept iterations in which a node does nothing


@dataclass(frozen=True)
class First:
    """The first step that sets NaN or infinity, in its place. `ref` is the quantity, `sample` its sample (from 0, None:
    unknown); if a target is NaN or infinite as well, they are the target's."""

    iteration: int
    number: int
    step: Step
    ref: Ref
    value: float
    sample: int | None


def first_not_finite(recording: Recording) -> First | None:
    """The first number of the kept iterations that is NaN or infinite; None if all are finite."""
    perhaps = [block for block in recording.blocks if not np.isfinite(block.rows).all()]  # nearly always none
    found = [
        int(block.iterations[bad[0]])
        for block in perhaps
        if (bad := np.flatnonzero(~np.isfinite(_steps_of(recording, block)).all(axis=1))).size
    ]
    for iteration in sorted(found)[:1]:
        for number, step in enumerate(Recording.steps(recording, iteration)):
            for ref, value in step.sets.items():
                if not np.isfinite(value):
                    first = First(iteration, number, step, ref, value, step.sample)
                    return first if is_given(recording, ref) else _with_target(recording, first)
    return None


def _with_target(recording: Recording, first: First) -> First:
    """The target that is NaN or infinite in the same iteration, which is an earlier cause; else what was found."""
    _, passes = recording.open(first.iteration)
    for order, (number, values) in enumerate(passes):
        for (ref, sample), value in values.items():
            if ref[0] == "t" and not np.isfinite(value):
                own = sample if sample is not None else number if number >= 0 else order
                return replace(first, ref=ref, value=value, sample=own)
    return first


def sample_of(recording: Recording, first: First) -> int:
    """The sample of a step, from 1: its own, else which of the iteration's passes it belongs to."""
    if first.sample is not None:
        return first.sample + 1
    steps = Recording.steps(recording, first.iteration)[: first.number + 1]
    return max(1, sum(first.ref in step.sets for step in steps))


def is_given(recording: Recording, ref: Ref) -> bool:
    """True if a quantity is an input or a target."""
    return ref[0] == "t" or (ref[0] == "a" and ref[1] in recording.topology.inputs)


def has_overflowed(recording: Recording, first: First) -> bool:
    """True if the first NaN or infinity comes from an overflow: it is infinite, or a number before it was larger than
    e^x can take. A thinned run may have let go the iteration in which it began: so the last one before it counts, too."""
    if np.isinf(first.value):
        return True
    before, _ = recording.open(first.iteration)
    sizes = [abs(value) for (ref, _), value in before.items() if ref[0] in _GROWING]
    steps = Recording.steps(recording, first.iteration)[: first.number]
    for earlier in [kept for kept in recording.kept if kept < first.iteration][-1:]:
        steps += Recording.steps(recording, earlier)
    for step in steps:
        sizes += [abs(value) for ref, value in step.sets.items() if ref[0] in _GROWING]
    return max((size for size in sizes if not np.isnan(size)), default=0.0) > _LARGEST_NET


def explosion(recording: Recording) -> tuple[int, Ref] | None:
    """The first iteration that begins with a weight a thousand times as large as any was at the start, and the weight."""
    limit: float | None = None
    for block in sorted(recording.blocks, key=lambda one: int(one.iterations[0])):
        layout = recording.layouts[block.layout]
        at = [number for number, (ref, _) in enumerate(layout) if ref[0] in ("w", "b")]
        if not at:
            continue
        sizes = np.abs(block.rows[:, at])
        limit = max(_LARGE, _GROWN * float(sizes[0].max())) if limit is None else limit
        beyond = np.flatnonzero((sizes > limit).any(axis=1))
        if beyond.size:
            return int(block.iterations[beyond[0]]), layout[at[int(sizes[beyond[0]].argmax())]][0]
    return None


def idle_nodes(recording: Recording, which: str) -> Iterator[tuple[int, int]]:
    """Hidden nodes that give 0 for every sample (`which` is "dead"), or always an end of their range ("saturated"), from
    an iteration on to the end of the run: (node, iteration)."""
    activation = recording.rule.activation
    if which != ("saturated" if activation in ("sigmoid", "tanh") else "dead"):
        return
    blocks = sorted(recording.blocks, key=lambda one: int(one.iterations[0]))
    iterations = np.concatenate([np.empty(0, np.int32), *(block.iterations for block in blocks)])
    if len(iterations) < _LEAST:
        return
    columns = {(block.layout, block.segments): _outputs_at(recording, block) for block in blocks}
    for node in (node for layer in recording.topology.layers[1:-1] for node in layer):
        outputs = [block.rows[:, columns[block.layout, block.segments]["a", node]] for block in blocks]
        if not all(rows.size for rows in outputs):
            continue
        idle = np.concatenate([_is_idle(rows, activation) for rows in outputs])
        moving = np.flatnonzero(~idle)
        since = int(moving[-1]) + 1 if moving.size else 0
        if len(idle) - since >= max(_LEAST, len(idle) // 4):
            yield node, int(iterations[since])


def _is_idle(rows: Array, activation: str | tuple[str, ...]) -> Any:
    """Booleans, one for each row of a node's outputs: True if all outputs of the row are 0, or at an end of the
    activation's range."""
    if activation not in ("sigmoid", "tanh"):
        return (rows == 0).all(axis=1)
    low = 0.0 if activation == "sigmoid" else -1.0
    return ((rows < low + _FLAT) | (rows > 1 - _FLAT)).all(axis=1)


def _outputs_at(recording: Recording, block: Block) -> dict[Ref, list[int]]:
    """The columns of a block's rows that hold an output, by the node's ref."""
    at: dict[Ref, list[int]] = defaultdict(list)
    for ref, column in _columns(recording, block):
        if ref[0] == "a":
            at[ref].append(column)
    return at


def _steps_of(recording: Recording, block: Block) -> Array:
    """The numbers of a block's steps: (row, step)."""
    return block.rows[:, [column for _, column in _columns(recording, block)]]


def _columns(recording: Recording, block: Block) -> Iterator[tuple[Ref, int]]:
    """For each step of a block's iterations what it sets, and its column in the rows."""
    start = len(recording.layouts[block.layout])
    for segment in (recording.segments[id] for id in block.segments):
        yield from ((step.sets, start + step.at) for step in segment.steps)
        start += segment.length
