"""The equations written out for each node give what Network computes, whatever the network."""

import re
from itertools import pairwise

import numpy as np
import pytest
from backprop.equations.catalogue import CATALOGUE, catalogue, equation_for, number_of, phase_of
from backprop.equations.instances import instance
from backprop.equations.rule import Rule, varied
from backprop.equations.tex import symbol
from backprop.network import ACTIVATIONS, Network
from backprop.topology import Topology, ref_name
from hypothesis import given, settings
from hypothesis import strategies as st

CLOSE = {"rtol": 1e-12, "atol": 1e-15}
TERM = re.compile("«([^»]+)»")
sizes_of_networks = st.lists(st.integers(1, 4), min_size=2, max_size=4)
XOR, WORKED = Topology.from_sizes([3, 4, 1]), Topology.from_sizes([3, 4, 2])


def all_refs(topology):
    """Every quantity that a program could set in this network."""
    refs = [("w", edge) for edge in topology.edges] + [("b", j) for j in topology.biases]
    return refs + [(quantity, node) for node in sorted(topology.nodes) for quantity in ("net", "a")]


def computed_refs(topology):
    computing = sorted(topology.nodes - set(topology.inputs))
    made = [("w", edge) for edge in topology.edges] + [("b", j) for j in topology.biases]
    return made + [(quantity, node) for node in computing for quantity in ("net", "a", "delta")]


def numbers(topology, net, t, eta):
    """Network's state as numbers by ref, as they stand after forward and backward."""
    known = {("eta", None): eta}
    for layer, a in zip(topology.layers, net.activations, strict=True):
        known |= {("a", node): value for node, value in zip(layer, a, strict=True)}
    computing = zip(topology.layers, topology.layers[1:], net.weights, net.biases, net.nets, net.deltas)
    for below, layer, W, b, nets, deltas in computing:
        for row, j in enumerate(layer):
            known |= {("b", j): b[row], ("net", j): nets[row], ("delta", j): deltas[row]}
            known |= {("w", (j, i)): W[row, column] for column, i in enumerate(below)}
    return known | {("t", node): value for node, value in zip(topology.outputs, t, strict=True)}


@st.composite
def trained(draw, activation):
    """A random network that has gone forward and backward: its topology, its numbers, and those after a step."""
    sizes = draw(sizes_of_networks)
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    weights = [random.uniform(-1.5, 1.5, (n, m)) for m, n in pairwise(sizes)]
    net = Network(weights, [random.uniform(-1, 1, n) for n in sizes[1:]], activation)
    x, t = random.uniform(-2, 2, sizes[0]), random.uniform(-1, 1, sizes[-1])
    topology = Topology.from_sizes(sizes)
    net.forward(x)
    net.backward(t)
    before = numbers(topology, net, t, 0.25)
    net.update(0.25)
    return topology, before, numbers(topology, net, t, 0.25)


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
def test_every_equation_gives_the_number_network_gives(activation):
    @settings(max_examples=20)
    @given(trained(activation))
    def holds(case):
        topology, before, after = case
        for ref in computed_refs(topology):
            expected = (after if ref[0] in ("w", "b") else before)[ref]
            actual = instance(ref, topology, Rule(activation)).evaluate(before.__getitem__)
            np.testing.assert_allclose(actual, expected, err_msg=str(ref), **CLOSE)

    holds()


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
@pytest.mark.parametrize("sizes", [[3, 4, 1], [3, 4, 2], [2, 3, 3, 2], [1, 1], [12, 3]])
def test_an_equation_reads_exactly_what_it_shows(sizes, activation):
    topology = Topology.from_sizes(sizes)
    for ref in computed_refs(topology):
        written, asked = instance(ref, topology, Rule(activation)), set()

        def read(ref, asked=asked):
            asked.add(ref)
            return 0.5

        written.evaluate(read)
        shown = set(TERM.findall(written.right))
        named = {ref_name(r) for r in written.reads}
        assert shown <= named
        assert {ref_name(r) for r in asked} <= named
        for r in written.reads:
            assert symbol(r, topology)["tex"]
            assert symbol(r, topology)["text"]


@settings(max_examples=30)
@given(sizes_of_networks)
def test_every_equation_has_words_in_both_languages(sizes):
    topology = Topology.from_sizes(sizes)
    for ref in {*all_refs(topology), *computed_refs(topology)}:
        written = instance(ref, topology)
        for words in [written.words, *(written.sense or {}).values()]:
            assert set(words) == {"en", "zh"}
            assert re.search("[a-z]", words["en"])
            assert re.search("[\u4e00-\u9fff]", words["zh"])


def test_deltas_say_what_plus_and_minus_mean():
    for node in (4, 8):
        assert set(instance(("delta", node), XOR).sense) == {"plus", "minus"}


def test_only_updates_change_what_was_there():
    arrows = {ref: instance(ref, XOR).arrow for ref in computed_refs(XOR)}
    assert {ref for ref, arrow in arrows.items() if arrow == r"\gets"} == {
        ref for ref in arrows if ref[0] in ("w", "b")
    }


def test_an_input_is_given():
    written = instance(("a", 2), XOR)
    assert written.reads == ()
    assert written.evaluate({("a", 2): 0.75}.__getitem__) == 0.75
    assert equation_for(("a", 2), XOR) is None


@pytest.mark.parametrize("ref", [("t", 8), ("eta", None)])
def test_what_no_equation_makes(ref):
    assert instance(ref, XOR) is None
    assert equation_for(ref, XOR) is None


@pytest.mark.parametrize("activation", ["softplus", "", None, 3])
def test_an_unknown_activation_is_refused(activation):
    with pytest.raises(ValueError, match=r"unknown activation.*sigmoid, tanh, relu, linear"):
        instance(("delta", 8), XOR, Rule(activation))


# --- which equation, and which number ---


@pytest.mark.parametrize("topology", [XOR, WORKED], ids=["3-4-1", "3-4-2"])
def test_numbered_instances_stand_exactly_where_the_notes_number_them(topology):
    numbered = {ref: number_of(ref, topology) for ref in {*computed_refs(topology), *all_refs(topology)}}
    assert {ref: number for ref, number in numbered.items() if number} == {
        ("delta", 8): "4.2",
        ("delta", 4): "4.4",
        ("w", (8, 4)): "4.6",
        ("w", (4, 1)): "4.7",
        ("b", 4): "4.8",
    }


def test_a_number_is_not_given_where_node_8_is_hidden_or_node_4_is_no_hidden_node():
    assert number_of(("delta", 8), Topology.from_sizes([3, 5, 2])) is None
    assert number_of(("delta", 4), Topology.from_sizes([3, 1])) is None


@pytest.mark.parametrize(
    ("ref", "equation", "phase"),
    [
        (("net", 4), "3.2", "forward"),
        (("a", 4), "3.2", "forward"),
        (("net", 8), "3.3", "forward"),
        (("a", 8), "3.3", "forward"),
        (("delta", 8), "4.1", "backward"),
        (("delta", 4), "4.3", "backward"),
        (("w", (8, 4)), "4.5", "update"),
        (("w", (4, 1)), "4.5", "update"),
        (("b", 4), "4.8", "update"),
    ],
)
def test_the_general_equation_and_the_pass_of_a_quantity(ref, equation, phase):
    assert equation_for(ref, XOR) == equation
    assert phase_of(ref[0]) == phase
    assert equation in CATALOGUE


def test_the_catalogue_has_tex_and_words_for_each_general_form():
    for id, equation in catalogue().items():
        assert id == CATALOGUE[id].id
        assert set(equation) == {"tex", "words"}
        assert equation["tex"]
        assert set(equation["words"]) == {"en", "zh"}


# --- the notes' own examples, by hand ---


def tex(ref, topology):
    """An instance as the notes write it: symbols in place of the refs."""
    written = instance(ref, topology)
    names = {ref_name(r): symbol(r, topology)["tex"] for r in written.reads}
    return TERM.sub(lambda found: names[found[1]], written.right).replace("·", "").replace(" ", "")


@pytest.mark.parametrize(
    ("ref", "right"),
    [
        (("delta", 8), r"y_{1}(1-y_{1})(t_{1}-y_{1})"),
        (("delta", 4), r"a_{4}(1-a_{4})(w_{84}\delta_{8}+w_{94}\delta_{9})"),
        (("w", (8, 4)), r"w_{84}+\eta\delta_{8}a_{4}"),
        (("w", (4, 1)), r"w_{41}+\eta\delta_{4}x_{1}"),
        (("b", 4), r"w_{4b}+\eta\delta_{4}"),
        (("net", 4), r"w_{41}x_{1}+w_{42}x_{2}+w_{43}x_{3}+w_{4b}"),
    ],
)
def test_the_instances_read_as_in_the_notes(ref, right):
    assert tex(ref, WORKED) == right


def test_an_averaged_update_is_written_with_its_fraction():
    written = instance(("b", 4), WORKED, Rule(samples=range(2), averaged=True))
    assert r"·\frac{1}{2}·(" in written.right


@pytest.mark.parametrize(
    ("ref", "text"),
    [
        (("a", 1), "x₁"),
        (("a", 4), "a₄"),
        (("a", 9), "y₂"),
        (("t", 9), "t₂"),
        (("delta", 9), "δ₉"),
        (("w", (8, 4)), "w₈₄"),
        (("eta", None), "η"),
    ],
)
def test_symbols_in_plain_text(ref, text):
    assert symbol(ref, WORKED)["text"] == text


def test_two_weights_never_share_a_symbol():
    wide = Topology.from_sizes([12, 11, 2])
    refs = [*computed_refs(wide), *all_refs(wide)]
    for form in ("tex", "text"):
        assert len({symbol(ref, wide)[form] for ref in refs}) == len(set(refs))


RULES = {
    "plain": Rule(),
    "of rows": Rule(samples=range(3)),
    "of passes, with momentum": Rule(passes=range(-2, 1), momentum=0.9),
    "unnamed rate, pulled": Rule(eta=False, samples=range(2), l1=0.1, l2=0.1),
    "without nets": Rule(net=False),
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_operands_of_an_equation_are_what_it_reads(rule):
    for ref in computed_refs(XOR):
        written, read = instance(ref, XOR, rule), []
        written.evaluate(lambda ref, key=None, read=read: read.append((ref, key)) or 1.0)
        assert list(written.operands) == list(dict.fromkeys(read)), ref


def test_a_varied_rule_is_one_object():
    rule = Rule("tanh", momentum=0.5)
    assert varied(rule, net=False) is varied(rule, net=False) != rule
    assert varied(rule, momentum=0.5) is rule
