"""The state of the random generators that a program starts from: drawn once, so that a run can be repeated."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

RandomState = tuple[Any, Any]
"""What random.getstate() and np.random.get_state() gave."""


def new_random_state() -> RandomState:
    """An unpredictable state of both generators."""
    return random.Random().getstate(), np.random.RandomState().get_state()


@contextmanager
def repeatable(state: RandomState) -> Iterator[None]:
    """For the block, every generator starts from a state: the two shared ones, and each `np.random.default_rng()` that is
    made without a seed. So a program that is run twice computes the same.

    Not repeated are generators that ask the system themselves: `random.SystemRandom`, `random.Random()`, `os.urandom`.
    """
    set_random_state(state)
    entropy = np.random.RandomState()
    entropy.set_state(state[1])
    made = np.random.default_rng

    def default_rng(seed: Any = None) -> np.random.Generator:
        return made(entropy.randint(2**31, size=4).tolist() if seed is None else seed)

    np.random.default_rng = default_rng
    try:
        yield
    finally:
        np.random.default_rng = made


def set_random_state(state: RandomState) -> None:
    """Put both generators into a state."""
    random.setstate(state[0])
    np.random.set_state(state[1])
