"""Weights that no update changes, beside others that are changed.

W[1:] -= rate * g[1:]          # W[0] is multiplied at the same place as the others, in every pass

They are known by where they stand: start values on the weights' side of a forward product, used before the first update
of the others and after it. A table that multiplies what the weights before it made, and that the way back multiplies again
(`h @ W2`, `d2 @ W2.T`), is a layer of its own.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict

import numpy as np

from backprop.roles.graph import Flags, Graph, is_product, is_sum
from backprop.roles.learned import Weights
from backprop.roles.network import forward_terms, made_of_terms
from backprop.roles.set_later import base_of, is_set_later
from backprop.syntax_tree import is_range, targets_of, walk
from backprop.trace.sandbox import parsed
from backprop.trace.syntax import loops_of
from backprop.trace.tape import Event, Ids, Kind, turns_around

_GIVEN = ("random", "constant", "data", "zeros")
_LEAST_UPDATES = 2
_MOST_STEPS = 3  # operations by which a table is scaled
_MOST_LOOKED_AT = 32  # weights of a place


def with_still(graph: Graph, weights: Weights) -> Weights:
    """The weights, and those that stay what they were; these have a root and no updates."""
    first = _first_updates(graph, weights)
    forward = set(first) | {weights.place[root] for root in weights.lost}
    events = [(n, e) for n, e in enumerate(graph.events) if e.where in forward and is_product(e)]
    sides = {place: some.pop() for place, some in _sides(weights, events).items() if len(some) == 1}
    others = np.zeros(graph.size, bool)  # inputs of forward products
    before: dict[tuple[int, int], set[int]] = defaultdict(set)
    after: dict[tuple[int, int], set[int]] = defaultdict(set)
    given = _given(graph)
    for number, event in events:
        if (side := sides.get(event.where)) is not None:
            others[event.operands[1 - side].ravel()] = True
            if event.where not in first:
                continue
            ids = event.operands[side].ravel()
            here = ids[given[ids] & (weights.root[ids] < 0)].tolist()
            (before if number < first[event.where] else after)[event.where].update(here)
    changing = Counter(weights.place[root] for root in weights.updates)
    for place in before:
        still = [id for id in before[place] & after[place] if not others[id]]
        # Where fewer change, others may have their turn later.
        if len(still) < changing[place] or _are_always_the_same(graph, weights, place):
            for id in still:
                weights.root[id] = id
                weights.place[id] = place
    _add_later_layers(graph, weights, given, others)
    return weights


def _are_always_the_same(graph: Graph, weights: Weights, place: tuple[int, int]) -> bool:
    """True if the statement that changes the weights of a forward place names them by an index that is the same in each
    update: `W[0] -= …`, `for i in range(3): w[0][i] -= …`, not `W[step % 3] -= …`; and no other statement may change the
    rest later."""
    tape = graph.tape
    made = next(made for root, made in weights.updates.items() if weights.place[root] == place)
    events = [tape.events[update.event] for update in made[:2]]
    line = tape.places[events[0].place].line
    entries = [{at: entry for at, _, entry in turns_around(tape, event.turn)} for event in events]
    anew = {tape.places[at] for at, entry in entries[0].items() if entries[-1].get(at) != entry}
    tree = parsed(tape.source)
    known = {
        loop.target.id
        for at, loop in loops_of(tree).items()
        if at in anew
        and isinstance(loop, ast.For)
        and isinstance(loop.target, ast.Name)
        and is_range(loop.iter)
    }
    targets = [
        target
        for node in walk(tree)
        if isinstance(node, ast.Assign | ast.AugAssign) and node.lineno <= line <= (node.end_lineno or 0)
        for target in targets_of(node)
    ]
    fixed = [base_of(ast.unparse(target)) for target in targets if _is_fixed(target, known)]
    return bool(fixed) and not is_set_later(tape, fixed)


def _is_fixed(target: ast.expr, known: set[str]) -> bool:
    """True for `W[0]`, `w[0][i]`, `W[:, 1:]`: all indices are numbers written there, or counted by loops (`known`)."""
    indices = []
    while isinstance(target, ast.Subscript):
        indices.append(target.slice)
        target = target.value
    parts = [part for index in indices for part in walk(index) if isinstance(part, ast.expr)]
    return bool(parts) and all(_is_number(part) or getattr(part, "id", None) in known for part in parts)


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Slice | ast.Tuple) or (
        isinstance(node, ast.Constant) and type(node.value) is int
    )


def _add_later_layers(graph: Graph, weights: Weights, given: Flags, inputs: Flags) -> None:
    """Take the tables of later layers that never change as weights; after a single update theirs may be still to come."""
    if max(map(len, weights.updates.values()), default=0) < _LEAST_UPDATES:
        return
    forward = made_of_terms(graph, forward_terms(graph, weights))
    used: dict[tuple[int, ...], list[Event]] = defaultdict(list)
    left_out = inputs | weights.is_weight
    needed = _needed(graph, weights)
    for number in sorted(needed):
        event = graph.events[number]
        for side, other in (event.operands, event.operands[::-1]) if is_product(event) else ():
            if forward[other].all() and not left_out[side].any() and _is_given(graph, side, given):
                used[tuple(sorted(side.ravel().tolist()))].append(event)
    for some, events in used.items():
        ids = np.array(some)
        if len({event.where for event in events}) > 1 and _is_layer(graph, events[0], ids):
            weights.root[ids] = ids
            weights.place |= dict.fromkeys(some, events[0].where)


def _is_given(graph: Graph, ids: Ids, given: Flags, steps: int = _MOST_STEPS) -> bool:
    """True for a table that the program was given or drew, perhaps scaled: `0.5 * rng.normal(size=(4, 1))`."""
    first = int(ids.flat[0])
    if given[ids].all() or graph.is_literal(first):
        return True
    event = graph.tape.event(first)
    is_whole = event.size == ids.size and event.kind is Kind.ELEMENTWISE
    return is_whole and steps > 0 and all(_is_given(graph, one, given, steps - 1) for one in event.operands)


def _is_layer(graph: Graph, first: Event, ids: Ids) -> bool:
    """True for a table of different numbers; for a single number that was drawn, if its products are added up. A learning
    rate is a number that the program sets, and a mask of dropout makes factors."""
    if first.kind is Kind.PRODUCT:
        return bool(np.ptp(graph.value[ids]))
    drawn = all(graph.tape.event(id).operation == "random" for id in ids.tolist())
    users = [graph.events[number] for number in graph.consumers(first.first)]
    is_added = (user.operation == "sum" or (is_sum(user) and user.operation == "add") for user in users)
    return drawn and first.size == 1 and any(is_added)


def _needed(graph: Graph, weights: Weights) -> set[int]:
    """The events that the first update of a weight of each forward place depends on."""
    first = {weights.place[root]: made[0].event for root, made in reversed(weights.updates.items())}
    return set().union(*(graph.ancestors(event) for event in first.values()))


def _given(graph: Graph) -> Flags:
    """By id: True for a number that the program was given or drew, and does not write in a formula."""
    found = np.zeros(graph.size, bool)
    for event in graph.events:
        if event.kind is Kind.SOURCE and event.operation in _GIVEN:
            found[event.first : event.first + event.size] = True
    return found


def _first_updates(graph: Graph, weights: Weights) -> dict[tuple[int, int], int]:
    """The first event that changes a weight, for each forward place all of whose weights change together: where each has its
    turn (one row, drawn at random, in each iteration), others may have theirs later."""
    roots: dict[tuple[int, int], list[int]] = defaultdict(list)
    for root in weights.updates:
        roots[weights.place[root]].append(root)
    latest = {event.where: number for number, event in enumerate(graph.events) if is_product(event)}
    found = {}
    for place, some in roots.items():
        uses = set()
        for root in some[:: 1 + len(some) // _MOST_LOOKED_AT]:
            *before, last = _uses(graph, weights, root)
            # Else another weight was written to its place.
            if last or weights.updates[root][-1].event > latest[place]:
                uses.add(tuple(before))
        shortest = min(map(len, uses), default=0)
        if shortest >= _LEAST_UPDATES and len({one[:shortest] for one in uses}) == 1:
            found[place] = min(weights.updates[root][0].event for root in some)
    return found


def _uses(graph: Graph, weights: Weights, root: int) -> list[int]:
    """The number of forward products that use each version of a weight."""
    place = weights.place[root]
    versions = [root, *(one.after for one in weights.updates[root])]
    return [sum(graph.events[user].where == place for user in graph.consumers(one)) for one in versions]


def _sides(weights: Weights, events: list[tuple[int, Event]]) -> dict[tuple[int, int], set[int]]:
    """The sides of the product (0: left, 1: right) that hold weights, by forward place."""
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    for _, event in events:
        for side, operand in enumerate(event.operands):
            if _holds_weights(weights, operand):
                found[event.where].add(side)
    return found


def _holds_weights(weights: Weights, operand: Ids) -> bool:
    return bool((weights.root[operand] >= 0).any())
