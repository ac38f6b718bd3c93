"""Hypothesis draws the same examples every time, and how long one takes says nothing about it.

SHARE=0/2 in the environment runs every second test only: tests/pyodide.mjs deals them out so.
"""

import logging
import os
import sys

import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


def examples(count: int) -> int:
    """So many in CPython; inside Pyodide, several times slower, the first quarter of them."""
    return count // 4 if sys.platform == "emscripten" else count


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
