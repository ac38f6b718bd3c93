"""A learning rate of its own for each weight: `w[j][i] += rate[j][i] * delta[j] * x[i]`."""

from __future__ import annotations

from dataclasses import replace

from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.steps import Row

_MOST_FACTORS = 20  # of one change


def with_own_rates(evidence: Evidence, rows: list[Row]) -> list[Row]:
    """The rows with the constants that each change is multiplied by as its scale; [] if one of them has the other sign than
    the scale found before."""
    own = [replace(row, scale=_constant(evidence, row)) for row in rows]
    return own if all(one.scale * row.scale > 0 for one, row in zip(own, rows)) else []


def _constant(evidence: Evidence, row: Row) -> float:
    """The product of all factors of a change that are neither an input nor computed from the network; 0 if the change is
    no product."""
    tape = evidence.tape
    update = tape.event(row.after)
    sides = tape.operands(row.after)
    if update.operation not in ("add", "subtract") or len(sides) != 2 or row.before not in sides:
        return 0.0
    result = -1.0 if update.operation == "subtract" else 1.0
    queue = [one for one in sides if one != row.before]
    for _ in range(_MOST_FACTORS):
        if not queue:
            return result
        id = queue.pop()
        operation = tape.event(id).operation
        if operation == "multiply":
            queue += tape.operands(id)
        elif operation == "negative":
            result = -result
            queue += tape.operands(id)
        elif not evidence.varies[id] and not evidence.is_input[id]:
            result *= float(evidence.values[id])
    return 0.0
