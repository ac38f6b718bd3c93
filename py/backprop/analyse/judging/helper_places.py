"""Places in helpers that serve several ends: a finding there names the line that calls the helper.

def dot(v, w): return sum(a * b for a, b in zip(v, w))    # makes nets, and sums over the deltas of the next layer
def sigmoid(z): return 1 / (1 + exp(-z))                  # makes activations, and stands in a slope
class Matrix: def __sub__(self, other): …                 # changes weights, and compares outputs with targets
def mul(a, b): return [x * y for x, y in zip(a, b)]       # one operation on what it is given, called in several lines
"""

from __future__ import annotations

import ast
import builtins
from collections import defaultdict

from backprop.roles.find import Roles
from backprop.syntax_tree import walk
from backprop.trace.derivative import Flags
from backprop.trace.tape import Kind


def helper_places(roles: Roles, parameters: Flags, tree: ast.Module) -> set[int]:
    """The places of the program (`tree`) that a helper shares between its callers: their results are changed weights or
    biases (`parameters`: flags by id) when called from some lines and other numbers from others, or nets and
    activations from some and parts of the backward pass from others, or it does one operation on its arguments."""
    contexts: dict[int, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for event in roles.tape.events:
        if event.kind is Kind.ELEMENTWISE:
            contexts[event.place][bool(parameters[event.first])].add(event.context)
    found = {place for place, (others, own) in contexts.items() if others and own and not others & own}
    return found | _forward_and_backward(roles) | _of_one_operation(roles, tree)


def _forward_and_backward(roles: Roles) -> set[int]:
    """The places that make nets or activations in some contexts, and in others numbers behind the outputs that the first
    updates use."""
    graph, nets = roles.graph, roles.network.nets
    forward: dict[int, set[int]] = defaultdict(set)
    for id in (*(net.id for net in nets), *roles.outputs.activation.values()):
        event = roles.tape.event(id)
        forward[event.place].add(event.context)
    first = [
        next((its[0].event for one in layer if (its := roles.weights.updates.get(one))), len(graph.events))
        for layer in roles.network.layers
    ]
    made = [int(graph.owner[net.id]) for net in nets if graph.owner[net.id] < min(first)]
    updates = [number for number in first if number < len(graph.events)]
    if not made or not updates:
        return set()
    backward = graph.ancestors_of(updates, made[0]) - graph.ancestors_of(made, made[0])
    events = [roles.tape.events[number] for number in backward]
    return {one.place for one in events if one.place in forward and one.context not in forward[one.place]}


def _of_one_operation(roles: Roles, tree: ast.Module) -> set[int]:
    """The places in functions that are called in several lines, and do one operation on all their arguments."""
    tape = roles.tape
    places: dict[ast.AST, set[int]] = defaultdict(set)
    operations: dict[ast.AST, set[str]] = defaultdict(set)
    calls: dict[ast.AST, set[int]] = defaultdict(set)
    function_of = _functions_by_line(tree)
    for event in tape.events:
        function = function_of.get(tape.places[event.place].line)
        if function is not None and event.context > 0:
            places[function].add(event.place)
            operations[function].add(event.operation if event.kind is Kind.ELEMENTWISE else "another kind")
            calls[function].add(tape.places[tape.contexts[event.context].place].line)
    return {
        place
        for function, found in places.items()
        if len(operations[function]) == 1 and "another kind" not in operations[function]
        if len(calls[function]) > 1
        for place in found
    }


def _functions_by_line(tree: ast.Module) -> dict[int, ast.AST]:
    """By line: the function there that reads each of its arguments and nothing else of the program; methods are none."""
    found: dict[int, ast.AST] = {}
    known = {*dir(builtins), *(name for node in walk(tree) for name in _imported(node))}
    methods = {function for node in walk(tree) if isinstance(node, ast.ClassDef) for function in node.body}
    for node in walk(tree):
        if isinstance(node, ast.FunctionDef | ast.Lambda) and node not in methods:
            names = [one for one in walk(node) if isinstance(one, ast.Name)]
            arguments = {one.arg for one in walk(node) if isinstance(one, ast.arg)}
            own = arguments | {one.id for one in names if isinstance(one.ctx, ast.Store)}
            read = {one.id for one in names if isinstance(one.ctx, ast.Load)}
            if arguments <= read and read - own <= known:
                found |= dict.fromkeys(range(node.lineno, (node.end_lineno or node.lineno) + 1), node)
    return found


def _imported(node: ast.AST) -> list[str]:
    if not isinstance(node, ast.Import | ast.ImportFrom):
        return []
    return [one.asname or one.name for one in node.names]
