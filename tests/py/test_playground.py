"""The playground: its program against autograd, whatever is chosen; its maps against the network's own answers."""

import base64
import itertools
import json
import re

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from backprop import diagnose, gradient_check
from backprop.analyse.traits import traits
from backprop.lessons.lens import LESSONS
from backprop.network import Network
from backprop.page.session import run
from backprop.panels import playground
from programs import record

SOURCE = (LESSONS / "playground" / "program.py").read_text(encoding="utf-8")
POINTS = [(round(np.cos(k) * k / 4, 2), round(np.sin(3 * k), 2), k % 2) for k in range(12)]


def program(**constants):
    """The lesson's program with other constants."""
    source = SOURCE
    for name, value in constants.items():
        source, count = re.subn(rf"(?m)^{name} = .*$", f"{name} = {value!r}", source)
        assert count == 1, name
    return source


def small(**constants):
    return program(**{"dataset": POINTS, "test_part": 0, "epochs": 2, "learning_rate": RATE, **constants})


ACTIVATIONS = {
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: anp.where(z > 0, z, 0),  # autograd would halve the slope of max at 0
    "linear": lambda z: z,
}
ENDS = [("sigmoid", "cross-entropy"), ("sigmoid", "squared"), ("tanh", "squared"), ("linear", "squared")]
PULLS = [(0, 0, 0), (0.02, 0, 0), (0, 0.05, 0), (0, 0, 0.9), (0.01, 0.03, 0.5)]  # l1, l2, momentum
BATCHES = [1, 10, 100]
INPUTS = ["x1", "x2", "sin(x1)", "x1*x2"]
RATE = 0.1


def trained_by_autograd(source, epochs, pull, size):
    """From where the program begins and in the order that it draws: its weights and biases in the end, by turns."""
    begun = {}
    exec(source[: source.index("\nfor epoch in ")], begun)
    l1, l2, momentum = pull

    def error(parameters, x, t):
        y = x
        for weights, biases, name in zip(parameters[::2], parameters[1::2], begun["names"]):
            y = ACTIVATIONS[name](anp.dot(y, weights.T) + biases)
        if begun["cost"] == "cross-entropy":
            return anp.mean(-t * anp.log(y) - (1 - t) * anp.log(1 - y))
        return anp.mean((t - y) ** 2) / 2

    x1, x2, t = np.transpose(begun["train"])
    x = np.transpose([x1, x2, np.sin(x1), x1 * x2])
    parameters = [rows for layer in zip(begun["weights"], begun["biases"]) for rows in layer]
    last = [0.0] * len(parameters)
    for _ in range(epochs):
        order = begun["random"].permutation(len(t))
        for start in range(0, len(t), size):
            rows = order[start : start + size]
            slopes = grad(error)(parameters, x[rows], t[rows, None])
            for n, (old, slope) in enumerate(zip(parameters, slopes)):
                back = l2 * old + l1 * np.sign(old) if n % 2 == 0 else 0
                last[n] = -RATE * (slope + back) + momentum * last[n]
            parameters = [old + step for old, step in zip(parameters, last)]
    return parameters


@pytest.mark.parametrize("size", BATCHES)
@pytest.mark.parametrize("pull", PULLS)
@pytest.mark.parametrize(("output", "cost"), ENDS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_training_is_what_autograd_says(activation, output, cost, pull, size):
    source = chosen(activation, output, cost, pull, size, hidden=[3, 2])
    ended = {}
    exec(source, ended)
    expected = trained_by_autograd(source, 2, pull, size)
    found = [rows for layer in zip(ended["weights"], ended["biases"]) for rows in layer]
    for rows, wanted in zip(found, expected, strict=True):
        np.testing.assert_allclose(rows, wanted, rtol=1e-9, atol=1e-12)


def chosen(activation, output, cost, pull, size, hidden):
    names = {"activation": activation, "output": output, "cost": cost, "inputs": INPUTS, "hidden": hidden}
    return small(**names, batch_size=size, **dict(zip(("l1", "l2", "momentum"), pull)))


# Every activation with every end, and all pulls and batch sizes among them.
CASES = [
    (activation, *end, PULLS[n % 5], BATCHES[n % 3], hidden)
    for n, (activation, end, hidden) in enumerate(
        [*itertools.product(ACTIVATIONS, ENDS, [[3]]), ("tanh", ENDS[0], []), ("sigmoid", ENDS[1], [2, 1, 2])]
    )
]


@pytest.mark.parametrize(("activation", "output", "cost", "pull", "size", "hidden"), CASES)
def test_the_page_agrees_with_what_was_chosen(activation, output, cost, pull, size, hidden):
    source = chosen(activation, output, cost, pull, size, hidden)
    recording = record(source, "playground")
    assert (recording.end, recording.error) == ("done", None)
    assert recording.iterations == 2 * -(-len(POINTS) // size)
    last = flat(recording, recording.iterations - 1)
    for rows, wanted in zip(last, trained_by_autograd(source, 2, pull, size), strict=True):
        np.testing.assert_allclose(rows.reshape(wanted.shape), wanted, rtol=1e-9, atol=1e-12)
    # Every number agrees with its equation, by the rule that was chosen, and with central differences.
    checks = [check for k in range(recording.iterations) for check in recording.checks(k)]
    assert {check.equation for check in checks} >= {"3.3", "4.1", "4.5", "4.8"}
    assert [check for check in checks if not check.agrees] == []
    assert diagnose(recording) == []
    rule = recording.rule
    assert (rule.l1, rule.l2, rule.momentum, rule.cost) == (*pull, cost)
    assert {trait.id for trait in traits(recording)} >= {
        name for name in ("l1", "l2", "momentum") if vars(rule)[name]
    }
    assert all(row.agrees for row in gradient_check(recording, 1))


def refs_of(layers):
    for below, here in itertools.pairwise(layers):
        yield [[("w", (j, i)) for i in below] for j in here], [("b", j) for j in here]


def flat(recording, iteration):
    """The weights and biases after an iteration, layer by layer; before the first for -1."""

    state, passes = recording.open(max(iteration, 0))
    if iteration >= 0:
        state |= passes[0][1]
    return [
        np.array([[state[ref, None] for ref in row] for row in rows])
        for weights, biases in refs_of(recording.topology.layers)
        for rows in (weights, [biases])
    ]


def test_a_wrong_pull_is_a_mistake():
    for wrong in ("- l2 * w * w", "+ l2 * w"):
        recording = record(small(l2=0.1, batch_size=100).replace("- l2 * w", wrong), "playground")
        assert (recording.rule.l1, recording.rule.l2) == (0, 0)
        assert {check.where[0] for check in recording.checks(1) if not check.agrees} >= {"w"}


def test_in_a_full_batch_one_sample_at_one_node_is_found_and_its_size_adds_no_checks():
    right = {
        size: record(small(dataset=POINTS[:size], batch_size=size, hidden=[3, 2]), "playground")
        for size in (6, 12)
    }
    checked = {size: len(each.check_groups(each.blocks[0])) for size, each in right.items()}
    assert checked[6] == checked[12] == 3 * (3 + 2 + 1) + (2 * 3 + 3 * 2 + 2) + (3 + 2 + 1)
    assert len(right[12].checks(0)) - len(right[6].checks(0)) == 6 * 3 * (3 + 2 + 1)
    line = "delta = delta @ weights[l] * slope(outputs[l], activation)"
    wrong = small(batch_size=12, hidden=[3, 2]).replace(line, f"{line} * (1 + (epoch > 0) * too_much[l - 1])")
    wrong = wrong.replace(
        "for epoch", "too_much = [np.zeros((12, 3)), 0]\ntoo_much[0][7, 1] = 0.5\nfor epoch", 1
    )
    spoilt = record(wrong, "playground")
    assert [check.agrees for check in spoilt.checks(0)] == [True] * len(right[12].checks(0))
    (differing,) = [check for check in spoilt.checks(1) if not check.agrees]
    step = spoilt.steps(1)[differing.step]
    assert (differing.where, step.sample) == (("delta", 4), 7)
    assert differing.code == step.sets["delta", 4] == pytest.approx(1.5 * differing.formula, rel=1e-12)
    (finding,) = diagnose(spoilt)
    assert (finding.id, finding.where, finding.iteration) == ("unknown", ("delta", 4), 1)
    assert finding.step == differing.step


def test_of_a_program_that_knows_both_costs_the_constant_says_which_is_meant():
    source = small(cost="squared").replace("off if plain else off * slope(a, output)", "off")
    assert {finding.id for finding in diagnose(record(source, "playground"))} == {"slope-missing-output"}


# --- maps ---


def shown(**constants):
    recording = record(small(**constants), "playground")
    return recording, playground.shown(recording)


def network(recording):
    parameters = flat(recording, recording.iterations - 1)
    names = [
        recording.rule.activation_of(nodes[0], recording.topology) for nodes in recording.topology.layers[1:]
    ]
    return Network(parameters[::2], [b.ravel() for b in parameters[1::2]], names)


def unpacked(maps, node):
    pixels = np.frombuffer(base64.b64decode(maps["bytes"][node]), np.uint8).reshape(
        playground.SIDE, playground.SIDE
    )
    low, high = maps["ranges"][node]
    return low + (pixels.astype(float) - 1) / 254 * (high - low)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_map_is_the_networks_answer_all_over_the_plane(activation):
    recording, found = shown(activation=activation, hidden=[3, 2], inputs=["x2", "x1^2"])
    assert found["iteration"] == recording.iterations - 1
    net, maps = network(recording), found["maps"]
    assert sorted(maps["bytes"]) == list(range(1, 9))
    (left, right), (bottom, top) = found["given"]["span"]
    for row, column in [(0, 0), (0, 99), (99, 0), (31, 77)]:
        x1 = left + (right - left) * column / 99
        x2 = top + (bottom - top) * row / 99
        net.forward([x2, x1**2])
        expected = np.concatenate(net.activations)
        for node in range(1, 9):
            low, high = maps["ranges"][node]
            assert unpacked(maps, node)[row, column] == pytest.approx(
                expected[node - 1], abs=(high - low) / 500
            )


def test_error_and_accuracy_of_both_halves():
    recording, found = shown(dataset="circle", test_part=0.25, cost="squared")
    net = network(recording)
    for name, count in (("train", 150), ("test", 50)):
        points = np.array(recording.variables[name])
        assert len(points) == count
        y = net.forward(points[:, :2])[:, 0]
        told = found["maps"][name]
        assert told["error"] == pytest.approx(np.mean((points[:, 2] - y) ** 2) / 2, rel=1e-3)
        assert told["right"] == pytest.approx(np.mean((y > 0.5) == (points[:, 2] == 1)))


def test_cross_entropy_of_few_points_and_none_laid_aside():
    recording, found = shown()
    t = np.array(POINTS)[:, 2]
    y = network(recording).forward(np.array(POINTS)[:, :2])[:, 0]
    expected = -np.mean(t * np.log(y) + (1 - t) * np.log(1 - y))
    assert found["maps"]["train"]["error"] == pytest.approx(expected)
    assert found["maps"]["test"] is None


def test_maps_at_another_position_are_of_its_weights():
    recording, found = shown()
    state = {f"w:{j}-{i}": recording.value("w", (j, i), iteration=0) for j, i in recording.topology.edges}
    state |= {f"b:{j}": recording.value("b", j, iteration=0) for j in recording.topology.biases}
    early = json.loads(playground.maps(json.dumps(found["given"]), json.dumps(state)))
    assert early["bytes"]["9"] != found["maps"]["bytes"][9]
    lost = json.loads(playground.maps(json.dumps(found["given"]), json.dumps(dict.fromkeys(state))))
    assert set(base64.b64decode(lost["bytes"]["9"])) == {0}
    assert lost["train"] == {"error": None, "right": None}


def test_when_the_numbers_run_away_it_is_said_since_when():
    with np.errstate(all="ignore"):
        recording, found = shown(
            activation="relu", output="linear", cost="squared", learning_rate=1e3, epochs=300
        )
    losses = recording.loss
    first = found["given"]["lost"]
    assert np.isfinite(losses[:first]).all()
    assert not np.isfinite(losses[first])
    assert {finding.id for finding in diagnose(recording)} == {"overflow"}


@pytest.mark.parametrize(
    "spoilt",
    ["inputs = 3", "train = [1]", "inputs = ['x1', 'x9']", "del test", "cost = inputs = train = test = []"],
)
def test_a_program_that_names_its_data_otherwise_has_no_maps(spoilt):
    assert playground.shown(record(small() + spoilt + "\n", "playground")) is None


def test_the_page_gets_them_with_every_chunk_that_has_iterations():
    headers = []
    run(small(), "playground", lambda header, *_: headers.append(json.loads(header)))
    told = [header["playground"] for header in headers if header["playground"]]
    assert told[-1]["given"]["inputs"] == ["x1", "x2"]
    assert told[-1]["iteration"] == headers[-1]["iterations"] - 1
    assert headers[-1]["playground"] is None  # what is found in a run changes no map
    headers.clear()
    run("a = {}", "xor", lambda header, *_: headers.append(json.loads(header)))
    assert headers[-1]["playground"] is None
