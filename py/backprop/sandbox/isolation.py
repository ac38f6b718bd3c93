"""A clean start for every program: a `__main__` of its own, and shared modules restored after it."""

from __future__ import annotations

import builtins
import gc
import os
import random
import sys
import types
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from backprop.sandbox.errors import no_input

# What a program can change in passing and the next one would feel.
_SHARED = (
    *("builtins", "math", "cmath", "random", "json", "time", "sys", "os", "gc", "warnings", "decimal"),
    *("itertools", "functools", "operator", "statistics", "numpy", "numpy.random", "numpy.linalg"),
)


def own_builtins() -> dict[str, Any]:
    """The built-in functions for a program: without a keyboard, and with classes whose objects lie in small sets in the
    order in which they were put there.

    By default that order depends on where in memory an object happens to lie, so that a program that walks through a
    graph of such sets (`_prev = set(children)`) would compute in another order each time.
    """
    return {**builtins.__dict__, "input": no_input, "__build_class__": _build_class}


def _build_class(*args: Any, **named: Any) -> Any:
    made = builtins.__build_class__(*args, **named)
    default: Any = object.__hash__
    if type(made) is type and made.__hash__ is default:
        made.__hash__ = _by_address  # type: ignore[assignment]
    return made


def _by_address(self: object) -> int:
    """All are alike in the lowest four bits, by which a small set orders its items."""
    return id(self) & ~15


@contextmanager
def clean_interpreter(main: types.ModuleType) -> Iterator[None]:
    """Give the program a `__main__` of its own, and undo afterwards what it did to shared things."""
    modules = dict(sys.modules)
    names = [*_SHARED, *(name for name in modules if name.startswith("backprop"))]
    spaces = [modules[name].__dict__ for name in names if name in modules]
    before = [(space, dict(space)) for space in spaces]
    methods = {name: getattr(random.Random, name) for name in ("random", "seed", "uniform")}
    path, limit = list(sys.path), sys.getrecursionlimit()
    environment = dict(os.environ)
    sys.modules["__main__"] = main
    _reseed()
    try:
        with warnings.catch_warnings(), np.errstate(), np.printoptions():
            yield
    finally:
        for space, kept in before:
            for name in space.keys() - kept.keys():
                if not isinstance(space[name], types.ModuleType):  # a part of a package, loaded for good
                    del space[name]
            space.update(kept)
        for name in [*modules, *sys.modules]:
            if name in modules:
                sys.modules[name] = modules[name]
            elif getattr(sys.modules[name], "__spec__", None) is None:
                del sys.modules[name]
        for name, method in methods.items():
            setattr(random.Random, name, method)
        sys.path[:] = path
        if environment != os.environ:
            os.environ.clear()
            os.environ.update(environment)
        if decimal := sys.modules.get("decimal"):  # only if a program has loaded it
            decimal.setcontext(decimal.DefaultContext)
        sys.setrecursionlimit(limit)
        sys.settrace(None)
        gc.enable()
        _reseed()


def _reseed() -> None:
    """Make the generators unpredictable again, so that a seed set by one run is not felt by the next."""
    random.seed()
    np.random.seed()
