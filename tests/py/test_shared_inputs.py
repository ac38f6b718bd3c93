"""Inputs that are used more than once: windows over a series, targets that are inputs, a label among the inputs."""

import numpy as np
import pytest
from backprop import diagnose
from kept import recorded_once

HEAD = """\
import numpy as np
rng = np.random.default_rng(3)
def sig(z): return 1 / (1 + np.exp(-z))
"""
SERIES = HEAD + "s = np.sin(np.arange(12) * 0.7) * 0.4 + 0.5\n"
BACK = """\
        d2 = (y - t) * y * (1 - y)
        d1 = d2 * W2 * h * (1 - h)
        W2 -= 0.5 * h * d2
        W1 -= 0.5 * np.outer(d1, x)
"""
ROWS = """\
W1, W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
for epoch in range(20):
    h = sig(X @ W1); y = sig(h @ W2)
    d2 = (y - T) * y * (1 - y)
    d1 = d2 @ W2.T * h * (1 - h)
    W2 -= 0.5 * h.T @ d2
    W1 -= 0.5 * X.T @ d1
"""
WINDOWS = {
    "rows": "X, T = np.array([s[i:i + 3] for i in range(8)]), s[3:11, None]\n" + ROWS,
    "views": "X, T = np.lib.stride_tricks.sliding_window_view(s, 3)[:8], s[3:11, None]\n" + ROWS,
    "columns": """\
X, T = np.array([s[0:8], s[1:9], s[2:10]]), s[3:11]
W1, W2 = rng.normal(size=(4, 3)), rng.normal(size=(1, 4))
for epoch in range(20):
    h = sig(W1 @ X); y = sig(W2 @ h)
    d2 = (y - T) * y * (1 - y)
    d1 = W2.T @ d2 * h * (1 - h)
    W2 -= 0.5 * d2 @ h.T
    W1 -= 0.5 * d1 @ X.T
""",
    "one by one": f"""\
W1, W2 = rng.normal(size=(4, 3)), rng.normal(size=4)
for epoch in range(20):
    for i in range(8):
        x, t = s[i:i + 3], s[i + 3]
        h = sig(W1 @ x); y = sig(W2 @ h)
{BACK}""",
    "lists": f"""\
s = list(map(float, s))
W1, W2 = rng.normal(size=(4, 3)), rng.normal(size=4)
for epoch in range(20):
    for i in range(8):
        x, t = s[i:i + 3], s[i + 3]
        h = np.array([sig(sum(W1[j][k] * x[k] for k in range(3))) for j in range(4)]); y = sig(W2 @ h)
{BACK}""",
}


@pytest.mark.parametrize("form", WINDOWS)
def test_windows_over_a_series_have_their_own_numbers(form):
    recording = recorded_once(SERIES + WINDOWS[form])
    series = np.sin(np.arange(12) * 0.7) * 0.4 + 0.5
    output = recording.topology.layers[-1][0]
    for iteration in (0, 1, 19):
        for sample in range(8):
            seen = [recording.value("a", node, iteration=iteration, sample=sample) for node in (1, 2, 3)]
            seen.append(recording.value("t", output, iteration=iteration, sample=sample))
            assert seen == pytest.approx(series[sample : sample + 4])
    assert [one for one in diagnose(recording) if one.kind in ("mistake", "unknown")] == []


def test_targets_that_are_inputs_have_a_row_and_numbers():
    auto = HEAD + "X = T = np.eye(3)\n" + ROWS.replace("(4, 1)", "(4, 3)")
    recording = recorded_once(auto)
    assert {"target", "input"} <= {role.quantity for role in recording.roles}
    outputs = recording.topology.layers[-1]
    assert [recording.value("t", node, iteration=5, sample=1) for node in outputs] == [0, 1, 0]
    assert diagnose(recording) == []


@pytest.mark.parametrize("label", ["T = X[:, 2:]", "T = X[:, [2]]", "T = X[:, 2].reshape(-1, 1)"])
def test_a_label_among_the_inputs_is_remarked(label):
    data = "X = np.array([[0., 0., 0.], [0., 1., 1.], [1., 0., 1.], [1., 1., 0.]])\n"
    found = {(one.id, one.kind) for one in diagnose(recorded_once(f"{HEAD}{data}{label}\n{ROWS}"))}
    assert found == {("target-is-input", "remark")}
    apart = data + "T = np.array([[0.], [1.], [1.], [0.]])\n"  # the same numbers, written twice
    assert diagnose(recorded_once(HEAD + apart + ROWS)) == []
