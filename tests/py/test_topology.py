"""Which nodes a network has: layers from sizes or from connections, neighbours, names of quantities."""

import pytest
from backprop.topology import Topology, ref_name
from hypothesis import given
from hypothesis import strategies as st

XOR = Topology.from_sizes([3, 4, 1])


def test_nodes_are_numbered_through_the_layers():
    assert XOR.layers == ((1, 2, 3), (4, 5, 6, 7), (8,))
    assert XOR.inputs == (1, 2, 3)
    assert XOR.outputs == (8,)
    assert XOR.nodes == frozenset(range(1, 9))


def test_every_node_of_a_layer_is_joined_to_every_node_before_it():
    assert set(XOR.edges) == {(j, i) for j in (4, 5, 6, 7) for i in (1, 2, 3)} | {
        (8, j) for j in (4, 5, 6, 7)
    }


def test_every_computing_node_has_a_bias():
    assert XOR.biases == (4, 5, 6, 7, 8)


def test_neighbours_of_a_node():
    assert XOR.incoming(5) == (1, 2, 3)
    assert XOR.downstream(5) == (8,)
    assert XOR.incoming(1) == XOR.downstream(8) == XOR.incoming(99) == ()


@given(st.lists(st.integers(1, 5), min_size=2, max_size=5))
def test_layers_are_found_again_from_the_connections_alone(sizes):
    made = Topology.from_sizes(sizes)
    found = Topology.from_edges(reversed(made.edges), made.biases)
    assert found.layers == made.layers
    assert sorted(found.edges) == sorted(made.edges)
    assert found.biases == made.biases


@given(st.lists(st.integers(1, 5), min_size=2, max_size=4))
def test_neighbours_are_what_the_connections_say(sizes):
    made = Topology.from_sizes(sizes)
    for node in made.nodes:
        assert set(made.incoming(node)) == {i for j, i in made.edges if j == node}
        assert set(made.downstream(node)) == {j for j, i in made.edges if i == node}


def test_a_node_stands_above_its_highest_source():
    skipping = Topology.from_edges([(3, 1), (3, 2), (4, 3), (4, 1)])
    assert skipping.layers == ((1, 2), (3,), (4,))


def test_an_input_has_no_bias_even_if_the_program_keeps_one():
    assert Topology.from_edges([(3, 1), (3, 2)], biases=[1, 3]).biases == (3,)


@pytest.mark.parametrize("edges", [[(1, 1)], [(1, 2), (2, 1)], [(2, 1), (3, 2), (4, 3), (2, 4)]])
def test_connections_in_a_circle_are_refused(edges):
    with pytest.raises(ValueError, match="circle"):
        Topology.from_edges(edges)


def test_no_connections_make_no_network():
    empty = Topology.from_edges([])
    assert empty.layers == empty.inputs == empty.outputs == ()


def test_a_single_layer_has_no_outputs():
    assert Topology.from_sizes([3]).outputs == ()


@pytest.mark.parametrize(
    ("ref", "name"),
    [
        (("delta", 8), "delta:8"),
        (("w", (8, 4)), "w:8-4"),
        (("w", (12, 11)), "w:12-11"),
        (("eta", None), "eta"),
    ],
)
def test_a_ref_by_name(ref, name):
    assert ref_name(ref) == name
