"""Parameters that a program leaves as they are by its own choice: a condition in the loop that changes the others.

for name, p in params.items():
    if name in frozen:
        continue
    p -= rate * grads[name]
"""

from __future__ import annotations

import ast

from backprop.analyse.judging.evidence import Evidence
from backprop.trace.tape import turns_around


def is_by_choice(evidence: Evidence, first: int, second: int) -> bool:
    """True if a condition decides in each turn of a loop over weights and biases whether one is changed.
    `first` and `second` are the events (numbers) of two updates of one of those that are."""
    tape = evidence.tape
    inner = [next(turns_around(tape, tape.events[number].turn), None) for number in (first, second)]
    if inner[0] is None or inner[1] is None or inner[0][2] == inner[1][2]:
        return False  # no loop that each update runs through anew
    line = evidence.line_of(tape.events[first])
    loop = evidence.loops.get(tape.places[inner[0][0]])
    return isinstance(loop, ast.For | ast.While) and _decides(loop.body, line)


def _decides(body: list[ast.stmt], line: int) -> bool:
    """True if a condition among these statements decides whether the statement of a line is run."""
    for statement in body:
        if statement.lineno <= line <= (statement.end_lineno or 0):
            return isinstance(statement, ast.If)
        if isinstance(statement, ast.If) and any(isinstance(one, ast.Continue) for one in statement.body):
            return True
    return False
