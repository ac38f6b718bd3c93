"""Data sets of the playground: what they are, by their own definitions; one's own points, from text and as text."""

import ast

import numpy as np
import pytest
from backprop import data
from hypothesis import given
from hypothesis import strategies as st

MADE = [name for name in data.DATASETS if name != "xor-rows"]


@pytest.mark.parametrize("name", data.DATASETS)
def test_a_set_is_the_same_for_a_seed(name):
    first, again, other = (data.points(name, 0.1, seed) for seed in (1, 1, 2))
    assert first.shape[1] == 3
    assert np.isfinite(first).all()
    assert (first == again).all()
    assert name == "xor-rows" or (first != other).any()


@pytest.mark.parametrize("name", MADE)
def test_a_set_has_so_many_points_near_the_middle(name):
    found = data.points(name, 0, 3, count=151)
    assert len(found) == 151
    assert np.abs(found[:, :2]).max() <= 2 * data.RADIUS
    targets = found[:, 2]
    if name in data.REGRESSION:
        assert -1 <= targets.min() < -0.5 < 0.5 < targets.max() <= 1
    else:
        assert set(targets) == {0, 1}
        assert 0.3 < targets.mean() < 0.7


def test_what_the_targets_without_noise_are():
    x1, x2, t = data.points("xor").T
    assert (t == (x1 * x2 < 0)).all()
    x1, x2, t = data.points("circle").T
    assert (t == (np.hypot(x1, x2) < 0.6 * data.RADIUS)).all()
    x1, x2, t = data.points("plane").T
    np.testing.assert_allclose(t, (x1 + x2) / 6)
    x1, x2, t = data.points("spiral").T
    radius = np.hypot(x1, x2)
    arm = np.where(t == 1, -1, 1) * np.sin(3 * np.pi * radius / data.RADIUS) * radius
    np.testing.assert_allclose(x1, arm, atol=1e-9)
    assert data.points("xor-rows", noise=0.5).tolist() == [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]


@pytest.mark.parametrize("name", MADE)
def test_noise_moves_points_that_far(name):
    still, moved = data.points(name, 0, 5, 2000), data.points(name, 0.2, 5, 2000)
    if name in data.REGRESSION:
        assert np.std(moved[:, 2] - still[:, 2]) == pytest.approx(0.2, rel=0.1)
    else:
        assert np.std(moved[:, :2] - still[:, :2]) == pytest.approx(0.6, rel=0.1)
        assert (moved[:, 2] == still[:, 2]).all()


def test_a_split_parts_the_points():
    whole = data.points("gaussians")
    train, test = data.split(whole, 0.3, seed=4)
    assert (len(train), len(test)) == (140, 60)
    assert sorted(map(tuple, np.vstack([train, test]))) == sorted(map(tuple, whole))
    assert (data.split(whole, 0.3, seed=4)[1] == test).all()
    assert len(data.split(whole, 0)[1]) == 0
    assert len(data.split(whole[:9], 0.5)[1]) == 0


def test_features():
    found = data.features(np.array([[0.5, -2.0, 1.0]]), list(data.INPUTS))
    np.testing.assert_allclose(found, [[0.5, -2, 0.25, 4, -1, np.sin(0.5), np.sin(-2)]])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: data.points("squares"), "unknown data set 'squares': wanted one of xor-rows, xor"),
        (lambda: data.points("xor", noise=-1), "noise is -1: wanted 0 or more"),
        (lambda: data.points("xor", noise=float("nan")), "noise is nan"),
        (lambda: data.points("xor", count=0), "count is 0"),
        (lambda: data.points([]), "0 points: wanted 1 to 500 rows"),
        (lambda: data.points([(0, 0, 1)] * 501), "501 points: wanted 1 to 500 rows"),
        (lambda: data.points([(0, 0, 1), (1, 2)]), r"point 2 is \(1, 2\)"),
        (lambda: data.points([(0, "a", 1)]), "point 1 is"),
        (lambda: data.points([(0, float("nan"), 1)]), "point 1 is"),
        (lambda: data.points([7]), "point 1 is 7"),
        (lambda: data.split(data.points("xor"), 1), "test_part is 1: wanted a number from 0 to 0.9"),
        (lambda: data.features(data.points("xor"), []), "there are no inputs: wanted some of x1, x2"),
        (lambda: data.features(data.points("xor"), ["x3"]), "unknown input 'x3'"),
    ],
)
def test_what_is_refused_says_what_was_wanted(call, said):
    with pytest.raises(ValueError, match=said):
        call()


# --- one's own points ---


@pytest.mark.parametrize(
    "text",
    [
        "x1,x2,t\n0.5,-1,1\n2,3.25,0\n",
        "\ufeff0.5;-1;1\r\n\r\n2;3,25;0",
        "a\tb\tc\n 0,5\t−1\t1\n2\t3.25\t0\n\n",
        '"0.5", "-1", "1"\n2,3.25,0',
        '"x1","x, y","t"\n"0,5","-1","1"\n2,"3,25","0"',
        "0.5，-1，1\n2，3.25，0\n",
        "０．５；－１；１\n2；3，25；0",
        "x y t\n0.5 -1 1\n2\u30003.25  0\n",
        "0,5 -1 1\n2 3,25 0\n",
        "0.5、-1、1\n2, 3.25, 0",
    ],
)
def test_points_from_text(text):
    assert data.from_csv(text).tolist() == [[0.5, -1, 1], [2, 3.25, 0]]


@pytest.mark.parametrize(
    ("text", "id", "line"),
    [
        ("", "csv-empty", None),
        ("\n  \n", "csv-empty", None),
        ("x,y,t", "csv-empty", None),
        ("x,y,t\n1,2", "csv-columns", 2),
        ("1,2,3\n\n1,2,3,4", "csv-columns", 3),
        ("1,2,3\na,b,c", "csv-number", 2),
        ("1,nan,0", "csv-number", 1),
        ("1,1e9,0", "csv-number", 1),
        ("1,2,0\n" * 501, "csv-many", 501),
    ],
)
def test_text_that_is_no_points_is_refused_by_line(text, id, line):
    with pytest.raises(data.CsvError) as caught:
        data.from_csv(text)
    assert (caught.value.id, caught.value.line) == (id, line)


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from('0123456789.,;\t\n"-e'))))
def test_any_text_gives_points_or_says_why_not(text):
    found = refused = None
    try:
        found = data.from_csv(text)
    except data.CsvError as error:
        refused = error
    if found is not None:
        assert data.points(found.tolist()).shape == found.shape
    else:
        assert refused.id in ("csv-empty", "csv-columns", "csv-number", "csv-many")
        assert refused.line is None or 1 <= refused.line <= len(text.splitlines())


NUMBER = st.floats(-1000, 1000).map(lambda x: round(x, 4))
ROWS = st.lists(st.tuples(NUMBER, NUMBER, NUMBER), min_size=1, max_size=20)


@given(ROWS, st.sampled_from([",", ";", "\t"]))
def test_points_survive_text_and_the_program(rows, mark):
    text = "\n".join(mark.join(map(repr, row)) for row in rows)
    found = data.from_csv(text)
    np.testing.assert_array_equal(found, rows)
    np.testing.assert_array_equal(data.points(ast.literal_eval(data.as_literal(found))), rows)
