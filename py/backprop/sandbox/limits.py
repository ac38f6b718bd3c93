"""Limits of a program: it cannot end the interpreter, stack frames without end, or leave functions that run later."""

from __future__ import annotations

import atexit
import gc
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

# Enough for any recursion that ends, few enough that endless recursion ends soon. The page's Python lies on the browser's
# own stack, which ends between 5,000 and 10,000 frames, and everything with it.
MOST_FRAMES = 3_000 if sys.platform == "emscripten" else 20_000
# For a program that has ended the interpreter so: a call through Python's own functions, as of `__getattr__` or in `sorted`,
# takes so much of that stack that fewer than 400 frames fit.
_FEW_FRAMES = 200
_most_frames = MOST_FRAMES
_MOST_AT_EXIT = 1_000  # functions that are called at the end

_REPLACED = (
    (sys, "setrecursionlimit"),
    (os, "_exit"),
    (os, "abort"),
    (atexit, "register"),
    (atexit, "unregister"),
)


@contextmanager
def few_frames() -> Iterator[None]:
    """For the block, programs get a recursion limit that the browser's stack bears, whatever the recursion goes through."""
    global _most_frames
    _most_frames = _FEW_FRAMES
    try:
        yield
    finally:
        _most_frames = MOST_FRAMES


@contextmanager
def limited() -> Iterator[None]:
    """For the block, `os._exit` and `os.abort` raise SystemExit, and the recursion limit is at most `MOST_FRAMES`.

    What the program registers with `atexit` is called when the block ends, as it would be at the end of an interpreter of
    its own; an error in it is of no consequence. Callbacks of the garbage collector go with the block.
    """
    kept = [(module, name, getattr(module, name)) for module, name in _REPLACED]
    callbacks = list(gc.callbacks)
    at_exit: list[Any] = []
    set_limit = sys.setrecursionlimit

    def setrecursionlimit(limit: int, /) -> None:
        set_limit(limit if limit < _most_frames else _most_frames)

    def register(function: Callable[..., Any], /, *given: Any, **named: Any) -> Callable[..., Any]:
        at_exit.append(partial(function, *given, **named))
        return function

    def unregister(function: Callable[..., Any], /) -> None:
        at_exit[:] = [one for one in at_exit if one.func is not function]

    for (module, name), limited_one in zip(
        _REPLACED, (setrecursionlimit, _end, _end, register, unregister), strict=True
    ):
        setattr(module, name, limited_one)
    setrecursionlimit(sys.getrecursionlimit())
    try:
        yield
    finally:
        for _ in range(_MOST_AT_EXIT):  # one that registers itself again would never end
            if not at_exit:
                break
            with suppress(BaseException):
                at_exit.pop()()
        gc.callbacks[:] = callbacks
        for module, name, function in kept:
            setattr(module, name, function)


@contextmanager
def before_sleep(rest: Callable[[], None]) -> Iterator[None]:
    """For the block, `rest` is called before a program sleeps."""
    sleep = time.sleep

    def sleeping(seconds: Any, /) -> None:
        rest()
        sleep(seconds)

    time.sleep = sleeping
    try:
        yield
    finally:
        time.sleep = sleep


def _end(status: object = "abort", /) -> None:
    raise SystemExit(status)
