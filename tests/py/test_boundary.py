"""The plane of two inputs (issue 5, point 6): what is drawn is where the network's own answer is above one half."""

import json
import math

import numpy as np
import pytest
from backprop.lessons.lens import LESSONS
from backprop.page.session import run
from backprop.panels.decision_boundary import CORNERS, polygons
from hypothesis import assume, given
from hypothesis import strategies as st

ROWS = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
weights = st.floats(-20, 20).filter(lambda w: abs(w) > 1e-3)


def is_inside(polygon, x1, x2):
    """Whether a point lies in a convex polygon whose corners go round anticlockwise."""
    edges = zip(polygon, [*polygon[1:], *polygon[:1]])
    return len(polygon) > 2 and all(
        (bx - ax) * (x2 - ay) - (by - ay) * (x1 - ax) >= 0 for (ax, ay), (bx, by) in edges
    )


@given(weights, weights, weights, st.floats(-0.6, 1.6), st.floats(-0.6, 1.6))
def test_a_point_is_inside_where_its_own_answer_is_above_one_half(w1, w2, w0, x1, x2):
    net = w1 * x1 + w2 * x2 + w0
    assume(abs(net) > 1e-3 * (abs(w1) + abs(w2)))  # the corners are rounded to four places
    (polygon,) = polygons(np.array([[w1 * c1 + w2 * c2 + w0 for c1, c2 in CORNERS]]))
    assert is_inside(polygon, x1, x2) == (net > 0)


def source_of(program="program"):
    return (LESSONS / "two-layer" / f"{program}.py").read_text(encoding="utf-8")


def sides_of(source, lesson="two-layer"):
    """What the page is told, by iteration."""
    headers = []
    run(source, lesson, lambda header, *_: headers.append(json.loads(header)))
    assert headers[-1]["end"] == "done"
    return [side for header in headers for side in header["sides"]]


def plain_outputs(targets, iterations):
    """The lesson's training without the lesson: sample by sample, each answer before each update."""
    rng = np.random.RandomState(1)
    w = [2 * rng.random_sample() - 1 for _ in range(3)]
    for _ in range(iterations):
        outputs = [1 / (1 + math.exp(-sum(a * b for a, b in zip(w, x)))) for x in ROWS]
        yield outputs
        deltas = [(t - y) * y * (1 - y) for t, y in zip(targets, outputs)]
        w = [a + sum(d * x[i] for d, x in zip(deltas, ROWS)) for i, a in enumerate(w)]


@pytest.mark.parametrize(
    ("program", "targets", "iterations"), [("program", [0, 0, 1, 1], 300), ("xor-targets", [0, 1, 1, 0], 100)]
)
def test_in_every_iteration_each_sample_lies_where_its_answer_says(program, targets, iterations):
    source = source_of(program).replace("range(10000)", "range(300)")
    sides = sides_of(source)
    for side, outputs in zip(sides, plain_outputs(targets, iterations)):
        for (x1, x2, _), output in zip(ROWS, outputs):
            if abs(output - 0.5) > 1e-3:
                assert is_inside(side, x1, x2) == (output > 0.5)


def test_xor_is_never_separated_and_the_lessons_own_targets_are_at_last():
    told = [[is_inside(side, x1, x2) for x1, x2, _ in ROWS] for side in sides_of(source_of("xor-targets"))]
    assert len(told) == 200
    assert [False, True, True, False] not in told
    assert [False, True, False, True] in told  # two right, two wrong
    last = list(plain_outputs([0, 1, 1, 0], 200))[-1]
    assert all(abs(output - 0.5) < 1e-3 for output in last)
    own = sides_of(source_of().replace("range(10000)", "range(300)"))
    assert [is_inside(own[-1], x1, x2) for x1, x2, _ in ROWS] == [False, False, True, True]


@pytest.mark.parametrize(
    ("edits", "drawn"),
    [
        ([("np.random.seed(1)", "np.random.seed(2)")], True),
        ([("[[0, 0, 1]", "[[0, 0, 2]")], False),  # the third input is no constant
        ([("(3, 1)", "(2, 1)"), ("[[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]", "X0")], True),
        (
            [
                ("return 1 / (1 + np.exp(-net))", "return np.tanh(net)"),
                ("output * (1 - output)", "1 - output**2"),
            ],
            False,
        ),
    ],
)
def test_a_network_that_this_plane_cannot_show_is_not_drawn(edits, drawn):
    source = source_of().replace("range(10000)", "range(30)")
    for old, new in edits:
        assert old in source
        source = source.replace(old, new)
    source = source.replace("np.array(X0)", "np.array([[0, 0], [0, 1], [1, 0], [1, 1]])")
    sides = sides_of(source)
    assert len(sides) == 30
    assert all((side is not None) == drawn for side in sides)


def test_a_net_that_is_nothing_or_no_number_draws_nothing():
    assert polygons(np.zeros((1, 4))) == [[]]
    source = source_of().replace("range(10000)", "range(30)")
    for weights in ("0 * np.random.random((3, 1))", "1e308 * np.ones((3, 1))", "np.nan * np.ones((3, 1))"):
        given = source.replace("2 * np.random.random((3, 1)) - 1", f"{weights}\nnp.seterr(all='ignore')")
        assert given != source
        assert sides_of(given)[0] == []


def test_other_lessons_are_not_told():
    source = (LESSONS / "xor" / "program.py").read_text(encoding="utf-8").replace("range(4000)", "range(3)")
    assert sides_of(source, "xor") == []
