"""Weights that one sample passes through twice, by two names or two objects that share one array.

w_hidden = w_output = rng.normal(size=(3, 3))
h = sigmoid(w_hidden @ x)
o = sigmoid(w_output @ h)        # the same numbers again: no layer of their own
"""

from __future__ import annotations

import numpy as np

from backprop.network import ACTIVATIONS
from backprop.roles.graph import Flags, Graph, is_product, is_sum
from backprop.roles.learned import Weights
from backprop.roles.net import Net
from backprop.roles.outputs import sureness_of
from backprop.trace.tape import Event, Kind

_MOST_STEPS = 12  # operations of an activation
_MOST_FOLLOWED = 600  # numbers behind a product
_LEAST_SURE = 1.0  # `+ eps` is a sum with a number of the program, too
_MOST_EVENTS = 3_000  # are looked at
_MOST_NUMBERS = 8  # of one product are looked at
_NEAR = 1e-12
_CURVED = ("sigmoid", "tanh", "relu")  # activations that change the net


def used_again(graph: Graph, weights: Weights, nets: list[Net]) -> int | None:
    """The place where changed weights multiply what their own nets became by an activation; None if there is none. Those of
    the beginning may be copies: `V = W.copy()`."""
    net_ids = {net.id for net in nets}
    forward = set(weights.place.values())
    in_nets = np.zeros(graph.size, bool)
    for net in nets:
        in_nets[net.weights] = True
    in_nets &= weights.root != np.arange(graph.size)
    learned = weights.is_learned
    for net in nets:
        learned[[id for id, _ in net.biases]] = True
    for event in graph.events[:_MOST_EVENTS]:
        if not is_product(event) or event.where in forward:
            continue
        for mine, other in (event.operands, event.operands[::-1]):
            if (
                mine.size
                and other.size
                and in_nets[mine].all()
                and all(_is_activation(graph, id, net_ids) for id in other.ravel()[:_MOST_NUMBERS].tolist())
                and _meets_data(graph, event, learned)
            ):
                return event.place
    return None


def _meets_data(graph: Graph, product: Event, learned: Flags) -> bool:
    """True if what a product gives is compared with data, before it changes what is learned: it belongs to a forward pass.
    A backward pass may multiply weights by activations, too, by mistake: outputs in place of their deltas."""
    starts = graph.starts
    stack = [product.first + at for at in range(min(product.size, _MOST_NUMBERS))]
    seen = set(stack)
    while stack and len(seen) < _MOST_FOLLOWED:
        id = stack.pop()
        for event in (graph.events[number] for number in graph.consumers(id)):
            after = graph.results_of(event, id)
            others = [one for result in after[:1] for one in graph.tape.operands(result) if one != id]
            if any(learned[one] for one in (*after[:1], *others)) and is_sum(event):
                continue  # a change, or a bias
            given = [one for one in others if starts[one] and not graph.is_literal(one)]
            if any(_is_target(graph, event, after[0], one) for one in given):
                return True
            fresh = [one for one in after[:_MOST_NUMBERS] if one not in seen and not learned[one]]
            seen.update(fresh)
            stack += fresh
    return False


def _is_target(graph: Graph, event: Event, result: int, id: int) -> bool:
    """True if an event surely compares something with an id; a learning rate, one number for all, may be divided, too."""
    if event.operation == "divide" and not np.ptp(event.operands[0]):
        return False
    return sureness_of(graph, event.operation, graph.tape.operands(result), id) >= _LEAST_SURE


def _is_activation(graph: Graph, id: int, nets: set[int]) -> bool:
    """True if an id is an activation of one net, computed from it and from constants alone. A delta is computed from a
    target, too; where that is a 0 in the program's text, a difference to 0 tells it."""
    stack: list[int] = [id]
    seen: set[int] = set()
    below: set[int] = set()
    while stack and len(seen) < _MOST_STEPS:
        one = stack.pop()
        if one in seen:
            continue
        seen.add(one)
        event = graph.tape.event(one)
        if one in nets:
            below.add(one)
        elif event.kind is Kind.ELEMENTWISE:
            operands = graph.tape.operands(one)
            if event.operation == "subtract" and any(graph.value[operand] == 0 for operand in operands):
                return False
            stack += operands
        elif event.kind is not Kind.SOURCE or event.operation not in ("literal", "constant"):
            return False
    if stack or len(below) != 1 or id in nets:
        return False
    net, value = float(graph.value[below.pop()]), float(graph.value[id])
    with np.errstate(all="ignore"):
        return any(abs(ACTIVATIONS[name].value(net) - value) <= _NEAR for name in _CURVED)
