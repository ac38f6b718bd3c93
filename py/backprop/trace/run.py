"""Traces a program: see `trace`."""

from __future__ import annotations

import linecache
import random
import sys
import types
from collections.abc import Callable

import numpy as np

from backprop.trace.bounds import Bounds, StopTracing
from backprop.trace.builder import Builder, Look
from backprop.trace.hooks import Hooks
from backprop.trace.rewrite import rewritten
from backprop.trace.sandbox import (
    FILE,
    MOST_OUTPUT,
    Output,
    RandomState,
    new_random_state,
    own_builtins,
    set_random_state,
    surroundings,
)
from backprop.trace.switch import Switch
from backprop.trace.tape import Tape
from backprop.trace.tracer import Tracer

_FRAMES_PER_CALL = 3

Printed = Callable[[str], None]


def trace(
    source: str,
    look: Look | None = None,
    bounds: Bounds = Bounds(),  # noqa: B008  (it is frozen)
    main: types.ModuleType | None = None,
    random_state: RandomState | None = None,
    output: Output | None = None,
    switch: Switch | None = None,
    printed: Printed | None = None,
) -> Tape:
    """Run a program and return the tape of its first updates.

    `look` is called with the tape as it stands when it has grown to `bounds.looks` events; True ends the trace. The
    program runs in the module `main`, by default a new one, from `random_state`, by default from an unpredictable one;
    the state of the host's generators is restored. What it prints goes to `output`. With a `switch` only one turn of a
    loop is traced. `printed` hears, before what may take long, all that was printed until then. Whatever the program does
    wrong is told by the tape (`ended`, `error`), never raised.
    """
    if not isinstance(source, str):
        raise TypeError(f"source is {type(source).__name__}: wanted the program as a str")
    output = output or Output(MOST_OUTPUT)
    builder = Builder(source, bounds, look, (lambda: printed(output.text)) if printed else None)
    main = main or types.ModuleType("__main__")
    host = random.getstate(), np.random.get_state()
    try:
        with surroundings(main, output, random_state or new_random_state()):
            error = _run(source, main, builder, switch)
    finally:
        set_random_state(host)
    if builder.failure is not None:
        raise builder.failure
    return builder.tape(builder.ended or ("error" if error else "done"), None if builder.ended else error)


def _run(
    source: str, main: types.ModuleType, builder: Builder, switch: Switch | None
) -> BaseException | None:
    """Run the program with its hooks; return what it raised, if anything."""
    linecache.cache[FILE] = (len(source), None, source.splitlines(keepends=True), FILE)
    main.__dict__["__builtins__"] = own_builtins()
    tracer = Tracer(builder)
    hooks = Hooks(tracer)
    if sys.platform != "emscripten":  # where a deeper stack ends the interpreter
        sys.setrecursionlimit(_FRAMES_PER_CALL * sys.getrecursionlimit())
    try:
        table = hooks.table() | (switch.table() if switch else {})
        make = switch.rewriter if switch else None
        code, rewriter = rewritten(source, FILE, table, builder.places, make)
        tracer.identity.literals = rewriter.literals
        hooks.items.targets = rewriter.targets
        hooks.items.properties = rewriter.names.properties
        hooks.patterns = rewriter.patterns
        builder.start()
        if switch:
            switch.begin(builder, hooks.forget)
        exec(code, main.__dict__)
    except StopTracing:
        return None
    except BaseException as error:  # whatever it is, it is the student's
        return error
    finally:
        tracer.identity.forget()
    return None
