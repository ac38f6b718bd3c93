"""The numbers that a program makes of its outputs and needs for no update: errors are among them."""

from __future__ import annotations

from typing import Any

import numpy as np

from backprop.roles.find import Roles
from backprop.roles.graph import Flags
from backprop.trace.partials import STEPS
from backprop.trace.tape import Kind

_MOST_COMPUTED = 64  # numbers of one place


def ends_of(roles: Roles, last: set[int], parameters: Flags) -> list[list[int]]:
    """The numbers that depend on outputs and lead to no update, by the place that computed them; the last ones first. `last`
    are the ids of the nets of the last layer, `parameters` flags the ids that are learned."""
    graph, tape = roles.graph, roles.tape
    depends = np.zeros(graph.size, bool)
    depends[list(last)] = True
    needed = _needed(roles)
    # The last changes of biases are needed by no update that was seen, but those before them are.
    needed_at = {event.where for event in tape.events if needed[event.first]}
    by_place: dict[int, list[int]] = {}
    users: set[int] = set()
    start = int(tape.owner[min(last)]) if last else len(tape.events)
    for event in tape.events[start:]:
        if not event.operands or event.kind is Kind.OPAQUE or event.operation in STEPS:
            continue  # an error that is only compared (`if error < best: break`) is an end
        ids = np.concatenate([one.ravel() for one in event.operands])
        if not (depends[ids] & ~parameters[ids]).any():
            continue
        here = slice(event.first, event.first + event.size)
        depends[here] |= roles.weights.root[here] < 0
        users.update(ids.tolist())
        if event.size == 1 and event.where not in needed_at and event.first not in last:
            by_place.setdefault(event.place, []).append(event.first)
    ends = [[id for id in ids if id not in users] for ids in by_place.values()]
    return [ids[:_MOST_COMPUTED] for ids in reversed(ends) if ids]


def _needed(roles: Roles) -> Any:
    """By id: True if an update depends on it."""
    graph = roles.graph
    updates = [u.event for made in roles.weights.updates.values() for u in made]
    needed = np.zeros(graph.size, bool)
    found: set[int] = set()
    stack = list(set(updates))
    while stack:
        number = stack.pop()
        if number not in found:
            found.add(number)
            stack += graph.operand_events[number]
    for number in found:
        event = graph.events[number]
        needed[event.first : event.first + event.size] = True
    return needed
