"""Forms of nets, sums and batches that were once not found, or found wrongly: each in a few lines."""

from pathlib import Path

import numpy as np
import pytest
from backprop import diagnose
from kept import recorded_once

from tests.py.right_styles import right_style

LOGISTIC = """
import numpy as np
np.random.seed(1)
X, y = np.random.rand(5, 2), np.random.rand(5, 1)
W, b, V, c = np.random.randn(2, 3), np.random.randn(3), np.random.randn(3, 1), np.random.randn(1)
for i in range(10):
    h = 1 / (1 + np.exp({hidden}))
    o = 1 / (1 + np.exp({output}))
    do = (o - y) * o * (1 - o)
    dh = do @ V.T * h * (1 - h)
    V -= 0.3 * h.T @ do
    c -= 0.3 * do.sum(0)
    W -= 0.3 * X.T @ dh
    b -= 0.3 * dh.sum(0)
"""
FORMS = ["-(X @ W + b)", "-X @ W - b", "-(X @ W) - b", "-b - X @ W", "X @ -W - b", "-np.dot(X, W) - b"]


SAMPLE_BY_SAMPLE = (
    LOGISTIC.replace("(10):", "(10):\n  for X, y in zip(samples, targets):")
    .replace("X, y =", "samples, targets =")
    .replace("h.T @ do", "np.outer(h, do)")
    .replace("X.T @ dh", "np.outer(X, dh)")
    .replace(".sum(0)", "")
    .replace("do @ V.T", "V @ do")
)


def of_output(form):
    return form.replace("X", "h").replace("W", "V").replace("b", "c")


@pytest.mark.parametrize("program", [LOGISTIC, SAMPLE_BY_SAMPLE], ids=["batch", "sample by sample"])
@pytest.mark.parametrize("form", FORMS)
def test_a_net_is_the_right_way_up_wherever_its_minus_stands(form, program):
    plain = recorded_once(program.format(hidden=FORMS[0], output=of_output(FORMS[0])))
    source = program.format(hidden=form, output=of_output(form))
    recording = recorded_once(source)
    assert recording.topology == plain.topology
    assert [one.state for one in recording.verdict] == ["agrees", "agrees"]
    assert all(check.agrees for check in recording.checks(0))
    for quantity, node in (("net", 3), ("a", 3), ("delta", 3), ("net", 6), ("delta", 6)):
        values = [one.value(quantity, node, iteration=0, sample=1) for one in (plain, recording)]
        assert values[1] == pytest.approx(values[0], rel=1e-12)
    for wrong in source.replace("V -=", "V +="), source.replace("dh = ", "dh = -"):
        assert [one for one in diagnose(recorded_once(wrong)) if one.kind == "mistake"], wrong


def test_a_change_may_be_converted_before_it_is_added():
    """The gradient is float64 where the inputs are whole numbers and the weights are float32."""
    source = LOGISTIC.format(hidden=FORMS[0], output=of_output(FORMS[0])).replace(
        "np.random.rand(5, 2)", "np.eye(5, 2)"
    )
    for change in ("0.3 * h.T @ do", "0.3 * do.sum(0)", "0.3 * X.T @ dh", "0.3 * dh.sum(0)"):
        source = source.replace(f"-= {change}", f"-= ({change}).astype(np.float32)")
    source = source.replace("for i", "W, b, V, c = (one.astype(np.float32) for one in (W, b, V, c))\nfor i")
    assert [one.state for one in recorded_once(source).verdict] == ["agrees", "agrees"]
    wrong = recorded_once(source.replace("do @ V.T", "do @ -V.T"))
    assert [one.id for one in diagnose(wrong) if one.kind == "mistake"] == ["delta-sign"]


BATCH = """
import numpy as np
rng = np.random.default_rng(0)
X, y = rng.normal(size=(6, 2)), rng.normal(size=(6, 1))
W, V = rng.normal(size=(2, 3)), rng.normal(size=(3, 1))
for i in range(6):
    rows = {rows}
    h = np.tanh(X[rows] @ W)
    o = h @ V
    do = (o - y[rows]) / len(rows)
    dh = do @ V.T * (1 - h ** 2)
    V -= 0.1 * h.T @ do
    W -= 0.1 * X[rows].T @ dh
"""


def test_a_row_that_stands_twice_in_a_batch_is_two_samples():
    source = BATCH.format(rows="[1, 4, 1]")
    recording = recorded_once(source)
    assert [one.state for one in recording.verdict] == ["agrees", "factor"]
    assert diagnose(recording) == []
    first, again = (recording.value("delta", 3, iteration=0, sample=sample) for sample in (0, 2))
    assert first == again != recording.value("delta", 3, iteration=0, sample=1)
    wrong = source.replace(" * (1 - h ** 2)", "")
    assert [one.id for one in diagnose(recorded_once(wrong))] == ["slope-missing-hidden"]


def test_an_output_without_a_delta_is_the_value_that_meets_its_target():
    source = BATCH.format(rows="[0, 1, 2, 3]").replace("o = h @ V", "o = 1 / (1 + np.exp(-(h @ V)))")
    source = source.replace("(o - y[rows])", "(o - y[rows]) * o * (1 - o)")
    recording = recorded_once(source.replace("V -= 0.1 * h.T @ do", "V -= 0.1 * do.mean() * np.ones((3, 1))"))
    net, output = (recording.value(quantity, 6, iteration=0, sample=0) for quantity in ("net", "a"))
    assert output == pytest.approx(1 / (1 + np.exp(-net)))


NEVER_RESET = """
import numpy as np
rng = np.random.default_rng(0)
X, y = rng.normal(size=(6, 2)), rng.normal(size=(6, 1))
W, V = rng.normal(size=(2, 3)), rng.normal(size=(3, 1))
gW, gV = np.zeros((2, 3)), np.zeros((3, 1))
for i in range(8):
    h = np.tanh(X @ W)
    o = h @ V
    gV += h.T @ (o - y)
    gW += X.T @ ((o - y) @ V.T * (1 - h ** 2))
    V -= 0.01 * gV
    W -= 0.01 * gW
"""


def test_a_sum_of_gradients_that_is_never_set_back_is_no_weight():
    recording = recorded_once(NEVER_RESET)
    assert recording.topology.layers == ((1, 2), (3, 4, 5), (6,))
    assert {"gradient-not-reset"} == {one.id for one in diagnose(recording) if one.kind == "mistake"}


STYLES = Path(__file__).parents[1] / "programs/styles"


@pytest.mark.parametrize("lesson", ["xor", "eleven-lines", "network-class"])
def test_a_pasted_program_is_its_own_network_in_every_lesson(lesson):
    pasted = (STYLES / "nielsen_mini_batches.py").read_text(encoding="utf-8")
    partly = BATCH.format(rows="[0, 1, 2, 3]").replace(
        "V -= 0.1 * h.T @ do", "V -= 0.1 * X[rows][:3, :1] * do.mean()"
    )
    for source in pasted, partly:
        alone, recording = recorded_once(source), recorded_once(source, lesson)
        assert recording.topology == alone.topology
        assert [one.id for one in diagnose(recording)] == [one.id for one in diagnose(alone)]


def test_a_perceptron_without_an_error_in_its_first_samples_is_not_accused():
    source = """
w, b = [0.0, 0.0], 0.0
for epoch in range(10):
    for (x1, x2), t in [((0, 0), 0), ((0, 1), 0), ((1, 0), 0), ((1, 1), 1)]:
        error = t - (1 if w[0] * x1 + w[1] * x2 + b > 0 else 0)
        w[0] += 0.1 * error * x1
        w[1] += 0.1 * error * x2
        b += 0.1 * error
"""
    recording = recorded_once(source)
    assert recording.topology.layers == ((1, 2), (3,))
    assert not [one for one in diagnose(recording) if one.kind in ("mistake", "unknown")]


DROPOUT = """
import numpy as np
rng = np.random.default_rng(5)
X, y = rng.normal(size=(8, 3)), rng.normal(size=(8, 1))
W, V = rng.normal(size=(3, 6)), rng.normal(size=(6, 1))
for i in range(12):
    h = np.tanh(X @ W)
    mask = (rng.random(h.shape) < 0.5) / 0.5
    dropped = h * mask
    do = (dropped @ V - y) / 8
    dh = do @ V.T * mask * (1 - h ** 2)
    V -= 0.1 * dropped.T @ do
    W -= 0.1 * X.T @ dh
"""


def test_a_mask_of_dropout_that_is_forgotten_in_the_backward_pass_is_told():
    found = [one for one in diagnose(recorded_once(DROPOUT)) if one.kind in ("mistake", "unknown")]
    assert found == []
    forgotten = diagnose(recorded_once(DROPOUT.replace("V.T * mask", "V.T")))
    assert [one.line for one in forgotten if one.kind in ("mistake", "unknown")] == [11]


@pytest.mark.parametrize("line", ["np.sum(V[:0] * 2)", "sum(W[i, 0] * 2 for i in range(0))"])
def test_a_sum_of_nothing_is_no_obstacle(line):
    source = LOGISTIC.format(hidden=FORMS[0], output=of_output(FORMS[0]))
    source = source.replace("    V -=", f"    nothing = {line}\n    V -=")
    for program in source, source.replace("    V -= 0.3 * h.T @ do\n", ""):
        recording = recorded_once(program)
        assert recording.found.state != "none"
        assert recording.value("delta", 3, iteration=0, sample=1) is not None


def test_a_target_that_is_computed_as_one_minus_another_is_the_target():
    source = """
import numpy as np
rng = np.random.default_rng(4)
W, V = rng.normal(size=(3, 2)), rng.normal(size=(2, 3))
def s(z): return 1 / (1 + np.exp(-z))
data = [(np.array([a, b]), np.array([a ^ b, 1 - (a ^ b)])) for a in (0, 1) for b in (0, 1)]
for epoch in range(5):
    for x, t in data:
        h = s(W @ x)
        y = s(V @ h)
        d = (t - y) * y * (1 - y)
        dh = V.T @ d * h * (1 - h)
        V += 0.5 * np.outer(d, h)
        W += 0.5 * np.outer(dh, x)
"""
    recording = recorded_once(source)
    assert not diagnose(recording)
    assert [recording.value("t", node, iteration=0, sample=0) for node in (6, 7)] == [0, 1]


def test_an_error_made_with_the_net_of_the_output_is_named():
    source = """
import numpy as np
rng = np.random.default_rng(4)
X, y = rng.normal(size=(5, 2)), rng.uniform(size=(5, 1))
W, V = rng.normal(size=(2, 3)), rng.normal(size=(3, 1))
def s(z): return 1 / (1 + np.exp(-z))
for epoch in range(9):
    h = np.tanh(X @ W)
    z = h @ V
    d = (y - z) * s(z) * (1 - s(z))
    dh = d @ V.T * (1 - h ** 2)
    V += 0.1 * h.T @ d
    W += 0.1 * X.T @ dh
"""
    assert [(one.id, one.line) for one in diagnose(recorded_once(source))] == [("error-of-net", 10)]


@pytest.mark.parametrize("seed", range(20, 40))
def test_a_program_in_any_style_has_its_layers(seed):
    source, shape = right_style(seed)
    assert [len(layer) for layer in recorded_once(source).topology.layers] == shape["sizes"]
