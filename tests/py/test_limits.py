"""What a program may not do to the interpreter that runs it (sandbox/limits.py)."""

import atexit
import gc
import os
import sys
import textwrap
import warnings

from backprop import record


def test_endless_recursion_ends_soon_whatever_limit_the_program_sets():
    program = (
        "import sys\nsys.setrecursionlimit(10**9)\nprint('before')\ndef f(n):\n    return f(n + 1)\nf(0)\n"
    )
    recording = record(program, "xor")
    assert recording.error.type == "RecursionError"
    assert recording.error.line == 5
    assert recording.output == "before\n"


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
