"""Settings of Hypothesis, and what all tests of the core share.

Hypothesis draws the same examples in every ordinary run. `--hypothesis-profile random --hypothesis-seed 12` draws
others, and keeps an example that fails in build/hypothesis until it passes.
SHARE=0/2 in the environment runs every second test only: tests/pyodide.mjs deals them out so.
"""

import gc
import logging
import os
import random
import sys
from dataclasses import replace

import numpy as np
import pytest
from backprop.plan import BOUNDS
from hypothesis import settings
from hypothesis.database import DirectoryBasedExampleDatabase

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile(
    "random",
    deadline=None,
    print_blob=True,
    database=DirectoryBasedExampleDatabase("build/hypothesis"),
)


def pytest_configure(config):
    gc.set_threshold(
        50_000, 20, 50
    )  # the tests and what they keep are many objects, looked through again and again
    if not config.getoption("--hypothesis-profile"):
        settings.load_profile("repeatable")


def examples(count: int) -> int:
    """So many in CPython; inside Pyodide, several times slower, the first quarter of them."""
    return count // 4 if sys.platform == "emscripten" else count


def some(cases):
    """All cases in CPython, and inside Pyodide once a week (--all); every fourth in its ordinary run."""
    is_ordinary = sys.platform == "emscripten" and not os.environ.get("ALL")
    return list(cases)[:: 4 if is_ordinary else 1]


def spread(rows, columns, every):
    """All pairs as parameters. In the ordinary run each row has every n-th column, the next row the ones beside these, so
    each row and each column is tried; the other pairs are run once a week (-m slow)."""
    return [
        pytest.param(row, column, marks=[pytest.mark.slow] if (i + j) % every else [])
        for i, row in enumerate(rows)
        for j, column in enumerate(columns)
    ]


@pytest.fixture(autouse=True)
def no_error_of_our_own(caplog):
    """Fail a test in which an error of the package was kept from the student: it is a defect all the same."""
    yield
    for when in ("setup", "call"):
        ours = [one for one in caplog.get_records(when) if one.name == "backprop"]
        assert not [logging.Formatter().format(one) for one in ours]


def pytest_collection_modifyitems(config, items):
    first, of = map(int, os.environ.get("SHARE", "0/1").split("/"))
    others = [item for i, item in enumerate(items) if i % of != first]
    config.hook.pytest_deselected(items=others)
    items[:] = items[first::of]


@pytest.fixture(scope="module")
def by_the_names_of_the_lesson():
    """The names of the lesson hold, whatever they leave unexplained, and a program is run once: even one number that is a
    little wrong is found by its equation, and a witness in the program sees the run that is recorded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("backprop.run.is_own_program", lambda lesson, source: True)
        patch.setattr("backprop.run.judged_by_derivative", lambda source, topology, state: None)
        yield


@pytest.fixture(autouse=True)
def the_same_random_numbers():
    """A program that draws without a seed draws the same in every run of the tests, in whatever order they are run."""
    random.seed(1)
    np.random.seed(1)


@pytest.fixture
def short_search(monkeypatch):
    """The search for the network of a program that never ends is soon over."""
    monkeypatch.setattr("backprop.plan.BOUNDS", replace(BOUNDS, turns=2_000, seconds=0.2))


@pytest.fixture
def few_turns(monkeypatch, short_search):
    monkeypatch.setattr("backprop.one_run.MOST_TURNS", 2_000)


@pytest.fixture
def only_numpy_installed(monkeypatch):
    """Only NumPy is installed, as on the page."""
    monkeypatch.setattr("backprop.sandbox.repair_notes.find_spec", lambda root: None)
