"""Which of the program's names is which quantity."""

import ast

import numpy as np
import pytest
from backprop.lessons.lens import LESSONS, entries, lens_of, lesson_settings, lessons
from backprop.topology import OUTPUT

LENS = lens_of("xor")


def watched(text):
    """The ref that a target names, its indices evaluated; None if the lens does not watch it."""
    found = LENS.watch(ast.parse(text, mode="eval").body)
    if found is None:
        return None
    watch, indices = found
    keys = [ast.literal_eval(index) for index in indices]
    return watch.ref(tuple(keys) if len(keys) > 1 else keys[0] if keys else None)


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("delta[8]", ("delta", 8)),
        ("a[1]", ("a", 1)),
        ("w[8, 4]", ("w", (8, 4))),
        ("w[8][4]", ("w", (8, 4))),
        ("self.w[8, 4]", ("w", (8, 4))),
        ("self.layers.w[8][4]", ("w", (8, 4))),
        ("layers[0].net[4]", ("net", 4)),
        ("y", ("a", OUTPUT)),
        ("self.y", ("a", OUTPUT)),
        ("t", ("t", OUTPUT)),
        ("eta", ("eta", None)),
    ],
)
def test_a_target_and_the_quantity_it_is(text, ref):
    assert watched(text) == ref


@pytest.mark.parametrize("text", ["deltas[8]", "x", "self", "y_hat", "w2[8, 4]", "f()", "f()[4]", "1"])
def test_other_names_are_not_watched(text):
    assert watched(text) is None


@pytest.mark.parametrize("text", ["delta['8']", "w[8]", "w[8, 4, 1]", "w[8.5, 4]", "a[1, 2]", "delta[None]"])
def test_an_index_that_names_no_node_is_no_quantity(text):
    assert watched(text) is None


def entry(name, index, value):
    return dict(entries(LENS.watches[name], index, value))


def test_one_item():
    assert entry("a", 4, 0.5) == {("a", 4): 0.5}
    assert entry("w", (8, 4), 0.5) == {("w", (8, 4)): 0.5}


@pytest.mark.parametrize(
    "whole",
    [
        {(8, 4): 0.5, (8, 5): 0.25},
        {8: {4: 0.5, 5: 0.25}},
        {8: [0, 0, 0, 0, 0.5, 0.25]},
    ],
)
def test_a_whole_container_is_opened_into_its_items(whole):
    found = entry("w", None, whole)
    assert found["w", (8, 4)] == 0.5
    assert found["w", (8, 5)] == 0.25


def test_a_whole_array_is_opened_by_row_and_column():
    assert entry("w", None, np.array([[1.0, 2.0], [3.0, 4.0]])) == {
        ("w", (0, 0)): 1,
        ("w", (0, 1)): 2,
        ("w", (1, 0)): 3,
        ("w", (1, 1)): 4,
    }
    assert entry("a", None, np.array([0.5, 0.25])) == {("a", 0): 0.5, ("a", 1): 0.25}


@pytest.mark.parametrize(
    ("index", "refs"),
    [
        (slice(4, 7), [4, 5, 6]),
        (slice(4, 9, 2), [4, 6, 8]),
        (slice(None, 3), [0, 1, 2]),
        ([7, 4, 5], [7, 4, 5]),
        (np.array([7, 4, 5]), [7, 4, 5]),
    ],
)
def test_several_items_at_once_keep_their_order(index, refs):
    values = np.array([0.5, 0.25, 0.125])
    assert list(entry("net", index, values).items()) == [
        (("net", n), value) for n, value in zip(refs, values, strict=True)
    ]


def test_a_row_of_weights():
    row = np.array([0.5, 0.25])
    assert entry("w", (8, slice(4, 6)), row) == {("w", (8, 4)): 0.5, ("w", (8, 5)): 0.25}


def test_a_block_of_weights():
    block = np.array([[1.0, 2.0], [3.0, 4.0]])
    found = entry("w", (slice(4, 6), slice(1, 3)), block)
    assert found == {("w", (4, 1)): 1, ("w", (4, 2)): 2, ("w", (5, 1)): 3, ("w", (5, 2)): 4}


def test_items_that_name_no_node_are_passed_over():
    assert entry("a", None, {"bias": 1.0, 4: 0.5, None: 2.0}) == {("a", 4): 0.5}
    assert entry("a", None, "text") == entry("a", None, 5) == {}


def test_lessons_stand_in_the_order_of_the_course():
    found = lessons()
    assert "xor" in found
    assert sorted(found) == sorted(path.parent.name for path in LESSONS.glob("*/lesson.toml"))
    orders = [lesson_settings(lesson)["order"] for lesson in found]
    assert orders == sorted(orders)


@pytest.mark.parametrize("lesson", lessons())
def test_every_lesson_has_a_lens_and_a_title_in_both_languages(lesson):
    lens, settings = lens_of(lesson), lesson_settings(lesson)
    assert lens.lesson == lesson
    assert lens.watches
    assert set(settings["title"]) == {"en", "zh"}


@pytest.mark.parametrize("lesson", ["nothing", "", "../xor", "XOR", None, 5, ["xor"]])
def test_an_unknown_lesson_is_refused_with_those_there_are(lesson):
    with pytest.raises(ValueError, match=r"unknown lesson.*xor"):
        lens_of(lesson)
