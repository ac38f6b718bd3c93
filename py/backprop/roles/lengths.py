"""Lengths of gradients: what a program divides by that limits the length of a step.

n = np.sqrt((g ** 2).sum())      # or np.linalg.norm(g)
if n > 1: g *= 1 / n
"""

from __future__ import annotations

from backprop.roles.graph import Flags
from backprop.trace.tape import Kind, Tape

_MOST = 16  # numbers that a factor is made of, element by element


def holds_length(tape: Tape, id: int, between: Flags) -> bool:
    """True if a number is made, element by element, from a root of a sum over many squares, or a norm. Data divided by
    their standard deviation are none, nor is what earlier updates did to a weight: `between` has the ids that depend on
    nets and weights, without these themselves."""
    queue, seen = [(id, False)], {id}
    while queue and len(seen) < _MOST:
        one, in_root = queue.pop()
        event = tape.event(one)
        if event.kind is Kind.REDUCTION:
            if event.operation == "norm" or (in_root and _is_square(tape, tape.operands(one)[0])):
                return True
            continue
        if event.kind is not Kind.ELEMENTWISE:
            continue
        operands = tape.operands(one)
        half = event.operation == "power" and tape.values[operands[-1]] == 0.5
        for operand in operands:
            if operand not in seen and between[operand]:
                seen.add(operand)
                queue.append((operand, in_root or half or event.operation == "sqrt"))
    return False


def _is_square(tape: Tape, id: int) -> bool:
    """True for g * g, g ** 2 and np.square(g), and for sums of them."""
    event = tape.event(id)
    if event.kind is Kind.REDUCTION:
        return _is_square(tape, tape.operands(id)[0])
    if event.kind is not Kind.ELEMENTWISE:
        return False
    operands = tape.operands(id)
    return (
        event.operation == "square"
        or (event.operation == "power" and tape.values[operands[-1]] == 2)
        or (event.operation == "multiply" and operands[0] == operands[1])
    )
