"""An exception as the student should see it: on the last of their own lines that it passed through."""

from __future__ import annotations

import traceback
import types
from dataclasses import replace

from backprop.model.recording import RunError
from backprop.sandbox.budget import OutOfBudget
from backprop.sandbox.explanation import explained
from backprop.sandbox.files import missing_file
from backprop.sandbox.operands import operands_of

FILE = "<your program>"


def told(error: BaseException) -> RunError:
    """The error as the student should see it: on one of their own lines, with what it is about."""
    placed = _placed(error)
    return replace(placed, explanation=explained(error, placed.message, FILE))


def _placed(error: BaseException) -> RunError:
    """The error on the last of the student's own lines that it passed through."""
    kind = error.what if isinstance(error, OutOfBudget) else type(error).__name__
    frames = [
        frame
        for frame, (code, _) in zip(traceback.extract_tb(error.__traceback__), _code_and_line(error))
        if frame.filename == FILE
        and not (isinstance(error, RecursionError) and frame.lineno == code.co_firstlineno)
    ]
    if frames:
        column = frames[-1].colno
        column = None if column is None else column + 1
        placed = RunError(kind, _message(error), frames[-1].lineno, column)
        return replace(placed, operands=operands_of(error, FILE), file=missing_file(error))
    if isinstance(error, SyntaxError):
        return RunError(kind, error.msg, error.lineno, error.offset)
    return RunError(kind, _message(error), None, None, file=missing_file(error))


def _code_and_line(error: BaseException) -> list[tuple[types.CodeType, int]]:
    return [(frame.f_code, line) for frame, line in traceback.walk_tb(error.__traceback__)]


def _message(error: BaseException) -> str:
    try:
        return repr(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    except (
        BaseException
    ):  # the student's own __str__ or __repr__, which may also leave, or be stopped in a loop
        return ""


def no_input(prompt: object = "", /) -> str:
    """Stand in for `input`. Raises EOFError, with the advice to give the variable its value in the program."""
    raise EOFError(
        "input() has no keyboard to read from here: give the variable its value in the program instead"
    )
