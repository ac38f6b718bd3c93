"""Weight decay within a change: a constant times the weight, which is no product of a forward pass."""

from __future__ import annotations

from backprop.roles.graph import Flags, Graph
from backprop.trace.tape import Kind

_MOST_STEPS = 60  # operations between a change and a term that decays the weight


def _is_random(graph: Graph, id: int) -> bool:
    """True for a number made of random ones, element by element, as weights and activations mostly are."""
    stack = [id]
    for _ in range(_MOST_STEPS):
        if not stack:
            break
        event = graph.tape.event(one := stack.pop())
        if event.operation == "random":
            return True
        stack += graph.tape.operands(one) if event.kind is Kind.ELEMENTWISE else []
    return False


def only_decays(graph: Graph, starts: Flags, weight: int, product: int, change: int) -> bool:
    """True if a product is a constant times the weight that is only added to the change: `b -= rate * (g + 0.01 * b)`.

    The input of a forward product is a factor of the change, too; the constant of a decay is none.
    """
    event = graph.events[product]
    if event.kind is not Kind.ELEMENTWISE:
        return False
    (result, *_) = graph.results_of(event, weight)
    other = next((id for id in graph.tape.operands(result) if id != weight), weight)
    if _is_random(graph, other) and _is_random(graph, weight):
        return False  # a weight times an activation

    def depends(factor: int) -> bool:
        """True for a factor made of the product, such as the slope 1 / (1 + net ** 2): no rate."""
        number = int(graph.owner[factor])
        return number >= product and product in graph.ancestors(number, product)

    stack: list[tuple[int, frozenset[int]]] = [(change, frozenset())]
    for _ in range(_MOST_STEPS):
        if not stack:
            return False
        id, factors = stack.pop()
        if id == result:
            constant = graph.value[other]  # data may have another id where it is used again
            return other not in factors and (constant == 0 or constant not in graph.value[list(factors)])
        made = graph.tape.event(id)
        operands = graph.tape.operands(id) if made.kind is Kind.ELEMENTWISE else []
        if made.operation in ("add", "subtract", "negative"):
            stack += [(one, factors) for one in operands]
        elif made.operation in ("multiply", "divide"):
            one, two = operands
            pairs = ((one, two), (two, one))
            stack += [(a, factors | {b}) for a, b in pairs if starts[b] and not depends(b)]
    return False
