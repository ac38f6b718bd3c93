"""A place that is noted in every iteration, and what each of its executions means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from backprop.topology import Place as RefPlace
from backprop.topology import Ref
from backprop.trace.tape import Ids, Place

How = Literal["value", "target", "owner", "operand", "start"]
LASTING = ("w", "b", "eta")  # quantities that belong to no sample
FACTOR = "factor"  # quantity of a factor that delta is put together from; its key is (node, product, factor)


@dataclass(frozen=True)
class Execution:
    """The result of one execution of a place: a scalar or an array of numbers.

    `refs` has a quantity for each number but along `sample_axis`, in C order (None: it has no role); `shape` is the
    array's shape in the trace. `sample_axis` is the axis along which the samples lie, None if there is one sample: then
    `sample` is its number in the trace (None: of no sample), in a tap's cycle its number among those of the cycle.
    """

    shape: tuple[int, ...]
    sample_axis: int | None
    refs: tuple[Ref | None, ...]
    sample: int | None = None


@dataclass
class Tap:
    """A place to note.

    place       the stretch of source
    how         the number that is noted: the expression's value, the value of an assignment's target after it, the
                whole array in which an item was set ("owner"), operand number `operand` of the operation, or that
                operand before the first update alone ("start")
    cycle       its executions, in which so many `samples` pass
    sign        -1 if its delta is dE/dnet
    operation   the tape's name of the operation there
    """

    place: Place
    how: How
    operand: int
    quantity: str
    expression: str
    sign: int = 1
    cycle: list[Execution] = field(default_factory=list)
    samples: int = 1
    operation: str = ""


@dataclass(frozen=True)
class Computed:
    """A quantity that is put together from noted ones: the sum of coefficient * Π of the refs' numbers."""

    ref: Ref
    products: tuple[tuple[float, tuple[Ref, ...]], ...]


def opened(
    one: Execution, by_rows: bool, first: tuple[int, int], shape: tuple[int, ...]
) -> list[RefPlace | None]:
    """The quantity of each number of one execution; [] if its shape is not that of another number of samples.

    `first` are the passes of the place before this one, and how many samples each has.
    """
    axis, (passes, samples) = one.sample_axis, first
    if axis is None or not by_rows:
        sample = passes * samples + (one.sample or 0) if by_rows else None
        return [_of_sample(ref, sample) for ref in one.refs]
    added = len(one.shape) - len(shape)  # axes of length 1 that the operation put in front: (1, m) - (m,)
    if 0 < added <= axis and set(one.shape[:added]) == {1}:
        one, axis = replace(one, shape=one.shape[added:]), axis - added
    if len(shape) != len(one.shape) or any(
        here != there for k, (here, there) in enumerate(zip(shape, one.shape)) if k != axis
    ):
        return []
    rows = shape[axis]
    refs = np.empty(len(one.refs), object)
    refs[:] = one.refs
    rest = shape[:axis] + shape[axis + 1 :]
    table = np.broadcast_to(np.expand_dims(refs.reshape(rest), axis), shape)
    lines = np.arange(rows).reshape([rows if k == axis else 1 for k in range(len(shape))])
    numbers = np.broadcast_to(lines, shape) + passes * one.shape[axis]
    return [_of_sample(ref, int(sample)) for ref, sample in zip(table.ravel(), numbers.ravel())]


def _of_sample(ref: Ref | None, sample: int | None) -> RefPlace | None:
    if ref is None:
        return None
    return ref, None if ref[0] in LASTING else sample


def numbered(cycle: list[Execution]) -> tuple[list[Execution], int]:
    """A cycle with its samples numbered from 0, and how many they are."""
    samples = sorted({one.sample for one in cycle if one.sample is not None})
    number = {sample: n for n, sample in enumerate(samples)}
    numbered = [replace(one, sample=number.get(one.sample, 0)) for one in cycle]  # type: ignore[arg-type]
    return numbered, max(1, len(samples))


def unbroadcast(ids: Ids) -> Ids:
    """An operand's ids in its own shape: without the axes along which it was repeated."""
    for axis in range(ids.ndim):
        if ids.shape[axis] > 1 and (ids == np.take(ids, [0], axis=axis)).all():
            ids = np.take(ids, [0], axis=axis)
    return ids


def sample_axis(samples: Ids) -> int | None:
    """The axis along which the samples of a table of numbers differ (-1: no sample); None if they are all of one."""
    for axis in range(samples.ndim):
        lines = np.moveaxis(samples, axis, 0).reshape(samples.shape[axis], -1).tolist()
        seen = [{sample for sample in line if sample >= 0} for line in lines]
        if len(lines) > 1 and all(len(one) < 2 for one in seen) and len(set().union(*seen)) > 1:
            return axis
    return None


def period(keys: Sequence[object]) -> int:
    """After how many executions they repeat: the smallest period of the sequence; its length if it has none."""
    for length in range(1, len(keys)):
        if all(keys[n] == keys[n - length] for n in range(length, len(keys))):
            return length
    return len(keys)
