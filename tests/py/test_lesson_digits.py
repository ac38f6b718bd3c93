"""The lesson on handwriting: it learns what its text says, and everything about 1,510 weights is recorded and checked."""

import contextlib
import difflib
import functools
import gzip
import io
import re
from dataclasses import replace
from time import perf_counter

import numpy as np
import pytest
from backprop import origin
from backprop.analyse.check import compared
from backprop.analyse.diagnose import diagnose
from backprop.analyse.evidence import Moment
from backprop.analyse.gradient_check import edges_checked
from backprop.analyse.moments import edges_looked_at, moments
from backprop.lessons.lens import LESSONS, data_files, lessons
from backprop.lessons.programs import sources_of
from backprop.one_run import MOST_SECONDS
from backprop.panels.misread import misread
from backprop.provenance.gradient_check import gradient_check
from backprop.run import record, run_and_record
from backprop.sandbox.files import folder, offering

from tests.lesson_programs import edited, source_of

SHORT = (("samples[:360], samples[360:]", "samples[:4], samples[360:400]"), ("epochs=8", "epochs=1"))
TEXTS = [(LESSONS / "digits" / f"{lang}.md").read_text(encoding="utf-8") for lang in ("en", "zh")]


@functools.cache
def recording():
    return record(source_of("digits"), "digits")


@functools.cache
def short():
    return record(edited("digits", *SHORT), "digits")


def printed(*edits):
    """The output of a program in plain Python."""
    said = io.StringIO()
    with (
        offering(data_files("digits")),
        folder(),
        contextlib.redirect_stdout(said),
        np.errstate(all="ignore"),
    ):
        exec(compile(edited("digits", *edits), "program.py", "exec"), {"__name__": "__main__"})
    return said.getvalue()


def read_rightly(*edits):
    return int(re.search(r"(\d+) of 360 test digits", printed(*edits))[1])


def test_it_comes_after_the_class_whose_core_it_takes_over():
    order = lessons()
    assert order.index("digits") == order.index("network-class") + 1
    for lang, text in zip(("en", "zh"), TEXTS, strict=True):
        ours, theirs = (
            sources_of(LESSONS / lesson)[lang].split("class Network:")[1].split("\n\n\n")[0]
            for lesson in ("digits", "network-class")
        )
        told = [line[2:] for line in difflib.ndiff(theirs.split("\n"), ours.split("\n")) if line[0] in "-+"]
        shown = text.split("```diff\n")[1].split("```")[0].splitlines()
        assert [line[1:] for line in shown if line[0] in "-+"] == told


def test_it_reads_at_least_95_percent_of_the_test_digits():
    said = printed()
    table = np.array(re.findall(r"\d+", said.split("348")[0]), int).reshape(10, 10)
    assert np.trace(table) == 348 >= 0.95 * table.sum() == 0.95 * 360
    assert table[1, 9] == 3
    assert recording().output == said


@pytest.mark.parametrize(
    ("edit", "right"),
    [
        (("epochs=8", "epochs=0"), 52),
        (("epochs=8", "epochs=1"), 281),
        (("epochs=8", "epochs=2"), 331),
        (("epochs=8", "epochs=30"), 352),
        (("size=10", "size=1437"), 38),
        (("[64, 20, 10]", "[64, 10, 10]"), 347),
        (("[64, 20, 10]", "[64, 5, 10]"), 317),
        (("[64, 20, 10]", "[64, 2, 10]"), 143),
    ],
)
def test_the_figures_of_the_text_are_those_of_the_program(edit, right):
    assert read_rightly(edit) == right
    for text in TEXTS:
        assert re.search(rf"\b{right}\b", text)


def test_the_figure_that_depends_on_the_last_digits_of_sums_is_told_as_two_bounds():
    assert 100 <= read_rightly((" / 16", "")) <= 220
    for text in TEXTS:
        assert re.search(r"\b100 (to|到) 220\b", text)


def test_every_number_of_the_run_is_recorded_and_agrees():
    rec = recording()
    assert (rec.end, rec.notices, rec.stride, rec.iterations) == ("done", [], 1, 8 * 144 + 12)
    assert [len(layer) for layer in rec.topology.layers] == [64, 20, 10]
    assert sum(block.rows.nbytes for block in rec.blocks) <= 64 * 2**20
    assert [rec.loss[k] for k in (0, 1151)] == sorted([rec.loss[0], rec.loss[1151]], reverse=True)
    (sample,) = {step.sample for step in rec.steps(0)[:64]}
    assert len(rec.samples[sample]["x"]) == 64


def test_the_program_looks_at_the_misread_digits_and_learns_nothing_from_them():
    rec = recording()
    assert rec.looks == [*range(1152, 1164)]
    for k in rec.looks:
        steps = rec.steps(k)
        assert {quantity for step in steps for quantity, _ in step.sets} == {"net", "a", "delta"}
        (sample,) = {step.sample for step in steps}
        outputs = [rec.value("a", node, iteration=k, sample=sample) for node in rec.topology.outputs]
        assert np.argmax(outputs) != np.argmax(rec.samples[sample]["t"])


def test_the_misread_digits_are_told_with_their_iterations_and_the_programs_own_table():
    found = misread(recording())
    assert (found["right"], found["all"]) == (348, 360)
    table = np.array(found["table"])
    assert np.trace(table) == 348
    for digit, answer in np.argwhere(table - np.diag(np.diag(table))).tolist():
        looks = [one for one in found["looks"] if (one["digit"], one["answer"]) == (digit, answer)]
        assert len(looks) == table[digit, answer]
    assert [one["iteration"] for one in found["looks"]] == recording().looks


@pytest.mark.parametrize(
    "table", [[[1]], np.zeros((10, 9), int), np.full((10, 10), -1), np.zeros((10, 10)), "x"], ids=str
)
def test_a_table_that_is_none_is_not_shown(table, monkeypatch):
    assert misread(short())["table"] is not None
    monkeypatch.setitem(short().variables, "table", table)
    assert misread(short())["table"] is None


def test_a_log_that_is_emptied_in_the_middle_of_a_pass_is_understood(monkeypatch):
    monkeypatch.setattr("backprop.one_run._LOG_ENTRIES", 1)
    monkeypatch.setattr("backprop.sandbox.budget.Budget._LOOK_EVERY", 0)
    assert record(edited("digits", *SHORT), "digits").notices == []


def test_a_run_too_long_to_keep_is_thinned_evenly_and_keeps_its_first_iterations_and_what_it_looks_at():
    thirty = ("samples[:360], samples[360:]", "samples[:4], samples[360:660]"), SHORT[1]
    rec = run_and_record(edited("digits", *thirty), "digits", most_bytes=100_000)
    assert rec.looks
    assert rec.stride > 1
    assert {"id": "thinned", "stride": rec.stride} in rec.notices
    trained = [k for k in rec.kept if k < rec.looks[0]]
    assert trained == [k for k in range(30) if k < 20 or k % rec.stride == 0]
    assert {*rec.looks} <= {*rec.kept}


def test_the_gradient_check_and_the_way_back_of_a_number_work_on_it():
    rec = short()
    rows = gradient_check(rec, 2)
    weights = {row.where[1] for row in rows if row.where[0] == "w"}
    assert weights == edges_checked(rec.topology)
    assert {j for j, _ in weights} == {*range(65, 95)}
    assert {i for _, i in weights} == {*range(1, 85)}
    assert len(rows) == len(weights) + 30 + 10 * 30
    assert 600 < len(weights) < 1510 - 30
    assert all(row.agrees for row in rows)
    assert len(origin(short(), "delta", 70, iteration=2).parts) == 2


def test_the_updates_of_a_large_layer_are_computed_together():
    source = edited("digits", *SHORT)
    rec = record(source, "digits")
    block = rec.block(1)
    groups = rec.check_groups(block)
    computed = []
    for one in groups.alike:
        one.first.__dict__["instance"] = _counting(one.first.instance, computed)
    assert not any(differs.any() for *_, differs in compared(rec, block, groups))
    assert len(groups) > 1510
    assert 0 < sum(quantity in ("w", "b") for quantity, _ in computed) < 20


def _counting(instance, computed):
    def evaluate(read):
        computed.append(instance.ref)
        return instance.evaluate(read)

    return replace(instance, evaluate=evaluate)


def test_a_weight_that_is_updated_otherwise_is_found_among_those_computed_together():
    wrong = ("            w - eta * n for w, n in zip", "            _but_one(w - eta * n) for w, n in zip")
    source = edited("digits", *SHORT, wrong).replace(
        "class Network:", "def _but_one(w):\n    w[3, 5] += 1\n    return w\n\n\nclass Network:"
    )
    rec = record(source, "digits")
    assert {check.where for check in rec.checks(1) if not check.agrees} == {("w", (68, 6)), ("w", (88, 70))}


def test_of_a_very_large_layer_some_weights_are_searched_for_mistakes_and_all_are_compared(monkeypatch):
    monkeypatch.setattr("backprop.analyse.moments._MOST_WEIGHTS", 300)
    rec = short()
    edges = edges_looked_at(rec.topology)
    assert len(edges) == 20 * 64 / 5 + 20 * 10
    assert {j for j, _ in edges} == {*range(65, 95)}
    assert {i for _, i in edges} == {*range(1, 85)}
    assert {moment.ref[1] for moment in moments(rec) if moment.quantity == "w"} == edges
    assert {check.where[1] for check in rec.checks(0) if check.where[0] == "w"} == {*rec.topology.edges}


def test_a_run_that_opens_files_is_repeated_with_them():
    source = edited("digits", *SHORT).replace(
        "import numpy as np", "import numpy as np\nopen('own.txt').read()"
    )
    rec = record(source, "digits", files={"own.txt": b"mine"})
    assert (rec.end, rec.error) == ("done", None)
    assert origin(rec, "delta", 70, iteration=0).parts


def test_a_label_out_of_range_is_told_as_the_programs_own_error():
    line = ",".join(["3"] * 64) + ",12\n"
    rec = record(source_of("digits"), "digits", files={"digits.csv.gz": gzip.compress(line.encode() * 3)})
    assert (rec.end, rec.error.type) == ("error", "IndexError")
    assert "12" in rec.error.message
    assert "np.eye(10)[[d]]" in source_of("digits").split("\n")[rec.error.line - 1]


def test_data_of_a_wrong_shape_is_told_as_the_programs_own_error():
    rec = record(source_of("digits"), "digits", files={"digits.csv.gz": gzip.compress(b"1,2\n3,4\n")})
    assert (rec.end, rec.error.type) == ("error", "IndexError")
    assert "rows[:, 64]" in source_of("digits").split("\n")[rec.error.line - 1]


def test_the_work_of_the_diagnosis_grows_no_faster_than_the_weights(monkeypatch):
    rec = record(edited("digits", *SHORT), "digits")
    node, asked = Moment.node.fget, []
    monkeypatch.setattr(Moment, "node", property(lambda moment: asked.append(1) or node(moment)))
    diagnose(rec)
    assert len(asked) < 40 * len(rec.topology.edges)


def test_the_time_in_which_a_recording_is_handed_over_does_not_end_the_run(monkeypatch):
    late = 0.0

    def clock():
        return perf_counter() + late

    def pulse(*_):
        nonlocal late
        late += 2 * MOST_SECONDS

    monkeypatch.setattr("backprop.one_run.perf_counter", clock)
    monkeypatch.setattr("backprop.sandbox.budget.perf_counter", clock)
    assert run_and_record(edited("digits", *SHORT), "digits", pulse=pulse).end == "done"
    assert late
