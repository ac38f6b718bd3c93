"""Whole programs: tracing them changes nothing of what they print, and every value follows from its operands."""

import random

import numpy as np
import pytest
from backprop.trace import Bounds, trace
from backprop.trace.sandbox import Output
from conftest import some
from traced import PROGRAMS, check, printed, shortened

pytestmark = pytest.mark.filterwarnings("ignore")  # the programs' own: overflow, np.matrix
NAMES = [str(path.relative_to(path.parents[2])) for path in PROGRAMS]

# Of 1,510 weights: all of its run is more than a tape holds.
TOO_LONG = {"lessons/digits/program.py"}
# A set of objects has another order in each run, and so has the sum over it.
ORDERED_BY_ADDRESS = {"h_micrograd.py", "micrograd.py"}


def rounded(text):
    return [float(word) for word in text.split()]


@pytest.mark.parametrize("path", some(PROGRAMS), ids=some(NAMES))
def test_every_value_follows_from_its_operands(path, monkeypatch):
    monkeypatch.chdir(path.parent)  # where the files of a lesson are
    tape = trace(path.read_text(encoding="utf-8"), bounds=Bounds(events=700))
    assert tape.error is None
    assert len(tape.events) > 20
    check(tape)


@pytest.mark.parametrize(
    "path", [path for path, name in zip(PROGRAMS, NAMES) if name not in TOO_LONG], ids=str
)
def test_prints_the_same_as_without_tracing(path, monkeypatch):
    monkeypatch.chdir(path.parent)
    source = shortened(path.read_text(encoding="utf-8"))
    random.seed(1)
    np.random.seed(1)
    state = random.getstate(), np.random.get_state()
    plain, error = printed(source)
    output = Output(1_000_000)
    tape = trace(
        source, bounds=Bounds(events=10**6, numbers=10**7, seconds=60), random_state=state, output=output
    )
    assert repr(tape.error) == repr(error)
    assert tape.ended == ("error" if error else "done")
    if path.name in ORDERED_BY_ADDRESS:
        assert rounded(output.text) == pytest.approx(rounded(plain))
    else:
        assert output.text == plain
