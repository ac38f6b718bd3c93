"""Programs as people write them, recorded without a lesson, beside the truth in their headers.

The truth (sizes, activations, deltas of the first update) was checked independently when each program was written.
"""

import ast
import json
import re
from functools import cache
from pathlib import Path

import backprop
import numpy as np
import pytest
from backprop import diagnose
from conftest import spread
from kept import recorded_once
from shown import assert_shown
from traced import shortened

from tests.lesson_programs import source_of

pytestmark = pytest.mark.filterwarnings("ignore")  # theirs, as of np.matrix
FOLDER = Path(__file__).parents[1] / "programs"
PROGRAMS = sorted([*FOLDER.glob("*.py"), *(FOLDER / "styles").glob("*.py")])
MORE = sorted((FOLDER / "more").glob("*.py"))
# Targets of shape (4,) beside outputs of shape (4, 1): each of the program's deltas is a row of four numbers.
WITH_ODD_DELTAS = {"63_y_1d_broadcast_4x4"}
RECURRENT, WITHOUT_GRADIENT = {"14_rnn"}, {"12_numgrad", "13_genetic"}


def header(path):
    """The lines `# key: value` at the head of a program."""
    lines = [line[2:] for line in path.read_text(encoding="utf-8").split("\n")[:12] if line.startswith("# ")]
    return dict(line.split(": ", 1) for line in lines if ": " in line)


def by_layer(truth, key):
    """Of activations or deltas a table (samples, nodes) for each computing layer."""
    given = dict(truth[key])
    if key == "deltas":
        given |= truth.get("program_deltas") or {}
    numbered = [given[name] for name in sorted(given) if name.startswith("hidden") and name != "hidden"]
    hidden = given.get("hidden")
    if hidden is not None:
        numbered = hidden if np.ndim(hidden) == 3 else [hidden]
    return [np.array(table, float) for table in (*numbered, given["output"])]


def recorded(recording, quantity, nodes, samples):
    """What was recorded in the first iteration: (samples, nodes), NaN where nothing was."""
    rows = [
        [recording.value(quantity, node, iteration=0, sample=sample) for node in nodes]
        for sample in range(samples)
    ]
    return np.array(rows, float)


def in_one_order(table):
    return table[np.lexsort(np.round(table, 7).T[::-1])]


def without_constant_units(table, activations):
    """The columns of nodes that are not always 1: a program may keep its bias as a unit."""
    if activations.shape != table.shape:
        return table
    constant = (np.ptp(activations, axis=0) == 0) & (np.abs(activations[0]) == 1)
    return table[:, ~constant] if len(activations) > 1 else table


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_is_followed_whatever_its_names(path):
    truth = json.loads(header(path)["truth"])
    recording = recorded_once(path.read_text(encoding="utf-8"))
    assert recording.found.state == "found"
    activations, deltas = by_layer(truth, "activations"), by_layer(truth, "deltas")
    layers = recording.topology.layers[1:]
    assert len(layers) == len(activations)
    for nodes, a, delta in zip(layers, activations, deltas):
        a, delta = (
            without_constant_units(table, a) if len(nodes) < a.shape[1] else table for table in (a, delta)
        )
        found = recorded(recording, "a", nodes, len(a))
        np.testing.assert_allclose(in_one_order(found), in_one_order(a), rtol=1e-6, atol=1e-9)
        if path.stem in WITH_ODD_DELTAS and len(nodes) == 1:
            continue
        found = recorded(recording, "delta", nodes, len(delta))
        largest = np.unravel_index(np.abs(delta).argmax(), delta.shape)
        factor = found[largest] / delta[largest]
        assert factor != 0
        np.testing.assert_allclose(in_one_order(found), in_one_order(delta * factor), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_is_judged_as_its_header_says(path):
    expected = header(path)["expected"]
    findings = diagnose(recorded_once(path.read_text(encoding="utf-8")))
    accused = [one.id for one in findings if one.kind in ("mistake", "unknown")]
    assert bool(accused) == expected.startswith("mistake"), (expected, accused)


@pytest.mark.parametrize(
    "path", [path for path in PROGRAMS if "finding" in header(path)], ids=lambda path: path.stem
)
def test_a_mistake_is_told_at_its_line(path):
    findings = diagnose(recorded_once(path.read_text(encoding="utf-8")))
    said = [f"{one.id} {one.line}" for one in findings if one.kind in ("mistake", "unknown")]
    assert ", ".join(said) == header(path)["finding"]


@pytest.mark.parametrize("path", PROGRAMS[::8], ids=lambda path: path.stem)
def test_each_equation_as_it_is_shown_gives_the_number_that_is_shown(path):
    seen, unknown = assert_shown(recorded_once(path.read_text(encoding="utf-8")), 2)
    assert seen
    assert not unknown


@pytest.mark.parametrize("path", MORE, ids=lambda path: path.stem)
def test_harder_programs_are_followed_or_told_what_they_are(path):
    recording = recorded_once(path.read_text(encoding="utf-8"))
    assert recording.end == "done"
    if path.stem in RECURRENT | WITHOUT_GRADIENT:
        assert recording.found.state == "none"
        assert recording.found.message["en"]
        assert not diagnose(recording)
        return
    assert recording.found.state == "found"
    assert recording.iterations
    quantities = {ref[0] for step in recording.steps(0) for ref in step.sets}
    assert {"net", "a", "delta", "w"} <= quantities
    assert not [one for one in diagnose(recording) if one.kind in ("mistake", "unknown")]


# --- what changes nothing ---

LETTERS = "权重偏置输入出误差梯度学习αβγδεζηθλμξπρστφχψω"  # each once


class _Renamed(ast.NodeTransformer):
    """Gives the variables that a program assigns to names of Chinese and Greek letters."""

    def __init__(self, tree):
        parameters = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        stored = {
            node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        of_classes = {
            name.id
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef)
            for statement in node.body
            for name in ast.walk(statement)
            if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
        }
        names = sorted(stored - parameters - of_classes)
        self.names = {name: f"{LETTERS[n % len(LETTERS)]}{n // len(LETTERS)}" for n, name in enumerate(names)}

    def visit_Name(self, node):
        node.id = self.names.get(node.id, node.id)
        return node

    def visit_Global(self, node):
        node.names = [self.names.get(name, name) for name in node.names]
        return node


def in_other_words(source):
    """The program with other names, and with comments and printed texts that name another error."""
    tree = ast.parse(source)
    made = ast.unparse(_Renamed(tree).visit(tree))
    return f"# not cross-entropy, log(x)\n{made}\nprint('delta = net * (y - t)  # cross-entropy')\n"


def as_a_function(source):
    """The whole program inside a function that it calls, but for its imports."""
    tree = ast.parse(source)
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    body = [node for node in tree.body if node not in imports]
    if any(isinstance(node, ast.Global) for node in ast.walk(tree)):
        pytest.skip("its functions set variables of the module")
    function = ast.parse("def main(): pass\nmain()").body
    function[0].body = body
    return ast.unparse(ast.fix_missing_locations(ast.Module([*imports, *function], [])))


class _Split(ast.NodeTransformer):
    """Gives the left side of an assigned operation a name of its own: `z = x @ w + b` in two statements."""

    def __init__(self):
        self.count = 0

    def visit_Assign(self, node):
        if not isinstance(node.value, ast.BinOp):
            return node
        self.count += 1
        name = f"part_{self.count}"
        first = ast.Assign([ast.Name(name, ast.Store())], node.value.left)
        node.value = ast.BinOp(ast.Name(name, ast.Load()), node.value.op, node.value.right)
        return [first, node]


class _While(ast.NodeTransformer):
    """Writes `for i in range(n)` as a `while` loop, where nothing in it continues early."""

    def __init__(self):
        self.count = 0

    def visit_For(self, node):
        self.generic_visit(node)
        counts = isinstance(node.iter, ast.Call) and getattr(node.iter.func, "id", "") == "range"
        continues = any(isinstance(part, ast.Continue) for part in ast.walk(node))
        if not counts or len(node.iter.args) != 1 or not isinstance(node.target, ast.Name) or continues:
            return node
        self.count += 1
        turn, last = f"turn_{self.count}", f"last_{self.count}"
        lines = f"{last} = 0\n{turn} = 0\nwhile {turn} < {last}:\n    {node.target.id} = {turn}\n    {turn} = {turn} + 1"
        made = ast.parse(lines).body
        made[0].value = node.iter.args[0]
        made[2].body += node.body
        return made


def split(source):
    return ast.unparse(ast.fix_missing_locations(_Split().visit(ast.parse(source))))


def as_while(source):
    return ast.unparse(ast.fix_missing_locations(_While().visit(ast.parse(source))))


def told(recording):
    """The network, the numbers of the first iteration and the verdict, without lines and names.

    Deltas are compared as parts of the largest one of their layer: delta and delta / m both belong to a program that has
    a name for either, and it may have a name for one of them only where a statement is split.
    """
    refs = sorted({(next(iter(s.sets)), s.sample) for s in recording.steps(0)}, key=repr)
    numbers = {at: recording.value(*at[0], iteration=0, sample=at[1]) for at in refs}
    for layer in recording.topology.layers:
        deltas = [at for at in refs if at[0][0] == "delta" and at[0][1] in layer]
        largest = max((abs(numbers[at]) for at in deltas), default=0) or 1
        numbers |= {at: round(numbers[at] / largest, 10) for at in deltas}
    verdict = [layer.state for layer in recording.verdict]
    return recording.topology, numbers, verdict, sorted(one.id for one in diagnose(recording))


@cache
def told_once(source):
    return told(recorded_once(source))


@pytest.mark.parametrize("change", [split, as_while], ids=lambda one: one.__name__)
@pytest.mark.parametrize("path", PROGRAMS[1::4], ids=lambda path: path.stem)
def test_statements_and_loops_in_another_form_are_the_same_program(path, change):
    source = shortened(path.read_text(encoding="utf-8"))
    other = backprop.record(change(source))
    assert other.error is None
    assert told(other) == told_once(source)


@pytest.mark.parametrize(
    ("path", "change"),
    spread(PROGRAMS, [in_other_words, as_a_function], every=2),
    ids=lambda one: getattr(one, "stem", None) or one.__name__,
)
def test_another_way_of_writing_is_the_same_program(path, change):
    source = shortened(path.read_text(encoding="utf-8"))
    other = backprop.record(change(source))
    assert other.error is None
    assert told(other) == told_once(source)


# --- lessons ---

# Programs of lessons that train one network by gradient; `starts` trains 64 at once.
TRAINING = [
    ("descent", "program"),
    ("descent", "bowl"),
    ("descent", "chain"),
    ("two-layer", "program"),
    ("two-layer", "xor-targets"),
    ("xor", "program"),
    ("derivation", "program"),
    ("eleven-lines", "program"),
    ("network-class", "program"),
    ("playground", "program"),
]
OF_THE_NETWORK = ("net", "a", "t", "delta", "w", "b")


@pytest.mark.parametrize(("lesson", "program"), TRAINING)
def test_a_lesson_is_recorded_alike_by_its_names_and_without_them(lesson, program):
    source = source_of(lesson, program)
    for long in re.findall(r"range\((\d{4,})\)|epochs=(\d{3,})", source):
        source = source.replace(next(filter(None, long)), "6")
    by_names, found = backprop.record(source, lesson), backprop.record(source)
    assert found.topology.layers == by_names.topology.layers
    assert found.iterations == by_names.iterations
    for iteration in (0, 2):
        refs = {ref for step in by_names.steps(iteration) for ref in step.sets if ref[0] in OF_THE_NETWORK}
        for ref in refs:
            for sample in range(len(by_names.samples)):
                expected = by_names.value(*ref, iteration=iteration, sample=sample)
                assert found.value(*ref, iteration=iteration, sample=sample) == expected, (ref, sample)
    assert [one.id for one in diagnose(found)] == [one.id for one in diagnose(by_names)]
    assert not {one.kind for one in diagnose(found)} & {"mistake", "unknown"}


def test_a_program_that_plots_and_shows_its_progress_is_followed():
    source = source_of("two-layer").replace("10000", "20")
    plots = "\nimport matplotlib.pyplot as plt\nplt.plot([0.5, 0.1])\nplt.title('误差')\nplt.show()\n"
    recording = backprop.record(
        "from tqdm import tqdm\n" + source.replace("range(20)", "tqdm(range(20))") + plots
    )
    assert recording.error is None
    assert recording.found.state == "found"
    assert recording.iterations == 20
    assert [(one["call"], one["arguments"]) for one in recording.drawings] == [
        ("plot", [[0.5, 0.1]]),
        ("title", ["误差"]),
    ]
