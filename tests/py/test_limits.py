"""What a program may not do to the interpreter that runs it (sandbox/limits.py)."""

import asyncio
import atexit
import gc
import json
import os
import sys
import textwrap
import warnings
from asyncio import events
from contextlib import contextmanager, nullcontext

import pytest
from backprop import record
from backprop.page.session import run
from backprop.sandbox import float_errors


def test_endless_recursion_ends_soon_whatever_limit_the_program_sets():
    program = (
        "import sys\nsys.setrecursionlimit(10**9)\nprint('before')\ndef f(n):\n    return f(n + 1)\nf(0)\n"
    )
    recording = record(program, "xor")
    assert recording.error.type == "RecursionError"
    assert recording.error.line == 5
    assert recording.output == "before\n"


def test_a_program_at_its_second_try_may_not_call_deeply():
    chunks = []
    program = "class A:\n    def __getattr__(self, name):\n        return self.x\nA().y\n"
    run(program, "own", lambda header, *_: chunks.append(json.loads(header)), shallow=True)
    assert (chunks[-1]["error"]["type"], chunks[-1]["error"]["line"]) == ("RecursionError", 3)
    deep = "import sys\nsys.setrecursionlimit(5000)\ndef f(n): return n and f(n - 1)\nf(300)\n"
    run(deep, "own", lambda header, *_: chunks.append(json.loads(header)), shallow=True)
    assert chunks[-1]["error"]["type"] == "RecursionError"
    assert record(deep, "own").error is None


def test_the_interpreter_outlives_a_program_that_ends_it():
    for end in ("os._exit(3)", "os.abort()"):
        recording = record(f"import os\nprint('before')\n{end}\nprint('after')\n", "xor")
        assert (recording.error.type, recording.error.line) == ("SystemExit", 3)
        assert recording.output == "before\n"


def test_what_a_program_wants_called_at_its_end_is_called_then_and_never_again():
    program = """
    import atexit
    atexit.register(print, "last")
    atexit.register(print, "first", end="!\\n")
    gone = atexit.register(print, "never")
    atexit.unregister(print)
    atexit.register(print, "first", end="!\\n")
    @atexit.register
    def wrong():
        raise ValueError
    print("body")
    """
    assert record(textwrap.dedent(program), "xor").output == "body\nfirst!\n"


def test_a_run_leaves_nothing_behind():
    def shared():
        functions = sys.setrecursionlimit, os._exit, os.abort, atexit.register
        return *functions, list(gc.callbacks), sys.getrecursionlimit(), list(warnings.filters)

    before = shared()
    program = """
    import atexit, gc, os, sys, warnings
    sys.setrecursionlimit(5000)
    gc.callbacks.append(lambda *of: None)
    os.environ["LEFT"] = "behind"
    warnings.simplefilter("error")
    os._exit = sys.setrecursionlimit = None
    """
    record(textwrap.dedent(program), "xor")
    assert before == shared()
    assert "LEFT" not in os.environ


COROUTINES = """
import asyncio
import numpy as np
x, t = np.array([[0.5], [1.0]]), np.array([[1.0], [0.0]])
w1, w2 = np.array([[0.3, -0.2]]), np.array([[0.4], [0.1]])

def forward(x):
    h = 1 / (1 + np.exp(-x @ w1))
    return h, 1 / (1 + np.exp(-h @ w2))

async def step():
    global w1, w2
    h, y = forward(x)
    d2 = (y - t) * y * (1 - y)
    d1 = d2 @ w2.T * h * (1 - h)
    w2 = w2 - h.T @ d2
    w1 = w1 - x.T @ d1

async def main():
    for epoch in range(30):
        await step()
        await asyncio.sleep(0)
    print("trained")

START
"""


@contextmanager
def a_loop_that_runs():
    """As in the page's worker, or in a notebook."""
    before, loop = events._get_running_loop(), asyncio.new_event_loop()
    events._set_running_loop(loop)
    try:
        kept = loop, asyncio.run, asyncio.get_event_loop_policy()
        yield
        assert kept == (asyncio.get_running_loop(), asyncio.run, asyncio.get_event_loop_policy())
    finally:
        events._set_running_loop(before)
        loop.close()


@pytest.mark.parametrize("around", [nullcontext, a_loop_that_runs])
@pytest.mark.parametrize(
    "start",
    [
        "asyncio.run(main())",
        "asyncio.get_event_loop_policy().new_event_loop().run_until_complete(main())",
        "async def two():\n    await asyncio.gather(asyncio.sleep(0.001), asyncio.create_task(main()))\n"
        "asyncio.run(two())",
    ],
)
def test_coroutines_run_also_where_an_event_loop_runs_already(start, around):
    with around():
        recording = record(COROUTINES.replace("START", start))
    assert recording.error is None
    assert recording.output == "trained\n"
    assert recording.iterations == 30
    assert [part.parts for part in recording.verdict] == [{"delta": "agrees", "weights": "agrees"}] * 2


def test_coroutines_that_wait_for_each_other_are_an_error_with_its_line():
    with a_loop_that_runs():
        error = record(
            "import asyncio\nasync def main():\n    await asyncio.Event().wait()\nasyncio.run(main())\n"
        ).error
    assert (error.type, error.line) == ("RuntimeError", 4)
    assert "none can go on" in error.message


@pytest.mark.parametrize(
    "asks",
    [
        "np.seterr(all='raise')",
        "np.seterr(divide='warn', over='raise')",
        "with np.errstate(all='raise'): x = 1",
    ],
)
@pytest.mark.parametrize("told", [True, False])
def test_where_numpy_cannot_tell_of_a_division_by_0_that_is_said(monkeypatch, asks, told):
    """In the page: WebAssembly has no flags for it."""
    monkeypatch.setattr("backprop.sandbox.float_errors.are_told", lambda: told)
    notices = record(f"import numpy as np\n{asks}\n").notices
    assert ({"id": "no-float-errors", "line": 2} in notices) == (not told)


def test_numpy_is_asked_whether_it_tells_of_a_division_by_0():
    result = record("import numpy as np\nnp.seterr(all='raise')\nprint(np.ones(1) / np.zeros(1))\n")
    assert (result.error is not None) == float_errors.are_told()
    assert any(notice["id"] == "no-float-errors" for notice in result.notices) == (result.error is None)


def test_ignoring_them_needs_no_word(monkeypatch):
    monkeypatch.setattr("backprop.sandbox.float_errors.are_told", lambda: False)
    notices = record("import numpy as np\nnp.seterr(all='ignore')\n").notices
    assert not any(notice["id"] == "no-float-errors" for notice in notices)
