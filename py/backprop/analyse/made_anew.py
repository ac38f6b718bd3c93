"""Weights that are made anew in each turn of the training loop: what one turn has learnt, the next one throws away.

for epoch in range(1000):
    W = np.random.rand(2, 1)         # belongs before the loop
    for x, t in zip(X, T): …
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from backprop.analyse.findings import Finding
from backprop.analyse.handed_on import hands_on
from backprop.analyse.judging.types import Point
from backprop.roles.find import Roles
from backprop.syntax_tree import variables_in, walk
from backprop.trace.tape import Kind, Tape, turns_around

if TYPE_CHECKING:
    from backprop.model.recording import Recording

_LEAST_TURNS = 20  # fewer may be trials, each with its own weights
_MOST_STEPS = 40  # operations that make a weight
_LOOKED_AT = 3  # iterations of a structure


def made_in_loop(roles: Roles, tape: Tape) -> tuple[int, int] | None:
    """The line that makes the first weights and that of the innermost loop which makes them and changes them in one turn,
    and makes them in another turn again; None if no loop does. `tape` goes on where that of the roles ends."""
    root, made = min(roles.weights.updates.items())
    start = tape.event(root)
    around = set(turns_around(tape, start.turn))
    update = roles.graph.events[made[0].event]
    loop = next((one for one in turns_around(tape, update.turn) if one in around), None)
    if loop is None or not start.place or not _is_made_in(tape, root, loop):
        return None
    if not any(one.place == start.place and loop not in turns_around(tape, one.turn) for one in tape.events):
        return None  # `if model.weights is None:` makes them in the first turn alone
    return tape.places[start.place].line, tape.places[loop[0]].line


def _is_made_in(tape: Tape, root: int, loop: tuple[int, int, int]) -> bool:
    """True if a number is made of random numbers or data of this turn of a loop alone: not `W + momentum * V`."""
    stack, made = [root], False
    for _ in range(_MOST_STEPS):
        if not stack:
            return made
        event = tape.event(stack.pop())
        if event.kind is Kind.SOURCE and event.operation not in ("literal", "constant"):
            made = loop in turns_around(tape, event.turn)
            if not made:
                return False
        stack += tape.operands(event.first) if event.operands else []
    return False


def made_anew(recording: Recording) -> Finding | None:
    """The finding on it: a remark where the loop hands something on (the mean of many trainings), else a mistake. None where
    a turn goes through a sample twice (then it is a training of its own), where the loop goes on with its own variable
    (several rates), or has few turns."""
    verdict, found = recording.judgement, recording.found
    if verdict is None or found is None or verdict.made_in_loop is None:
        return None
    line, loop = verdict.made_in_loop
    source = recording.repeat.source if recording.repeat else ""
    if found.networks[found.network - 1].line != loop or recording.iterations < _LEAST_TURNS:
        return None
    if _uses_its_variable(source, loop) or not all(_goes_once(recording)):
        return None
    kind = "remark" if hands_on(source, loop) else "mistake"
    return Point("weights-made-anew", kind, 1, line, {"loop": loop}).finding()


def _goes_once(recording: Recording) -> Iterator[bool]:
    """For the first kept iterations: True if no sample is passed twice; all samples side by side are one pass."""
    for block in recording.blocks[:_LOOKED_AT]:
        for samples in block.samples[:_LOOKED_AT].tolist():
            yield len(samples) == 1 or (min(samples) >= 0 and len(set(samples)) == len(samples))


def _uses_its_variable(source: str, line: int) -> bool:
    """True if the loop in a line computes with its own variable; to print it, or to ask for it (`if epoch % 100 == 0`), is
    no use."""
    loops = [one for one in walk(ast.parse(source)) if isinstance(one, ast.For) and one.lineno == line]
    for loop in loops:
        names = variables_in(loop.target)
        for statement in loop.body:
            if any(isinstance(one, ast.Name) and one.id in names for one in _of_use(statement)):
                return True
    return False


def _of_use(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a statement but what is printed, and the tests of `if`."""
    is_print = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    if is_print:
        return
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(node, ast.If) and child is node.test):
            yield from _of_use(child)
