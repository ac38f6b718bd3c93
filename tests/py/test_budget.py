"""Recording within a budget: what a thinned run keeps, and that what it let go can be had again, bit for bit."""

import ast
import json
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from backprop import diagnose, record
from backprop.lessons.lens import lens_of
from backprop.page import session
from backprop.recording import hooks
from backprop.recording.budget import WithinBudget
from backprop.recording.hooks import DARK, LIGHT
from backprop.recording.instrument import instrument
from backprop.recording.plain_copies import add_plain_copies
from backprop.run import repeated, run_and_record
from backprop.sandbox.unrepeatable import cause_of

from tests.lesson_programs import edited, source_of

XOR = source_of("xor")
LAYERS = source_of("eleven-lines")
OTHERS = Path(__file__).parents[1] / "programs"


class Dear(WithinBudget):
    """The budget with a clock on which every look takes 0.2 s: a run is long and dear from its first looks on, and an error
    takes as long as two plain turns."""

    spent = property(lambda self: 0.0, lambda self, seconds: None)  # by a true clock, which this one is not

    def __init__(self, log, nothing):
        self._now = 0.0

        def clock():
            self._now += 0.2
            return self._now

        super().__init__(log, nothing, clock)

    def _watch(self):
        super()._watch()
        self._left = min(self._left, 20)

    def _choose(self, plain):
        super()._choose(plain / 3)

    def watch(self, recorder, gates):
        super().watch(recorder, gates)
        recorder.cost_of_notes = lambda: (float("inf"), 0.0, 0.0)


def rows(rec, iteration):
    """All numbers of an iteration, each with its name, as text, in which NaN is like itself."""
    before, passes = rec.open(iteration)
    return repr(before), repr(passes)


BATCHES = source_of("playground").replace("epochs = 40", "epochs = 60")
LOOP = "    for start in range(0, len(train), batch_size):\n"

PROGRAMS = {
    "node by node": (XOR.replace("4000", "700"), "xor"),
    "node by node, without its names": (XOR.replace("4000", "700"), "own"),
    "layer by layer": (LAYERS.replace("60000", "900"), "eleven-lines"),
    "layer by layer, without its names": (LAYERS.replace("60000", "900"), "own"),
    "no seed": (XOR.replace("4000", "700").replace("random.seed(211)\n", ""), "xor"),
    "a rate that decays once": (
        XOR.replace("4000", "700").replace(
            "    error = 0\n", "    error = 0\n    if epoch == 333: eta = 0.1\n"
        ),
        "xor",
    ),
    "a loop of unknown length": (
        XOR.replace("for epoch in range(4000):", "epoch = -1\nwhile epoch < 699:\n    epoch += 1"),
        "xor",
    ),
    "an early stop": (
        XOR.replace("4000", "700").replace("    error = 0\n", "    error = 0\n    if epoch == 615: break\n"),
        "xor",
    ),
    "targets that are classes, so that the error is made of output and delta": (
        (OTHERS / "20_wildml_two_hidden_layers.py").read_text(encoding="utf-8").replace("2000", "700"),
        "own",
    ),
    "batches in epochs": (BATCHES, "playground"),
    "batches in epochs, some of which end early": (
        BATCHES.replace(LOOP, f"{LOOP}        if epoch % 5 == 3 and start > 40: break\n"),
        "playground",
    ),
}


@pytest.fixture(scope="module", params=PROGRAMS, ids=PROGRAMS.keys())
def thinned(request):
    source, lesson = PROGRAMS[request.param]
    rec = run_and_record(source, lesson, turns=Dear)
    assert rec.stride >= 4
    return source, lesson, rec


def test_the_first_twenty_the_last_and_evenly_many_between_are_kept(thinned):
    _, _, rec = thinned
    beyond = [one for one in rec.kept if one % rec.stride]
    assert [one for one in beyond if one < 20] == [one for one in range(20) if one % rec.stride]
    begin = rec.repeat.thinned.begins[0][1]
    tried = range(begin, begin + 30)  # in these it was seen what a plain turn takes
    assert {k for k in range(0, rec.iterations, rec.stride) if k not in tried} <= set(rec.kept)
    assert [one for one in beyond if one >= 20] in ([], [rec.iterations - 1])
    assert rec.kept[-1] == rec.iterations - 1
    assert len(rec.kept) < rec.iterations / 2
    assert {"id": "thinned", "stride": rec.stride} in rec.notices


def test_a_thinned_run_is_the_whole_run_with_rows_left_out(thinned):
    source, lesson, rec = thinned
    if "seed" not in source and lesson != "playground":
        pytest.skip("each run of it is another")
    whole = record(source, lesson)
    assert (rec.end, rec.iterations, rec.output) == (whole.end, whole.iterations, whole.output)
    assert_errors_are_those_of(rec, whole)
    for iteration in rec.kept:
        assert rows(rec, iteration) == rows(whole, iteration)
        assert [check.agrees for check in rec.checks(iteration)] == [
            check.agrees for check in whole.checks(iteration)
        ]


def assert_errors_are_those_of(rec, whole):
    """An error that was noted is the whole run's, and of the others nothing is said. Those of kept iterations are noted, but
    for the last one where nobody knew that it was."""
    known = rec.with_error
    assert np.array_equal(rec.loss[known], whole.loss[known], equal_nan=True)
    assert np.isnan(np.delete(rec.loss, known)).all()
    assert {*rec.kept[:-1]} <= {*known.tolist()}
    assert rec.iterations / 20 < len(known)
    assert len(known) < rec.iterations or "while" in rec.repeat.source  # of an open loop every error is noted


def test_iterations_that_were_let_go_are_had_again_bit_for_bit(thinned):
    source, lesson, rec = thinned
    gone = next(one for one in range(rec.iterations // 2, rec.iterations) if one not in rec.kept)
    heard = []
    again = repeated(rec, (gone - 2, gone + 2), heard.append)
    assert set(range(gone - 2, gone + 3)) <= set(again.kept)
    assert max(again.kept) == gone + 2
    assert heard == sorted(heard)
    for iteration in set(rec.kept) & set(again.kept):
        assert rows(again, iteration) == rows(rec, iteration)
    known = rec.with_error[rec.with_error < len(again.loss)]
    assert np.array_equal(again.loss[known], rec.loss[known], equal_nan=True)
    assert not np.isnan(again.loss[gone - 2 : gone + 3]).any()
    state = {
        place: value for place, value in again.state_after(gone).items() if place[0][0] in ("w", "b", "eta")
    }
    after = again.open(gone + 1)[0]
    assert {place: after[place] for place in state if place in after} == state
    if "seed" in source:
        whole = record(source, lesson)
        assert rows(again, gone) == rows(whole, gone)


def test_a_short_run_is_kept_whole():
    rec = run_and_record(XOR.replace("4000", "60"), "xor", turns=WithinBudget)
    assert (rec.stride, rec.kept) == (1, list(range(60)))


def test_what_never_happened_before_is_seen_in_an_iteration_that_is_not_kept():
    source, lesson = PROGRAMS["a rate that decays once"]
    rec = run_and_record(source, lesson, turns=Dear)
    later = next(one for one in rec.kept if one > 340)
    assert rec.value("eta", iteration=later) == 0.1
    assert rec.value("eta", iteration=next(one for one in reversed(rec.kept) if one < 333)) == 0.5
    assert all(check.agrees for check in rec.checks(later))


@pytest.mark.parametrize("where", ["        delta[8] =", "        b[8] +="])
def test_an_error_in_an_iteration_that_was_not_kept_can_be_stepped_through(where):
    source = XOR.replace("4000", "700").replace(where, "        if epoch == 617: [][3]\n" + where)
    rec, whole = run_and_record(source, "xor", turns=Dear), record(source, "xor")
    assert (rec.end, rec.error, rec.iterations) == ("error", whole.error, whole.iterations)
    assert rec.kept[-1] == whole.kept[-1]
    assert rec.steps(rec.kept[-1]) == whole.steps(whole.kept[-1])
    assert [one["id"] for one in rec.notices] == ["thinned"]


def test_a_program_that_asks_the_system_for_random_numbers_is_noticed():
    source = XOR.replace("4000", "700").replace("random.seed(211)", "random = random.SystemRandom()")
    rec = run_and_record(source, "xor", turns=Dear)
    with pytest.raises(ValueError, match="other numbers"):
        repeated(rec, (300, 301))


def test_the_page_gets_an_iteration_that_was_let_go(monkeypatch):
    monkeypatch.setattr(session, "WithinBudget", Dear)
    source, lesson = PROGRAMS["node by node"]
    session.run(source, lesson, lambda *chunk: None)
    told = json.loads(session.stretch(session.Asked(source, lesson, 333)))
    whole = record(source, lesson)
    index = np.frombuffer(session.b64decode(told["index"]), "<i4")
    values = np.frombuffer(session.b64decode(told["values"]), "<f8")
    assert 333 in index
    block, row = whole.find(333)
    wanted = block.rows[row].tobytes()
    assert wanted in values.tobytes()
    assert told["header"]["end"] is None
    assert told["header"]["patterns"]
    assert dict(told["header"]["kept_loss"])[333] == whole.loss[333]


def test_no_rest_is_spent_on_a_chunk_without_news(monkeypatch):
    """An iteration that is not kept makes no chunk: a slow machine may send only a few, and printed text needs them."""
    monkeypatch.setattr(session, "WithinBudget", Dear)
    monkeypatch.setattr(session, "SECONDS_TO_THE_FIRST_CHUNK", 1e9)
    monkeypatch.setattr("backprop.page.wire._MOST_PART", 1e-9)
    headers = []
    branch = "    if epoch == 333: print('now', epoch); sum([]); sum([])\n    if epoch % 1000 == 0:"
    source = PROGRAMS["node by node"][0].replace("    if epoch % 1000 == 0:", branch)
    session.run(source, "xor", lambda header, *_: headers.append(json.loads(header)))
    rests = [header for header in headers if not header["end"] and "checking" not in header]
    news = [(header["iterations"], header["output"]) for header in rests]
    assert "now 333\n" in dict(news).values()
    assert all(now > before or output for (before, _), (now, output) in pairwise(news)), news


class Late(Dear):
    """The same, but nothing is dear before iteration 200: all of these are kept at first, and some are let go later."""

    def watch(self, recorder, gates):
        super().watch(recorder, gates)
        recorder.cost_of_notes = lambda: (float("inf") if recorder.iterations() > 200 else 0.0, 0.0, 0.0)


def test_an_iteration_that_was_kept_at_first_and_let_go_later_can_be_had_again(monkeypatch):
    monkeypatch.setattr(session, "WithinBudget", Late)
    source, lesson = PROGRAMS["node by node"]
    session.run(source, lesson, lambda *chunk: None)
    (rec,) = session._last.values()
    begin = rec.repeat.thinned.begins[0][1]
    gone = next(n for n in range(30, begin) if n not in rec.kept)
    told = json.loads(session.stretch(session.Asked(source, lesson, gone)))
    assert gone in np.frombuffer(session.b64decode(told["index"]), "<i4")


def test_of_a_run_of_other_numbers_the_page_gets_none(monkeypatch):
    monkeypatch.setattr(session, "WithinBudget", Dear)
    source = XOR.replace("4000", "700").replace("random.seed(211)", "random = random.SystemRandom()")
    session.run(source, "xor", lambda *chunk: None)
    told = json.loads(session.stretch(session.Asked(source, "xor", 333)))
    assert set(told["untold"]) == {"en", "zh"}
    line = source[: source.index("SystemRandom")].count("\n") + 1
    assert (told["reason"], told["line"]) == ("entropy", line)


@pytest.mark.parametrize(
    ("call", "cause"),
    {
        "import time; time.time()": "clock",
        "from time import perf_counter_ns as now; now()": "clock",
        "import datetime; datetime.datetime.now()": "clock",
        "import os; os.urandom(8)": "entropy",
        "import random; random.Random()": "entropy",
        "import random; random.Random(3)": "unknown",
        "import numpy as np; np.random.RandomState()": "entropy",
        "import numpy as np; np.random.default_rng()": "unknown",  # is repeated
        "time = dict; time()": "unknown",
        "id(3) +": "unknown",
    }.items(),
)
def test_why_a_run_cannot_be_repeated_is_told_only_if_its_text_shows_it(call, cause):
    assert cause_of(f"\n{call}") == (cause, 0 if cause == "unknown" else 2)


def test_an_iteration_of_a_lessons_recorded_run_is_had_from_python():
    """The build kept some iterations; Python has not run the program yet."""
    session._last.clear()
    loss = record(XOR, "xor").loss[333]
    told = json.loads(session.stretch(session.Asked(XOR, "xor", 333, loss=float(loss))))
    assert 333 in np.frombuffer(session.b64decode(told["index"]), "<i4")


@pytest.mark.filterwarnings("ignore")  # NumPy's own, of the overflow
def test_in_a_thinned_run_numbers_that_ran_away_are_told_as_in_the_whole_one():
    source = edited(
        "playground",
        ('activation = "tanh"', 'activation = "relu"'),
        ('output = "sigmoid"', 'output = "linear"'),
        ('"cross-entropy"\n', '"squared"\n'),
        ("learning_rate = 0.3", "learning_rate = 1e9"),
    )
    found = diagnose(run_and_record(source, "playground", turns=Dear))
    assert [one.id for one in found] == ["overflow"]


def test_of_epochs_around_batches_only_the_last_batch_of_all_is_kept_beyond_the_stride():
    rec = run_and_record(*PROGRAMS["batches in epochs"], turns=Dear)
    beyond = [one for one in rec.kept if one % rec.stride and one >= 20]
    assert beyond in ([], [rec.iterations - 1])
    # The turn before a kept one is noted whole, too; the last batches of other epochs are not.
    assert len(rec.repeat.thinned.begins) == 1


def test_numbers_of_numpys_own_types_are_read_in_runs():
    """A float of NumPy in each turn is no reason to look at each note again."""
    rec = run_and_record(source_of("starts").replace("epochs = 1000", "epochs = 300"), "starts", turns=Dear)
    assert rec.stride >= 4
    whole = record(source_of("starts").replace("epochs = 1000", "epochs = 300"), "starts")
    assert_errors_are_those_of(rec, whole)
    assert all(rows(rec, one) == rows(whole, one) for one in rec.kept)


# Statements of a training loop, and how many counters are left of them in an iteration that is not kept.
COUNTERS = {
    "a comprehension": ("a[1] = [x for x in rows]", 0),
    "one in a comprehension": ("a[1] = [[x for x in row] for row in rows]", 0),
    "one between notes": ("a[1] = 1\nrest = sum(x for x in rows)\na[2] = rest", 0),
    "a loop that does little": ("for row in rows: total += row", 0),
    "a loop that calls something": ("for row in rows: a[1] = learn(row)", 1),
    "a loop around another": ("for row in rows:\n    for x in row: a[1] += x", 1),
}


@pytest.mark.parametrize(("text", "left"), COUNTERS.values(), ids=COUNTERS)
def test_an_iteration_that_is_not_kept_counts_no_turns_of_what_is_short(text, left):
    loop = "for epoch in range(9):\n    a[8] = delta[8] = 1\n    w[8, 4] += 1\n"
    source = loop + "".join(f"    {line}\n" for line in text.split("\n"))
    program = instrument(ast.parse(source), lens_of("xor"))
    copies = add_plain_copies(program.tree, len(program.gates))
    (epochs,) = (node for node in ast.walk(program.tree) if isinstance(node, ast.For) and node.lineno == 1)
    assert copies
    assert [counters_of(epochs.body, taken) for taken in (True, False)] == [source.count(" in ") - 1, left]


def counters_of(body, taken):
    """How many counters stand in these statements where notes are taken, or where none is."""
    found = 0
    for node in body:
        test = getattr(node, "test", None)
        if isinstance(test, ast.Subscript) and getattr(test.value, "value", None) == hooks.NOTED:
            found += counters_of(node.body if taken else node.orelse, taken)
            continue
        nested = [one for name in ("body", "orelse", "handlers") for one in getattr(node, name, ())]
        skipped = {id(part) for one in nested for part in ast.walk(one)}
        found += sum(
            isinstance(part, ast.Call) and getattr(part.func, "value", None) == hooks.COUNT
            for part in ast.walk(node)
            if id(part) not in skipped
        )
        found += counters_of(nested, taken)
    return found


def test_epochs_to_come_make_a_run_of_few_batches_a_long_one():
    now, strides = [0.0], []
    turns = WithinBudget([], b"", lambda: now[0])
    recorder = SimpleNamespace(
        drain=lambda: None,
        iterations=lambda: turns.turn,
        light_gates=lambda: {LIGHT: [False], DARK: [False]},
        cost_of_notes=lambda: (0.001, 0.0, 0.0),
        thin=strides.append,
    )
    turns.watch(recorder, 1)
    for _ in turns.around(range(8)):
        turns.entered(0)
        for _ in turns.ahead(range(144)):
            turns.turned(0)
            now[0] += 0.001 if turns.noted[0] else 0.0001
        turns.left(0)
        break
    assert strides == [128]  # in the first epoch, and so that of 1,152 iterations eight are kept at the least
