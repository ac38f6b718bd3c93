"""Any program written in another way is found, recorded and judged as the same program: see rewriting.py.

The ordinary run tries each way with three programs; `--hypothesis-profile random` draws others, two ways at once.
"""

import ast
import math
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from backprop import record
from conftest import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rewriting import WAYS, printed

FOLDER = Path(__file__).parents[1] / "programs"
PROGRAMS = {path.stem: path for path in sorted([*FOLDER.glob("*.py"), *FOLDER.glob("more/*.py")])}
# Too long for this (10,000 numbers, or minutes of training); nothing is trained by a gradient; or it prints a time.
LEFT_OUT = {"11_mnist_size", "12_numgrad", "13_genetic", "14_rnn"}
TRIED = sorted(PROGRAMS.keys() - LEFT_OUT)
MOST_ITERATIONS = 5  # of each recording are compared


@cache
def source_of(name):
    """A program as the ways write it, its training short."""
    source = ast.unparse(ast.parse(PROGRAMS[name].read_text(encoding="utf-8")))
    short = re.sub(r"\brange\((\d{3,}|\d+_000)\)", "range(60)", source)
    return f"import numpy as np\nimport random\nnp.random.seed(1)\nrandom.seed(1)\n{short}\n"


@cache
def facts_of(source):
    recording = record(source)
    numbers = defaultdict(list)
    for iteration in recording.kept[:MOST_ITERATIONS]:
        for step in recording.steps(iteration):
            for ref, value in step.sets.items():
                numbers[iteration, step.sample, ref].append(value)
    layers = {
        layer.number: (layer.parts, [point.id for point in layer.points if point.kind == "mistake"])
        for layer in recording.verdict
    }
    sizes = [len(layer) for layer in recording.topology.layers]
    return recording.found.state, sizes, recording.iterations, layers, dict(numbers)


def is_same(one, other):
    return len(one) == len(other) and all(
        math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) or (math.isnan(a) and math.isnan(b))
        for a, b in zip(one, other)
    )


def assert_same(source, changed, in_functions=False, is_whole=True):
    """Expect the same network, verdict and numbers. A constant factor may be told of delta or of the layer above, as the
    names of the program say. Where each operation is a call, one place stands for many: what is noted there must be right,
    but some of it may be missing; also if not `is_whole`."""
    state, sizes, iterations, layers, numbers = facts_of(source)
    found_state, found_sizes, found_iterations, found_layers, found_numbers = facts_of(changed)
    if in_functions and found_state != "found":
        return
    assert (found_state, found_sizes) == (state, sizes)
    for number, (parts, points) in layers.items():
        found_parts, found_points = found_layers[number]
        for part, judgement in parts.items():
            right = {"agrees", "factor", "rule", "unknown"}
            assert (found_parts.get(part, "unknown") in right) == (judgement in right), (number, part)
        if not in_functions:
            assert found_points == points
    if in_functions and found_iterations != iterations:
        return
    assert found_iterations == iterations
    if is_whole and not in_functions:
        assert found_numbers.keys() == numbers.keys()
    wrong = [
        key for key in found_numbers.keys() & numbers.keys() if not is_same(numbers[key], found_numbers[key])
    ]
    assert wrong == []


def rewritten(name, ways):
    """The program in these ways, one after the other; None if that is not to be had, or it prints something else."""
    changed = source_of(name)
    for way in ways:
        changed = WAYS[way](changed) or changed
    before = printed(source_of(name))
    is_fit = changed != source_of(name) and before is not None and printed(changed) == before
    return changed if is_fit else None


FIXED = [
    "03_analyticsvidhya_wh_bh_slope",
    "30_scalar_globals_learn_s1_o1",
    "08_tensor_autograd",
]


FIXED_IN_LISTS = [("09_numloops", "lists as arrays"), ("g_layers", "lists as arrays")]


@pytest.mark.parametrize(("name", "way"), [*((name, way) for name in FIXED for way in WAYS), *FIXED_IN_LISTS])
def test_a_program_written_in_another_way(name, way):
    changed = rewritten(name, [way])
    if changed is not None:
        assert_same(source_of(name), changed, way == "functions")


@settings(max_examples=examples(3))
@given(st.sampled_from(TRIED), st.lists(st.sampled_from(sorted(WAYS)), min_size=1, max_size=2, unique=True))
def test_any_program_written_in_other_ways(name, ways):
    changed = rewritten(name, ways)
    assume(changed is not None)
    assert_same(source_of(name), changed, "functions" in ways, is_whole=False)
