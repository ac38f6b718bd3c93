"""Random numbers, and shuffles: these are run once more on the ids, from the generator's state before."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

import numpy as np

from backprop.trace.identity import SCALARS, is_array
from backprop.trace.tracer import Tracer
from backprop.trace.whole import is_a, plainly

GENERATORS = (random.Random, np.random.RandomState, np.random.Generator)
_SHUFFLING = frozenset({"shuffle", "permutation", "permuted"})
_MOVING = frozenset({"shuffle", "permutation", "permuted", "choice", "sample", "choices"})


def of_generator(tracer: Tracer, place: int, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """rng.normal(…) is a source; rng.permutation(X) moves the elements of X."""
    generator, name = function.__self__, function.__name__  # type: ignore[attr-defined]
    plain_args = list(map(plainly, args))
    plain_kwargs = {key: plainly(value) for key, value in kwargs.items()}
    if name in _SHUFFLING:
        tracer.builder.note_shuffle(place)
    ids = _moved_ids(tracer, place, generator, name, args)
    if ids is None:
        return drawn(tracer, place, function(*plain_args, **plain_kwargs))
    before = _state(generator)
    result = function(*plain_args, **plain_kwargs)
    after = _state(generator)
    _restore(generator, before)
    again = copy.copy(ids)
    try:
        moved = function(again, *plain_args[1:], **plain_kwargs)
    finally:
        _restore(generator, after)
    if result is None:
        tracer.identity.give(args[0], again, place)
        return None
    return (
        tracer.moved(place, result, np.asarray(moved, np.int64))
        if is_a(result, np.ndarray)
        else tracer.identity.give(result, moved, place)
    )


def _moved_ids(tracer: Tracer, place: int, generator: Any, name: str, args: Any) -> Any:
    """The ids of the numbers that are to be moved; None if the function makes new ones, or moves the objects."""
    if name not in _MOVING or not args:
        return None
    moved = args[0]
    if is_array(moved):
        return tracer.identity.of_array(moved, place).copy() if moved.size else None
    if is_a(generator, random.Random) or name == "shuffle" or not is_a(moved, (list, tuple)):
        return None
    return tracer.identity.of(moved, place)


def drawn(tracer: Tracer, place: int, result: Any) -> Any:
    """Random numbers, unless the result was there before, as in `random.choice(samples)`."""
    if is_a(result, np.ndarray) or type(result) in SCALARS:
        return result if tracer.identity.knows(result) else tracer.source("random", place, result)
    if type(result) is list and result and all(type(item) is float for item in result):
        return [
            item if tracer.identity.knows(item) else tracer.source("random", place, item) for item in result
        ]
    return result


def _state(generator: Any) -> Any:
    if is_a(generator, np.random.Generator):
        return copy.deepcopy(generator.bit_generator.state)
    return generator.getstate() if is_a(generator, random.Random) else generator.get_state()


def _restore(generator: Any, state: Any) -> None:
    if is_a(generator, np.random.Generator):
        generator.bit_generator.state = state
    elif is_a(generator, random.Random):
        generator.setstate(state)
    else:
        generator.set_state(state)
