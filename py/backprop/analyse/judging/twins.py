"""Numbers that a program computes twice: the same operation on the same numbers.

P = np.exp(X @ V) / np.exp(X @ V).sum(axis=1, keepdims=True)      # each net stands here twice
"""

from __future__ import annotations

from collections import defaultdict

from backprop.roles.graph import Graph, is_product
from backprop.roles.net import Net


def twins_of(graph: Graph, nets: list[Net]) -> dict[int, list[int]]:
    """The twins of each net: other ids with the same number, computed again at another place of the program."""
    products = [
        (event.operation, *(one.tobytes() for one in event.operands))
        for event in graph.events
        if is_product(event)
    ]
    if len(set(products)) == len(products):
        return {}
    first = list(range(graph.size))
    known: dict[tuple[object, ...], int] = {}
    same: dict[int, list[int]] = defaultdict(list)
    for event in graph.events:
        if not event.operands:
            continue
        operands = [tuple(first[id] for id in one.ravel().tolist()) for one in event.operands]
        key = (event.operation, event.shape, *operands)
        at = known.setdefault(key, event.first)
        for step in range(event.size if at != event.first else 0):
            first[event.first + step] = first[at + step]
            same[first[at + step]].append(event.first + step)
    ids = {net.id for net in nets}
    return {id: [one for one in same[first[id]] if one not in ids] for id in ids if same[first[id]]}
