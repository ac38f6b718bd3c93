"""Numbers that a program computes again: found, and without walking every way through them."""

from backprop.roles.again import Copies
from backprop.roles.graph import Graph
from backprop.trace import Kind, trace

CHAIN = "\n".join(
    f"{{0}}{n + 1} = {{0}}{n} * {{0}}{n} + {{0}}{n}" for n in range(4)
)  # two uses of each number
SOURCE = f"start = float('0.5')\na0 = start\nb0 = start\n{CHAIN.format('a')}\n{CHAIN.format('b')}"


class _Counting(Graph):
    asked = 0

    def consumers(self, id):
        self.asked += 1
        return super().consumers(id)


def _is_last(graph, id):
    """True for a computed number that nothing uses."""
    return graph.tape.event(id).kind is Kind.ELEMENTWISE and not graph.consumers(id)


def test_a_chain_that_is_computed_twice_is_found_in_a_few_looks_at_each_number():
    graph = _Counting(trace(SOURCE))
    kept, again = (id for id in range(graph.size) if _is_last(graph, id))
    net = object()
    copies = Copies(graph)
    assert copies.added_to({kept: net}) == {kept: net, again: net}
    assert graph.asked < 20 * graph.size  # each way on its own: 2 ** 8 of them
    graph.asked = 0
    assert copies.added_to({kept: net}) == {kept: net, again: net}
    assert not graph.asked
