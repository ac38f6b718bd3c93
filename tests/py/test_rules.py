"""The rules: correct programs of every kind agree with their own, and a mistake is not taken for one."""

import ast

import numpy as np
import pytest
from backprop.analyse.logarithms import computes_a_logarithm, names_of_network
from backprop.analyse.traits import traits
from backprop.lessons.lens import lens_of
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import BACKWARD, BATCH, FORWARD, SETUP, UPDATE, record, training

from tests.lesson_programs import edited

pytestmark = pytest.mark.usefixtures("by_the_names_of_the_lesson")

SIGMOID = "1 / (1 + math.exp(-net[{}]))"


def traits_of(recording):
    return [trait.id for trait in traits(recording)]


def assert_agrees(source, *expected, lesson="xor"):
    recording = record(source, lesson)
    assert recording.error is None
    assert traits_of(recording) == list(expected)
    for iteration in recording.kept:
        checks = recording.checks(iteration)
        assert checks
        assert all(check.agrees for check in checks)
    return recording


def replaced(source, *pairs):
    for old, new in pairs:
        assert old in source, old
        source = source.replace(old, new)
    return source


def test_the_lessons_own_rule_is_nothing_unusual():
    assert assert_agrees(training()).rule.cost == "squared"


OTHER_SIGN = [("(t - a[8])", "(a[8] - t)"), ("+= eta", "-= eta")]


def test_the_other_sign_of_delta():
    recording = assert_agrees(replaced(training(), *OTHER_SIGN), "sign")
    assert r"«a:8»-«t:8»" in recording.instance(("delta", 8)).right
    assert recording.instance(("w", (8, 4))).right.startswith("«w:8-4» - ")


@pytest.mark.parametrize("half", OTHER_SIGN)
def test_one_half_of_the_other_sign_is_a_mistake(half):
    recording = record(replaced(training(), half))
    assert recording.rule.sign == 1
    wrong = {c.where[0] for c in recording.checks(0) if not c.agrees}
    assert wrong == ({"delta"} if half == OTHER_SIGN[0] else {"w", "b"})


NO_SLOPE = ("delta[8] = a[8] * (1 - a[8]) *", "delta[8] =")
LOSS = "error = -(t * math.log(a[8]) + (1 - t) * math.log(1 - a[8]))\n"


def test_a_missing_slope_is_cross_entropys_rule_if_the_program_says_so():
    assert_agrees(replaced(training(sample=FORWARD + LOSS + BACKWARD + UPDATE), NO_SLOPE), "cross-entropy")
    recording = record(replaced(training(), NO_SLOPE))
    assert traits_of(recording) == []
    assert {c.where for c in recording.checks(0) if not c.agrees} == {("delta", 8)}


@pytest.mark.parametrize(
    "text",
    [
        "import numpy as np\nloss = -np.log(y)",
        "import numpy\nloss = -numpy.log2(1 - self.y)",
        "import math\nloss = -sum(t * math.log(a[j]) for j in range(8))",
        "from math import log\nloss = -log(y + 1e-9)",
        "from math import log as ln\nloss = -ln(y)",
        "from numpy import *\nloss = -log1p(y - 1)",
        "import math\nln = math.log\nloss = -ln(y)",
        "import math\nloss = -math.log(y if t else 1 - y)",
        "import math\nloss = -math.log(1 - abs(t - y))",
        "import numpy as np\np = np.clip(y, 1e-9, 1)\nq = 1 - p\nloss = -np.log(q)",
        "import numpy as np\nloss = np.log(1 + np.exp(-net[8]))",
        "import numpy as np\ndef cost(p, t):\n    return -t * np.log(p)\nloss = cost(y, t)",
        "import numpy as np\ndef cost(t, p):\n    return -t * np.log(p)\nloss = cost(p=y, t=t)",
        "import numpy as np\nclass C:\n    def cost(self, p): return np.log(p)\nC().cost(y)",
        "import numpy as np\ndef answer(x):\n    return squash(w[8, 4] * x)\nprint(np.log(answer(1)))",
        "import math\nouts = [x]\nouts.append(a)\nlast = outs[-1]\nprint(math.log(last))",
        "import math\nouts = [y for x in samples]\nloss = sum(map(math.sqrt, outs)) + math.log(outs[0])",
    ],
)
def test_a_logarithm_of_an_output(text):
    assert computes_a_logarithm(ast.parse(text), names_of_network(lens_of("xor")))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cost = 'cross-entropy'",
        "def cross_entropy(y, t): ...",
        "# not cross-entropy!\nprint('log(')",
        "'-t * math.log(y)'",
        "catalog(y)\nlog.append(y)\nlogger.log(y)",
        "import math\ndef log(y): print(y)\nlog(y)",
        "import math\nentropy = math.log(2)",
        "import math\nif epoch: print(math.log10(epoch + 1))",
        "import math\nprint(math.log2(len(samples)), math.log(len(a)))",
        "import numpy as np\nbits = np.log2(net.shape[0])",
        "import math\nerror += (t - y) ** 2 / 2\nprint(math.log10(error))",
        "import math\noff = t - y\nprint(math.log(off * off))",
        "import numpy as np\noff = t - y\nprint(np.log(np.mean(np.abs(off))))",
        "import numpy as np\ndef mse(y, t):\n    return np.mean((t - y) ** 2)\nprint(np.log10(mse(y, t)))",
        "import numpy as np\nprint(np.log(np.mean((y > 0.5) == t)))",
    ],
)
def test_no_logarithm_of_an_output(text):
    assert not computes_a_logarithm(ast.parse(text), names_of_network(lens_of("xor")))


def activated(hidden, output):
    values = {
        "sigmoid": SIGMOID,
        "tanh": "math.tanh(net[{}])",
        "relu": "max(0.0, net[{}])",
        "linear": "net[{}]",
    }
    slopes = {
        "sigmoid": "a[{0}] * (1 - a[{0}])",
        "tanh": "(1 - a[{0}] ** 2)",
        "relu": "(1 if a[{0}] > 0 else 0)",
        "linear": "1",
    }
    return replaced(
        training(),
        ("a[j] = " + SIGMOID.format("j"), "a[j] = " + values[hidden].format("j")),
        ("a[8] = " + SIGMOID.format("8"), "a[8] = " + values[output].format("8")),
        ("delta[j] = a[j] * (1 - a[j])", "delta[j] = " + slopes[hidden].format("j")),
        ("delta[8] = a[8] * (1 - a[8])", "delta[8] = " + slopes[output].format("8")),
        ("eta = 0.5", "eta = 0.1"),
    )


@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "relu", "linear"])
@pytest.mark.parametrize("output", ["sigmoid", "tanh", "linear"])
def test_other_activations(hidden, output):
    unusual = [name for name in (hidden, output) if name != "sigmoid"]
    recording = assert_agrees(activated(hidden, output), *["activation"] * len(unusual))
    assert [recording.rule.activation_of(node, recording.topology) for node in (4, 8)] == [hidden, output]


def test_the_slope_of_another_activation_is_a_mistake():
    recording = record(replaced(activated("tanh", "sigmoid"), ("(1 - a[j] ** 2)", "a[j] * (1 - a[j])")))
    assert recording.rule.activation == ("tanh", "sigmoid")
    assert {c.where for c in recording.checks(0) if not c.agrees} == {("delta", j) for j in (4, 5, 6, 7)}


def test_an_error_without_its_half():
    recording = assert_agrees(replaced(training(), ("(t - a[8])", "2 * (t - a[8])")), "scale")
    assert recording.rule.scale == 2


@pytest.mark.parametrize("momentum", [0.9, 0.25])
@pytest.mark.parametrize("dampened", [False, True])
def test_momentum(momentum, dampened):
    share = f"{1 - momentum} * " if dampened else ""
    update = UPDATE.replace("+= eta", f"+= {share}eta")
    for target in ("w[8, j]", "w[j, i]", "b[j]", "b[8]"):
        key = target.replace("b[", "'b', ").replace("w[", "").replace("]", "")
        line = next(line for line in update.splitlines() if line.strip().startswith(target + " "))
        space = line[: len(line) - len(line.lstrip())]
        amount = line.split("+= ")[1]
        new = f"v[{key}] = {momentum} * v.get(({key}), 0) + {amount}"
        update = update.replace(line, f"{space}{new}\n{space}{target} += v[{key}]")
    source = training(sample=FORWARD + BACKWARD + update).replace(SETUP, SETUP + "v = {}\n")
    recording = assert_agrees(source, *(["momentum", "rate"] if dampened else ["momentum"]))
    assert recording.rule.momentum == pytest.approx(momentum, rel=1e-6)


@pytest.mark.parametrize(
    ("factor", "trait"), [("0.3 * ", "rate"), ("0.25 * ", "averaged"), ("1 / len(X) * ", "averaged")]
)
def test_the_rate_of_a_program_that_does_not_name_it(factor, trait):
    assert_agrees(
        replaced(BATCH.format(seed=1, rate=""), ("+= ", "+= " + factor)), trait, lesson="eleven-lines"
    )


def eleven_lines(*pairs):
    begins = ("np.random.seed(1)", "np.random.seed(1)\nalpha = 2.0")
    return edited("eleven-lines", ("range(60000)", "range(9)"), begins, *pairs)


UPDATES = [(f"syn{k} += np.dot", f"syn{k} += alpha * np.dot") for k in (0, 1)]


@pytest.mark.parametrize(
    "more", ["alpha *= 0.9", "if iteration == 5: alpha = 0.5", "alpha = 2 / (1 + iteration)"]
)
@pytest.mark.parametrize("name", ["eta", "alpha", "learning_rate", "lr"])
def test_a_learning_rate_that_changes_is_followed_by_its_name(name, more):
    end = 'print("outputs'
    source = eleven_lines(*UPDATES, (end, f"    {more}\n{end}")).replace("alpha", name)
    recording = assert_agrees(source, lesson="eleven-lines")
    assert recording.rule.eta
    assert recording.instance(("w", (8, 4))).right.count("«eta»") == 1


def test_what_has_the_name_of_a_learning_rate_may_be_momentum():
    momentum = [
        ("np.random.seed(1)", "np.random.seed(1)\nv = {0: 0, 1: 0}"),
        *(
            (
                f"    syn{k} += np.dot(l{k}.T, l{k + 1}_delta)",
                f"    v[{k}] = alpha * v[{k}] / 4 + 0.3 * np.dot(l{k}.T, l{k + 1}_delta)\n    syn{k} += v[{k}]",
            )
            for k in (0, 1)
        ),
    ]
    recording = assert_agrees(eleven_lines(*momentum), "momentum", "rate", lesson="eleven-lines")
    assert (recording.rule.momentum, recording.rule.rate) == (0.5, 0.3)


def test_two_rates_are_no_rule():
    source = replaced(BATCH.format(seed=1, rate=""), ("syn1 += ", "syn1 += 0.3 * "))
    recording = record(source, "eleven-lines")
    assert traits_of(recording) == []
    assert {c.where[1][0] for c in recording.checks(2) if not c.agrees} == {8}


def test_targets_that_are_noted_once_say_nothing_of_samples_that_change_places():
    shuffled = replaced(
        BATCH.format(seed=1, rate=""),
        ("    l0 = X\n", "    order = np.random.permutation(4)\n    l0, t = X[order], y[order]\n"),
        ("(y - l2)", "(t - l2)"),
    )
    recording = assert_agrees(shuffled, lesson="eleven-lines")
    assert {c.where[0] for c in recording.checks(0)} == {"a", "delta", "w"}


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["+= ", "+= 0.2 * ", "+= -1 * "]), st.booleans())
def test_correct_rules_agree_and_climbing_does_not(seed, step, other_sign):
    source = replaced(BATCH.format(seed=seed, rate=""), ("+= ", step))
    if other_sign:
        source = replaced(source, ("(y - l2)", "(l2 - y)"))
    recording = record(source, "eleven-lines")
    climbs = (step == "+= -1 * ") != other_sign
    wrong = [c for c in recording.checks(0) if not c.agrees]
    assert bool(wrong) == climbs


def test_a_network_that_grows_beyond_all_bounds_keeps_its_rule():
    grows = replaced(
        BATCH.format(seed=1, rate=""),
        ("1 / (1 + np.exp(-l0 @ syn0))", "l0 @ syn0"),
        ("1 / (1 + np.exp(-l1 @ syn1))", "l1 @ syn1"),
        (" * l2 * (1 - l2)", ""),
        (" * l1 * (1 - l1)", ""),
        ("range(6)", "range(9)"),
        ("    syn1 += l1.T @ l2_delta\n", "    v1 = 0.5 * v1 + l1.T @ l2_delta\n    syn1 += v1\n"),
        ("    syn0 += l0.T @ l1_delta\n", "    v0 = 0.5 * v0 + l0.T @ l1_delta\n    syn0 += v0\n"),
        ("for iteration", "v0 = v1 = 0\nfor iteration"),
    )
    with np.errstate(all="ignore"):
        recording = assert_agrees(grows, "activation", "activation", "momentum", lesson="eleven-lines")
    assert recording.rule.momentum == 0.5
    assert not recording.loss[-1] < 1e12
