"""Finds the lines of a program that read the clock, or random numbers of the system, which differ in the next run.

Asked only of a program that has been seen to compute other numbers the second time. Such a line may be the reason, so
the page says "line 3 reads the clock", and no more.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from backprop.sandbox.written_out import parsed
from backprop.syntax_tree import walk

_CLOCK = {
    "time": {
        "time",
        "perf_counter",
        "monotonic",
        "process_time",
        "thread_time",
        "localtime",
        "gmtime",
        "ctime",
    },
    "datetime": {"now", "today", "utcnow"},
}
_ENTROPY = {
    "os": {"urandom", "getrandom"},
    "uuid": {"uuid1", "uuid4"},
    "secrets": {"SystemRandom", "choice", "randbelow", "randbits", "token_bytes", "token_hex"},
    "random": {"SystemRandom"},
}
# Generators that ask the system if they are made without a seed. (`default_rng` of a repeated run does not.)
_UNSEEDED = {
    "random": {"Random"},
    "numpy": {"RandomState", "SeedSequence", "PCG64", "MT19937", "Philox", "SFC64"},
}


class Cause(NamedTuple):
    """A reason why numbers differ the second time: `what` is "clock", "entropy" or "unknown", with the line (0: none)."""

    what: str
    line: int


def cause_of(source: str) -> Cause:
    """The first call in a program that is another the next time; `Cause("unknown", 0)` if its text has none.

    >>> cause_of("import time\\nrate = time.time() % 1")
    Cause(what='clock', line=2)
    """
    try:
        tree = parsed(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Cause("unknown", 0)
    found = sorted(_causes(tree), key=lambda cause: cause.line)
    return found[0] if found else Cause("unknown", 0)


def _causes(tree: ast.Module) -> Iterator[Cause]:
    modules = _imported(tree)
    for node in walk(tree):
        if not isinstance(node, ast.Call):
            continue
        *path, name = _path(node.func)
        module, *others = modules.get(path[0] if path else name, "").split(".")
        name = others[-1] if others and not path else name
        plain = name.removesuffix("_ns")
        if plain in _CLOCK.get(module, ()):
            yield Cause("clock", node.lineno)
        is_unseeded = name in _UNSEEDED.get(module, ()) and not node.args and not node.keywords
        if is_unseeded or name in _ENTROPY.get(module, ()):
            yield Cause("entropy", node.lineno)


def _path(function: ast.expr) -> list[str]:
    """The names of `np.random.Random`, in order; `[""]` for what is no such path."""
    if isinstance(function, ast.Name):
        return [function.id]
    if isinstance(function, ast.Attribute):
        before = _path(function.value)
        return [*before, function.attr] if before[0] else [""]
    return [""]


def _imported(tree: ast.Module) -> dict[str, str]:
    """The origin of each imported name: `{"np": "numpy", "clock": "time.perf_counter"}`."""
    found: dict[str, str] = {}
    for node in walk(tree):
        if isinstance(node, ast.Import):
            found |= {one.asname or one.name.split(".")[0]: one.name.split(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            package = node.module.split(".")[0]
            found |= {one.asname or one.name: f"{package}.{one.name}" for one in node.names}
    return found
