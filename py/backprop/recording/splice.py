"""Puts iterations that were recorded when a run was repeated among those of its first time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from backprop.model.recording import Block, Recording

_One = TypeVar("_One")


def moved(source: Recording, block: Block, target: Recording) -> Block:
    """A block of one recording as a block of another: its patterns, layout and samples are numbered as they are there."""
    segments = tuple(_number(target.segments, source.segments[one]) for one in block.segments)
    layout = _number(target.layouts, source.layouts[block.layout])
    return replace(
        block,
        segments=segments,
        layout=layout,
        samples=_samples(source.samples, target.samples)[block.samples],
    )


def _number(known: list[_One], one: _One) -> int:
    """The position of an item in a list; an item that is not there yet is added at the end."""
    if one not in known:
        known.append(one)
    return known.index(one)


def _samples(source: Sequence[Any], target: Sequence[Any]) -> np.ndarray[Any, np.dtype[np.int32]]:
    """The number of each sample in the other recording, -1 for one that it does not have; and at the end -1 for -1."""
    return np.array([*(target.index(one) if one in target else -1 for one in source), -1], np.int32)
