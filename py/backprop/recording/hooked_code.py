"""Compiles an instrumented program, and puts our functions (the hooks) into the compiled code as constants."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from types import CodeType
from typing import Any

from backprop.recording.sites import Instrumented


def compiled(program: Instrumented, file: str) -> CodeType:
    """The rewritten program compiled, each hook the number that stands for it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # it looks as if numbers were called
        return compile(program.tree, file, "exec", dont_inherit=True)


def with_hooks(code: CodeType, hooks: Mapping[int, Any]) -> CodeType:
    """Compiled code with each hook in the place of the number that stands for it."""

    def put(constant: Any) -> Any:
        """A constant, or the hook that its number stands for."""
        if isinstance(constant, CodeType):
            return with_hooks(constant, hooks)
        return hooks.get(constant, constant) if type(constant) is int else constant

    return code.replace(co_consts=tuple(map(put, code.co_consts)))
