"""The equation as it is shown, worked out from its TeX with the numbers put in, gives the number that is shown."""

import re

import pytest
from backprop.lessons.lens import LESSONS
from backprop.run import record
from shown import Page, assert_shown

from tests.lesson_programs import edited

pytestmark = pytest.mark.usefixtures("by_the_names_of_the_lesson")

OURS = {
    f"{path.parent.name}/{path.stem}": path
    for path in sorted(LESSONS.glob("*/*.py"))
    if path.parent != LESSONS
}


@pytest.mark.parametrize("name", OURS)
def test_the_lessons_own_programs(name):
    source = re.sub(r"((range\(|epochs) ?=? ?)\d{2,}", r"\g<1>4", OURS[name].read_text(encoding="utf-8"))
    recording = record(source, name.split("/")[0])
    assert recording.error is None
    seen, unknown = assert_shown(recording)
    assert seen or name == "descent/neighbours"
    assert not unknown


# --- updates that sum up some samples, and not always as many ---

BY_SAMPLE = edited("xor", ("range(4000)", "range(4)"))
UPDATE = BY_SAMPLE[
    BY_SAMPLE.index("        for j in hidden:\n            w[8, j] += ") : BY_SAMPLE.index("    if epoch %")
]


def accumulated(every, order="samples", momentum=0.0, averaged=False):
    """XOR sample by sample; what `every` samples ask for is added up before the weights move."""
    share = f" / {every}" if averaged else ""
    gather = """\
        asked = {(8, j): delta[8] * a[j] for j in hidden} | {8: delta[8]}
        asked |= {(j, i): delta[j] * a[i] for j in hidden for i in inputs} | {j: delta[j] for j in hidden}
        for key, value in asked.items():
            total[key] = total.get(key, 0) + value
"""
    move = f"""\
        count += 1
        if count % {every} == 0 or count == {len("1234")}:
            for key, value in total.items():
                last[key] = eta * value{share} + {momentum} * last.get(key, 0)
                if isinstance(key, tuple):
                    w[key] = w[key] + last[key]
                else:
                    b[key] = b[key] + last[key]
            total = {{}}
"""
    source = BY_SAMPLE.replace(UPDATE, gather + move).replace("for x, t in samples:", f"for x, t in {order}:")
    source = source.replace(
        "    error = 0\n", "    error = count = 0\n    total = {}\n    random.shuffle(samples)\n"
    )
    return source.replace("answers = {}\n", "answers = {}\nlast = {}\n")


@pytest.mark.parametrize("averaged", [False, True])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("every", [1, 2, 4])
def test_an_update_of_some_samples_that_come_one_by_one(every, momentum, averaged):
    recording = record(accumulated(every, momentum=momentum, averaged=averaged), "xor")
    assert recording.error is None
    assert all(check.agrees for iteration in recording.kept for check in recording.checks(iteration))
    updates = [step for step in recording.steps(1) if step.phase == "update"]
    assert {step.summed for step in updates} == {every}
    assert all(step.summed == 0 for step in recording.steps(1) if step.phase != "update")
    seen, unknown = assert_shown(recording)
    assert seen
    assert not unknown


def test_updates_of_three_samples_and_of_one():
    recording = record(accumulated(3), "xor")
    assert [step.summed for step in recording.steps(1) if ("w", (8, 4)) in step.sets] == [3, 1]
    seen, unknown = assert_shown(recording)
    assert seen
    assert not unknown


# Every size of a batch against 140 points: the last batch of an epoch is smaller, or all are alike, or there is one.
PLAYGROUND = [
    *({"batch_size": size} for size in (3, 10, 50, 139, 1000)),
    *(pytest.param({"batch_size": size}, marks=pytest.mark.slow) for size in (1, 100, 140)),
    {"batch_size": 50, "momentum": 0.9},
    {"batch_size": 50, "l1": 0.01, "l2": 0.03},
    {"batch_size": 45, "l2": 0.001, "momentum": 0.5, "cost": "squared"},
    {"batch_size": 30, "activation": "relu"},
    {"batch_size": 12, "activation": "sigmoid", "hidden": [3]},
    {"batch_size": 12, "activation": "linear", "hidden": [], "output": "linear", "cost": "squared"},
]


@pytest.mark.parametrize("constants", PLAYGROUND, ids=str)
def test_the_playground(constants):
    source = edited("playground", ("epochs = 40", "epochs = 3"))
    for name, value in constants.items():
        source = re.sub(rf"^{name} = .*$", f"{name} = {value!r}", source, count=1, flags=re.MULTILINE)
    recording = record(source, "playground")
    assert recording.error is None
    for iteration in recording.kept[:4]:
        assert all(check.agrees for check in recording.checks(iteration))
        rows = len({step.sample for step in recording.steps(iteration)} - {None})
        assert {step.summed for step in recording.steps(iteration) if step.phase == "update"} == {rows}
    seen, unknown = assert_shown(recording, 4)
    assert seen
    assert not unknown


def test_a_smaller_last_batch_divides_by_its_own_size():
    recording = record(
        edited("playground", ("batch_size = 10", "batch_size = 50"), ("epochs = 40", "epochs = 2")),
        "playground",
    )
    page = Page(recording)
    shares = [
        {
            re.search(r"\\frac\{1\}\{(\d+)\}", one.template)[1]
            for one in page.shown(k)
            if one.step["sets"] == "w:3-1"
        }
        for k in range(6)
    ]
    assert shares == [{"50"}, {"50"}, {"40"}] * 2


# --- mistakes: the equation shown gives what it says, not what the program has ---

MISTAKES = {
    "weights that have moved": (
        "xor",
        "delta[j] = a[j] * (1 - a[j]) * w[8, j]",
        "w[8, j] += eta * delta[8] * a[j]; delta[j] = a[j] * (1 - a[j]) * w[8, j]",
    ),
    "no slope": ("xor", "delta[8] = y * (1 - y) * (t - y)", "delta[8] = t - y"),
    "a bias in pieces": (
        "xor",
        "            b[j] += eta * delta[j]",
        "            for i in inputs: b[j] += eta * delta[j]",
    ),
    "no rate": ("eleven-lines", "syn1 += np.dot(l1.T, l2_delta)", "syn1 += 0.5 * np.dot(l1.T, l2_delta)"),
    "moved layer": (
        "eleven-lines",
        "    l1_error = np.dot(l2_delta, syn1.T)",
        "    syn1 += np.dot(l1.T, l2_delta)\n    l1_error = np.dot(l2_delta, syn1.T)",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_program_with_a_mistake(name):
    lesson, old, new = MISTAKES[name]
    recording = record(
        edited(lesson, (old, new), ("0000)" if lesson == "eleven-lines" else "4000)", "4)")), lesson
    )
    assert recording.error is None
    assert not all(check.agrees for check in recording.checks(0))
    seen, _ = assert_shown(recording)
    assert seen
    differing = [one for one in Page(recording).shown(0) if one.formula is not None]
    assert differing
