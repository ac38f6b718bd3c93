"""Learned inputs: rows of a table that are picked by a sample's number, multiplied by weights, and changed as weights are.

h = E[word] @ W        # E is an embedding: each sample multiplies another row of it by the same W

Both factors of the product learn. The weights are those that every sample uses.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from backprop.roles.graph import Graph, is_product
from backprop.roles.learned import Weights
from backprop.roles.net import NotFound
from backprop.trace.tape import Event, Ids, Kind

_MOST_EVENTS = 64  # of one place are looked at


def without_learned_inputs(graph: Graph, weights: Weights) -> Weights:
    """The weights without the inputs that a program learns, too: those are listed in `inputs`. Raises NotFound where each
    sample multiplies numbers of its own of both tables: of the words and their neighbours, of users and films."""
    roots: set[int] = set()
    for some in _products_of_two(graph, weights).values():
        sides = [[weights.root[event.operands[side]] for event in some] for side in (0, 1)]
        changing = [_are_picked(tables, side, some[0]) for side, tables in enumerate(sides)]
        if all(changing):
            raise NotFound("two-tables", place=some[0].place)
        if any(changing):
            for table in sides[changing.index(True)]:
                roots.update(np.unique(table).tolist())
    if not roots:
        return weights
    rest = weights.only(weights.updates.keys() - roots)
    rest.inputs = weights.versions_of(roots)
    return rest


def _products_of_two(graph: Graph, weights: Weights) -> dict[tuple[int, int], list[Event]]:
    """The forward products of weights by weights, by place."""
    forward = set(weights.place.values())
    found: dict[tuple[int, int], list[Event]] = defaultdict(list)
    for event in graph.events:
        some = found[event.where] if is_product(event) and event.where in forward else None
        if some is None or len(some) >= _MOST_EVENTS:
            continue
        if all((weights.root[operand] >= 0).all() and operand.size for operand in event.operands):
            some.append(event)
    return {where: some for where, some in found.items() if some}


def _are_picked(tables: list[Ids], side: int, event: Event) -> bool:
    """True if one factor of the products at a place is another one for other samples: other roots in another event, or one
    row that stands in the table twice."""
    if len({table.tobytes() for table in tables}) > 1:
        return True
    if event.kind is not Kind.PRODUCT:
        return False
    rows = tables[0] if side == 0 else tables[0].T
    return len(np.unique(rows, axis=0)) < len(rows)
