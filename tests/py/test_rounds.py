"""Iterations of programs that train in no loop: counted by rounds of updates (recording/rounds.py)."""

import textwrap

import pytest
from kept import recorded_once

ARRAYS = """
import numpy as np
rng = np.random.default_rng(3)
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])
W1, W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))

def forward(x):
    h = 1 / (1 + np.exp(-x @ W1))
    return h, 1 / (1 + np.exp(-h @ W2))

def step():
    global W1, W2
    h, o = forward(X)
    d2 = (o - y) * o * (1 - o)
    d1 = d2 @ W2.T * h * (1 - h)
    W2 = W2 - 0.5 * (h.T @ d2)
    W1 = W1 - 0.5 * (X.T @ d1)
    return np.mean((o - y) ** 2)

TRAIN
print(forward(X)[1].round(3))
"""

SCALARS = """
import math
samples = [((0, 0, 1), 0), ((0, 1, 1), 1), ((1, 0, 1), 1), ((1, 1, 1), 0)]
v = [[0.1 * (j + 1) - 0.2 * i for i in range(3)] for j in range(2)]
u = [0.3, -0.4]

def step():
    error = 0
    for x, t in samples:
        h = [1 / (1 + math.exp(-sum(v[j][i] * x[i] for i in range(3)))) for j in range(2)]
        o = 1 / (1 + math.exp(-sum(u[j] * h[j] for j in range(2))))
        d = (t - o) * o * (1 - o)
        e = [h[j] * (1 - h[j]) * u[j] * d for j in range(2)]
        for j in range(2):
            u[j] += 0.5 * d * h[j]
            for i in range(3):
                v[j][i] += 0.5 * e[j] * x[i]
        error += (t - o) ** 2
    return error

TRAIN
"""

LOOP = "for epoch in range(12):\n    step()"
WAYS = {
    "recursion": "def train(n):\n    if n:\n        step()\n        train(n - 1)\ntrain(12)",
    "recursion that hands on": (
        "def train(n, best):\n    return train(n - 1, min(best, step())) if n else best\ntrain(12, 9.0)"
    ),
    "a list comprehension": "losses = [step() for epoch in range(12)]",
    "a dict comprehension": "losses = {epoch: step() for epoch in range(12)}",
    "a generator": "best = min(step() for epoch in range(12))",
    "map": "losses = list(map(lambda epoch: step(), range(12)))",
    "reduce": "import functools\nfunctools.reduce(lambda sum, _: sum + step(), range(12), 0)",
    "line after line": "step(); step(); step()\n" * 4,
    "exec of a text": "exec('for epoch in range(12):\\n    step()')",
    "exec of a text with a name": "code = '''\nfor epoch in range(12):\n    step()\n'''\nexec(code)",
    "exec of a text that is made": "exec('for epoch in range(%d):\\n    step()' % 12)",
}


def numbers(recording):
    """Each iteration's steps: what is set, of which sample, to what."""
    return [
        [(step.sample, dict(step.sets)) for step in recording.steps(iteration)]
        for iteration in range(recording.iterations)
    ]


@pytest.mark.parametrize("way", WAYS)
def test_a_round_of_updates_is_an_iteration_as_in_a_loop(way):
    loop, other = (recorded_once(ARRAYS.replace("TRAIN", train)) for train in (LOOP, WAYS[way]))
    assert other.error is None
    assert other.output == loop.output
    assert other.iterations == loop.iterations == 12
    assert numbers(other) == numbers(loop)
    assert list(other.loss) == list(loop.loss)


@pytest.mark.parametrize("form", ["exec({!r})", "exec(\n    {!r}\n)", 'exec("""{}""")'])
def test_a_line_of_a_text_that_is_run_is_a_line_of_the_program(form):
    """Also where the text has its ends of lines written as \\n: the page shows no line that is not there."""
    source = form.format(ARRAYS.replace("TRAIN", LOOP))
    recording = recorded_once(source)
    assert (recording.error, recording.iterations) == (None, 12)
    lines = {step.line for step in recording.steps(0)} | {role.line for role in recording.found.roles}
    assert lines <= {*range(1, source.count("\n") + 2)}


def test_where_updates_call_each_other_no_angle_is_told_that_is_another_s():
    """A function that trains and then calls itself: only a change that one update made is held against the gradient."""
    itself = ARRAYS.replace("TRAIN", "step(12)").replace("def step():", "def step(left):")
    itself = itself.replace("W2 = W2 - 0.5 * ", "W2 -= 0.5 * ").replace("W1 = W1 - 0.5 * ", "W1 -= 0.5 * ")
    itself = itself.replace("    return np", "    if left > 1: step(left - 1)\n    return np")
    recording = recorded_once(itself)
    assert (recording.error, recording.iterations) == (None, 12)
    assert all(angle < 0.01 for angle in recording.judgement.needle)


@pytest.mark.parametrize("way", ["recursion", "a list comprehension"])
def test_node_by_node_each_sample_is_a_round(way):
    """Every sample changes the weights: as in a loop over samples, which is not known to be an epoch here."""
    loop, other = (recorded_once(SCALARS.replace("TRAIN", train)) for train in (LOOP, WAYS[way]))
    assert other.error is None
    assert other.iterations in (12, 48)
    flat = [[one for part in numbers(recording) for _, one in part] for recording in (loop, other)]
    assert flat[0] == flat[1]


def test_an_error_in_a_round_leaves_what_was_reached():
    train = "def train(n):\n    step()\n    if n == 5:\n        1 / 0\n    train(n + 1)\ntrain(0)"
    recording = recorded_once(ARRAYS.replace("TRAIN", train))
    assert (recording.error.type, recording.iterations) == ("ZeroDivisionError", 6)


def test_a_program_that_stops_in_the_middle_of_a_round():
    source = ARRAYS.replace(
        "    W1 = W1", "    if len(seen) == 4:\n        1 / 0\n    seen.append(1)\n    W1 = W1"
    )
    recording = recorded_once("seen = []\n" + source.replace("TRAIN", textwrap.dedent(WAYS["recursion"])))
    assert recording.error.type == "ZeroDivisionError"
    assert recording.iterations in (4, 5)


def test_two_functions_that_call_each_other():
    train = "def one(n):\n    step()\n    two(n - 1)\ndef two(n):\n    if n:\n        one(n)\none(12)"
    loop, other = (recorded_once(ARRAYS.replace("TRAIN", each)) for each in (LOOP, train))
    assert numbers(other) == numbers(loop)


def test_a_function_that_only_evaluates_is_no_part_of_an_iteration():
    """The forward pass in `report` stands in `forward`, as that of training does."""
    train = "def train(n):\n    step()\n    report()\n    if n > 1:\n        train(n - 1)\n"
    train = f"def report():\n    print(forward(X)[1].mean())\n{train}train(12)"
    loop, other = (recorded_once(ARRAYS.replace("TRAIN", each)) for each in (LOOP, train))
    assert numbers(other) == numbers(loop)


IN_CALLS = """
def train(times):
    for epoch in range(times):
        step()

TRAIN
"""


@pytest.mark.parametrize(
    "calls",
    [
        "train(5)\ntrain(7)",
        "train(5)\nprint(W1)\ntrain(6)\nprint(W1)\ntrain(1)",
        "train(5)\nforward(X)\ntrain(7)",
        "for part in range(3):\n    train(4)",
    ],
)
def test_training_that_goes_on_in_another_call_is_recorded_to_its_end(calls):
    program = ARRAYS.replace("TRAIN", IN_CALLS.replace("TRAIN", calls))
    loop, other = recorded_once(ARRAYS.replace("TRAIN", LOOP)), recorded_once(program)
    assert other.iterations == 12
    assert numbers(other) == numbers(loop)


@pytest.mark.parametrize(("every", "iterations", "samples"), [(1, 8, 2), (2, 4, 4), (4, 2, 8)])
def test_batches_that_add_up_to_one_update_are_one_iteration(every, iterations, samples):
    recording = recorded_once(f"""
import numpy as np
rng = np.random.default_rng(8)
X, y = rng.normal(size=(8, 2)), rng.normal(size=(8, 1))
W, V = rng.normal(size=(2, 3)), rng.normal(size=(3, 1))
G, H, step = np.zeros_like(W), np.zeros_like(V), 0
for epoch in range(2):
    for xs, ys in zip(np.split(X, 4), np.split(y, 4)):
        h = np.tanh(xs @ W)
        d = h @ V - ys
        H += h.T @ d
        G += xs.T @ (d @ V.T * (1 - h * h))
        step += 1
        if step % {every} == 0:
            W -= 0.1 * G
            V -= 0.1 * H
            G[:], H[:] = 0, 0
""")
    (output,) = recording.topology.outputs
    assert recording.iterations == iterations
    deltas = [recording.value("delta", output, iteration=0, sample=n) for n in range(samples)]
    assert None not in deltas
    assert len(set(deltas)) == samples
