"""The program's own choice of what is what, and the candidates that a row offers."""

import pytest
from backprop import diagnose, record

PROGRAM = """
import numpy as np
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], float)
y = np.array([[0], [1], [1], [0]], float)
np.random.seed(1)
W1 = np.random.randn(3, 4)
W2 = np.random.randn(4, 1)
for epoch in range(5):
    h = 1 / (1 + np.exp(-(X @ W1)))
    o = 1 / (1 + np.exp(-(h @ W2)))
    error = o - y
    d2 = error * o * (1 - o)
    g2 = d2 / 4
    d1 = (g2 @ W2.T) * h * (1 - h)
    W2 -= 0.5 * h.T @ g2
    W1 -= 0.5 * X.T @ d1
"""


def row(recording, quantity, layer):
    return next(one for one in recording.roles if (one.quantity, one.layer) == (quantity, layer))


def chosen(recording):
    return [(one.key, one.expression, one.line, one.problem) for one in recording.found.choices]


def test_a_row_offers_what_it_could_show_instead():
    delta = row(record(PROGRAM), "delta", 2)
    offered = {one.expression: (one.factor, one.is_shown) for one in delta.candidates}
    assert offered == {"d2": ("1", True), "g2": ("1/4", False)}
    assert [one.comment for one in delta.candidates if one.expression == "g2"] == [
        "# backprop: delta[2] = g2"
    ]
    assert {one.layers for one in delta.candidates} == {(3, 4, 1)}


@pytest.mark.parametrize("as_data", [False, True])
def test_another_value_is_chosen_by_a_comment_or_as_data(as_data):
    usual = record(PROGRAM)
    source = PROGRAM if as_data else PROGRAM + "# backprop: delta[2] = g2\n"
    other = record(source, choices={"delta[2]": "g2"} if as_data else None)
    line = None if as_data else source.count("\n")
    assert chosen(other) == [("delta[2]", "g2", line, None)]
    assert row(other, "delta", 2).name == "g2"
    (node,) = other.topology.outputs
    for sample in range(4):
        numbers = [one.value("delta", node, iteration=3, sample=sample) for one in (usual, other)]
        assert numbers[1] == pytest.approx(numbers[0] / 4, rel=1e-12)
    assert [layer.state for layer in other.verdict] == [layer.state for layer in usual.verdict]


@pytest.mark.parametrize("expression", ["d2 / 4", "g2"])
def test_a_choice_is_a_name_or_an_expression(expression):
    assert chosen(record(PROGRAM, choices={"delta[2]": expression})) == [("delta[2]", expression, None, None)]


def test_a_column_of_ones_is_drawn_as_a_bias_by_choice():
    usual, other = record(PROGRAM), record(PROGRAM + "# backprop: ones = bias\n")
    assert (usual.found.ones, other.found.ones) == ("input", "bias")
    assert [len(layer) for layer in usual.topology.layers] == [3, 4, 1]
    assert [len(layer) for layer in other.topology.layers] == [2, 4, 1]
    before = usual.topology.layers[1][0], usual.topology.layers[0][2]
    bias = other.topology.layers[1][0]
    assert other.value("b", bias, iteration=2) == usual.value("w", before, iteration=2)
    assert all(check.agrees for check in other.checks(1))


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("delta[2]", "is written as"),
        ("delta[2] =", "is written as"),
        ("weight[1] = W1", "“weight[1]” cannot be chosen"),
        ("w[2] = W1", "“W1” cannot be w[2]"),
        ("net[1] = h", "not the whole weighted sum"),
        ("input = y", "“y” cannot be the inputs"),
        ("input[1] = X", "“input[1]” cannot be chosen"),
        ("b[1] = W1", "has no b[1]"),
        ("net[3] = o", "has no net[3]"),
        ("w[1] = nothing", "“nothing” was not found"),
        ("eta = error", "no fixed multiple"),
        ("eta = nothing", "“nothing” was not found"),
        ("ones = weights", "not as “weights”"),
        ("delta[3] = d2", "no deltas in the layer"),
        ("delta[2] = nothing", "“nothing” was not found"),
        ("delta[2] = error", "no multiple"),
        ("ones = bias", "No column of the data is 1"),
    ],
)
def test_a_choice_that_cannot_be_taken_says_why_and_where(comment, said):
    source = PROGRAM.replace("1], [0, 1, 1]", "1], [0, 1, 2]") + f"# backprop: {comment}\n"
    recording = record(source)
    (choice,) = recording.found.choices
    assert said in choice.problem["en"]
    assert choice.problem["en"].startswith(f"Line {source.count(chr(10))}: ")
    assert choice.problem["zh"].startswith(f"第 {source.count(chr(10))} 行：")
    assert recording.found.state == "found"
    assert row(recording, "delta", 2).name == "d2"


def test_a_target_is_chosen_among_what_meets_the_output():
    target = row(record(PROGRAM), "target", 2)
    assert not target.candidates  # there is but one
    assert chosen(record(PROGRAM, choices={"target": "y"})) == [("target", "y", None, None)]


def test_what_stays_as_it_is_has_a_row_and_a_factor_is_told():
    source = PROGRAM.replace("(h @ W2)", "(h @ W2 + b)").replace("W2 = np", "b = np.array([0.5])\nW2 = np")
    recording = record(source)
    bias = row(recording, "b", 2)
    assert (bias.name, bias.nodes) == ("b", recording.topology.outputs)
    assert "nothing changes them" in bias.message("en")
    delta = row(record(PROGRAM.replace("(1 - o)", "(1 - o) / 4")), "delta", 2)
    assert (delta.sign, delta.factor) == (-1, "1/4")
    assert "They are 1/4 times as large." in delta.message("en")
    assert row(recording, "eta", 0).expression == "0.5"


def test_a_factor_that_is_not_known_is_told_to_be():
    source = PROGRAM.replace("g2 = d2 / 4", "g2 = d2 * np.abs(error)")
    delta = row(record(source), "delta", 2)
    assert delta.factor is None
    assert "is not known" in delta.message("en")


NAMES = """
import numpy as np
data = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
y = np.array([[0], [1], [1], [0]], float)
rng = np.random.default_rng(1)
W1, b1 = rng.normal(size=(2, 3)), np.zeros(3)
W2, b2 = rng.normal(size=(3, 1)), np.zeros(1)
params = {"W1": W1, "b1": b1}
rate, m = 2.0, 4
for epoch in range(5):
    X = data
    s = X @ params["W1"] + params["b1"]
    z = s
    h = np.tanh(z)
    o = h @ W2 + b2
    d2 = o - y
    d1 = d2 @ W2.T * (1 - h * h)
    W2 -= rate / m * h.T @ d2
    b2 -= rate / m * d2.sum(0)
    params["W1"] -= rate / m * X.T @ d1
    params["b1"] -= rate / m * d1.sum(0)
"""
OFFERED = {
    ("input", 0): ("data", "X"),
    ("w", 1): ("W1", "params['W1']"),
    ("b", 1): ("b1", "params['b1']"),
    ("net", 1): ("s", "z"),
    ("eta", 0): ("rate / m", "rate"),
}


def said_of(recording):
    """The states of the verdict, the results of the checks, some recorded numbers of a node, and the findings."""
    node = recording.topology.layers[1][0]
    return (
        [(layer.state, layer.factor) for layer in recording.verdict],
        [check.agrees for iteration in (0, 3) for check in recording.checks(iteration)],
        [recording.value(quantity, node, iteration=3, sample=2) for quantity in ("net", "a", "delta")],
        [recording.value("w", (node, 1), iteration=3), recording.value("b", node, iteration=3)],
        [one.id for one in diagnose(recording)],
    )


@pytest.fixture(scope="module")
def usual():
    return record(NAMES)


def test_the_names_of_inputs_weights_biases_nets_and_the_rate_are_offered(usual):
    for key, names in OFFERED.items():
        assert {one.expression for one in row(usual, *key).candidates} == set(names), key
        assert [one.is_shown for one in row(usual, *key).candidates].count(True) == 1, key
    factors = {one.expression: one.factor for one in row(usual, "eta", 0).candidates}
    assert factors == {"rate / m": "1", "rate": "4"}
    assert not row(usual, "w", 2).candidates


@pytest.mark.parametrize(
    ("key", "expression"), [(key, name) for key, names in OFFERED.items() for name in names]
)
def test_what_is_offered_can_be_chosen_and_changes_no_number_and_no_verdict(usual, key, expression):
    (comment,) = (one.comment for one in row(usual, *key).candidates if one.expression == expression)
    other = record(NAMES + comment + "\n")
    assert [problem for *_, problem in chosen(other)] == [None]
    shown = row(other, *key)
    assert expression in (shown.name, shown.expression)
    assert [one.expression for one in shown.candidates if one.is_shown] == [expression]
    assert said_of(other) == said_of(usual)


def test_the_chosen_name_is_written_in_equations(usual):
    other = record(NAMES, choices={"net[1]": "z", "input": "X"})
    node = other.topology.layers[1][0]
    assert usual.found.names[f"net:{node}"].target == "s"
    assert other.found.names[f"net:{node}"].target == "z"
    assert other.found.names["a:1"].target == "X"


def test_a_chosen_rate_is_the_number_in_the_step(usual):
    other = record(NAMES, choices={"eta": "rate"})
    assert [one.value("eta", None, iteration=2) for one in (usual, other)] == [0.5, 2.0]


def test_the_rows_of_data_that_come_one_by_one_have_no_second_name():
    source = """
X = [(0.0, 1.0), (1.0, 0.5), (1.0, 1.0)]
T = [1.0, 0.0, 1.0]
w = [0.1, -0.2]
for epoch in range(3):
    for x, t in zip(X, T):
        y = w[0] * x[0] + w[1] * x[1]
        d = t - y
        w[0] += 0.1 * d * x[0]
        w[1] += 0.1 * d * x[1]
"""
    assert not row(record(source), "input", 0).candidates
