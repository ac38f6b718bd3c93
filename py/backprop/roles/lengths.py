"""Lengths of gradients: what a program divides by that limits the length of a step.

n = np.sqrt((g ** 2).sum())      # or np.linalg.norm(g)
if n > 1: g *= 1 / n
"""

from __future__ import annotations

from backprop.trace.tape import Kind, Tape

_MOST = 16  # numbers that a factor is made of, element by element


def holds_length(tape: Tape, id: int) -> bool:
    """True if a number is made, element by element, from a root of a sum over many numbers, or a norm."""
    queue, seen = [(id, False)], {id}
    while queue and len(seen) < _MOST:
        one, in_root = queue.pop()
        event = tape.event(one)
        if event.kind is Kind.REDUCTION:
            if event.operation == "norm" or in_root:
                return True
            continue
        if event.kind is not Kind.ELEMENTWISE:
            continue
        operands = tape.operands(one)
        half = event.operation == "power" and tape.values[operands[-1]] == 0.5
        for operand in operands:
            if operand not in seen:
                seen.add(operand)
                queue.append((operand, in_root or half or event.operation == "sqrt"))
    return False
