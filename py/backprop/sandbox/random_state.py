"""The state of the random generators that a program starts from: drawn once, so that a run can be repeated."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

RandomState = tuple[Any, Any]
"""What random.getstate() and np.random.get_state() gave."""


def new_random_state() -> RandomState:
    """An unpredictable state of both generators."""
    return random.Random().getstate(), np.random.RandomState().get_state()


def set_random_state(state: RandomState) -> None:
    """Put both generators into a state."""
    random.setstate(state[0])
    np.random.set_state(state[1])
