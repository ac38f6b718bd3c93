"""The command line: `python -m backprop check`, `show`, `lessons`."""

import json
import string
from pathlib import Path

import pytest
from backprop import record
from backprop.__main__ import main
from backprop.command_line import report
from backprop.lessons.lens import LESSONS
from backprop.texts import document, languages

FEW = ("range(4000)", "range(12)")  # iterations: enough to compare, quick to run
WRONG_DELTA = ("delta[8] = y * (1 - y) * (t - y)", "delta[8] = y * (1 - y) * (y - t)")

# Layer 2 moves by its activations in place of its deltas: no delta of it can be found.
PARTLY = """
import numpy as np
rng = np.random.default_rng(5)
x = np.linspace(-1, 1, 8).reshape(-1, 1)
y = x ** 2
U, V = rng.normal(size=(1, 4)), rng.normal(size=(4, 1))
for step in range(20):
    h = np.tanh(x @ U)
    out = h @ V
    d = out - y
    e = d @ V.T * (1 - h * h)
    V -= 0.05 * h.T @ out
    U -= 0.05 * x.T @ e
"""


def edited(*edits, lesson="xor"):
    """The lesson's program with each (old, new) text replaced; every old one must occur."""
    source = (LESSONS / lesson / "program.py").read_text(encoding="utf-8")
    for old, new in edits:
        assert old in source, old
        source = source.replace(old, new)
    return source


@pytest.fixture
def program(tmp_path):
    """Writes a program into a file of the test's own folder and returns its path as text."""

    def write(source, name="program.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
        return str(path)

    return write


def json_of(capsys, *arguments):
    code = main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


# --- check: what is said, and the exit code ---


def test_a_right_program_agrees(program, capsys):
    path = program(edited(FEW))
    assert main(["check", path, "--lesson", "xor"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"{path}: agrees\n  Network 3-4-1, iterations: 12\n")
    assert "delta: lines 45, 47" in said
    assert "all 1,728 numbers agree" in said


def test_a_wrong_program_differs_and_the_line_is_named(program, capsys):
    assert main(["check", program(edited(FEW, WRONG_DELTA)), "--lesson", "xor"]) == 1
    said = capsys.readouterr().out
    assert ": differs\n" in said
    assert "line 45, equation (4.1): δ₈ is 0.144672, the equation gives -0.144672" in said
    assert "line 45: The output's delta has the right size and the wrong sign" in said


def test_a_difference_as_data(program, capsys):
    code, made = json_of(capsys, "check", program(edited(FEW, WRONG_DELTA)))
    one = made["programs"][0]
    assert (code, made["exit"], one["state"], one["network"]) == (1, 1, "differs", [3, 4, 1])
    first = one["differences"][0]
    assert first["code"] == pytest.approx(-first["formula"])
    assert {key: first[key] for key in ("line", "equation", "quantity", "iteration", "sample", "count")} == {
        "line": 45,
        "equation": "4.1",
        "quantity": "δ₈",
        "iteration": 0,
        "sample": 0,
        "count": 48,
    }
    assert one["differing"] == sum(each["count"] for each in one["differences"]) == 48
    assert [finding["kind"] for finding in one["findings"]] == ["mistake"]


def test_the_numbers_are_those_of_the_recordings_checks(program):
    source = edited(FEW, WRONG_DELTA)
    checks = [check for iteration in range(12) for check in record(source).checks(iteration)]
    made = report.report_of(Path(program(source)), record)
    assert made.compared == len(checks)
    assert made.differing == sum(not check.agrees for check in checks)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("x = (\n", "syntax"),
        ("x = 1 / 0\n", "early"),
        ("import no_such_module\n", "early"),
        ("x = 1\n", "no_network"),
        ("", "no_network"),
    ],
)
@pytest.mark.parametrize("lang", languages())
def test_what_cannot_be_checked_says_why(program, capsys, source, problem, lang):
    code, made = json_of(capsys, "check", program(source), "--lang", lang)
    assert code == 2
    assert made["programs"][0]["problem"]["id"] == problem
    assert main(["check", program(source), "--lang", lang]) == 2
    assert made["programs"][0]["problem"]["message"] in capsys.readouterr().out


def test_a_file_that_is_missing_or_no_text(tmp_path, capsys):
    (tmp_path / "binary.py").write_bytes(b"\xff\xfe\x00")
    code, made = json_of(capsys, "check", str(tmp_path / "missing.py"), str(tmp_path / "binary.py"))
    assert code == 2
    assert [one["problem"]["id"] for one in made["programs"]] == ["unreadable", "encoding"]


def test_an_error_after_some_iterations_is_no_agreement(program, capsys):
    path = program(edited(FEW) + "\nraise OSError('no file')\n")
    code, made = json_of(capsys, "check", path)
    one = made["programs"][0]
    assert (code, one["state"], one["differing"], one["problem"]["id"]) == (1, "differs", 0, "stopped")
    assert "OSError: no file" in one["problem"]["message"]


def test_a_failure_of_our_own_is_told_and_ends_nothing(program):
    def fails(source):
        raise ZeroDivisionError("ours")

    made = report.report_of(Path(program("x = 1")), fails)
    assert (made.state, made.problem.id) == ("unreadable", "internal")


def test_ctrl_c_ends_the_check_not_only_the_program(program):
    assert main(["check", program("raise KeyboardInterrupt")]) == 130


def test_a_folder_is_checked_file_by_file_and_the_worst_counts(program, tmp_path, capsys):
    program(edited(FEW), "a.py")
    program(edited(FEW, WRONG_DELTA), "group/b.py")
    assert main(["check", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert said.endswith("\n2 programs: 1 agree, 1 differ, 0 agree in part, 0 cannot be checked.\n")
    program("x = (", "group/c.py")
    code, made = json_of(capsys, "check", str(tmp_path))
    assert code == 2
    assert [one["state"] for one in made["programs"]] == ["agrees", "differs", "unreadable"]


def test_an_empty_folder(tmp_path, capsys):
    assert main(["check", str(tmp_path)]) == 2
    assert "no .py files" in capsys.readouterr().out


def test_a_lesson_whose_names_the_program_uses(program, capsys):
    source = edited(("range(60000)", "range(12)"), lesson="eleven-lines")
    assert main(["check", program(source), "--lesson", "eleven-lines"]) == 0
    assert "Network 3-4-1, iterations: 12" in capsys.readouterr().out


def test_an_unknown_lesson_or_both_choices_are_refused(program):
    for wrong in (["--lesson", "nope"], ["--lesson", "xor", "--own"], ["--lang", "fr"]):
        with pytest.raises(SystemExit) as stopped:
            main(["check", program("x = 1"), *wrong])
        assert stopped.value.code == 2


def test_numbers_without_end_are_null_in_json(program, capsys):
    source = edited(FEW, ("eta = 0.5", "eta = float('nan')"))
    json_of(capsys, "check", program(source))


# --- roles and verdict, where a recording has them ---


OWN = """\
import numpy as np
rng = np.random.default_rng(1)
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]])
T = np.array([[0], [1], [1], [0.0]])
A, B = rng.normal(size=(2, 3)), rng.normal(size=(3, 1))
for turn in range(20):
    H = 1 / (1 + np.exp(-(X @ A)))
    O = 1 / (1 + np.exp(-(H @ B)))
    gO = (O - T) * O * (1 - O)
    gH = gO @ B.T * H * (1 - H)
    B -= 0.5 * H.T @ gO
    A -= 0.5 * X.T @ gH
"""


@pytest.mark.parametrize("own", [[], ["--own"]])
def test_a_network_of_any_names_is_found(program, capsys, own):
    assert main(["check", program(OWN), *own]) == 0
    said = capsys.readouterr().out
    assert "Network 2-3-1, iterations: 20" in said
    assert "gH: The deltas of layer 1, made in line 10; with the other sign" in said
    _, made = json_of(capsys, "check", program(OWN), *own)
    one = made["programs"][0]
    assert one["found"] == "found"
    deltas = [role for role in one["roles"] if role["quantity"] == "delta"]
    assert [(role["name"], role["layer"], role["line"], role["sign"]) for role in deltas] == [
        ("gH", 1, 10, -1),
        ("gO", 2, 9, -1),
    ]


def test_a_mistake_under_any_names_is_found(program, capsys):
    assert main(["check", program(OWN.replace("gO @ B.T * H * (1 - H)", "gO @ B.T"))]) == 1
    assert "line 10, equation (4.3)" in capsys.readouterr().out


def test_where_no_network_is_found_it_says_why(program, capsys):
    assert main(["check", program("x = 1\n")]) == 2
    assert "No network is found. Nothing here is multiplied" in capsys.readouterr().out


def test_the_verdict_on_each_layer_is_given(program, capsys):
    assert main(["check", program(OWN)]) == 0
    assert "Layer 1 agrees with the derivative of the error." in capsys.readouterr().out
    code, made = json_of(capsys, "check", program(OWN.replace("gO @ B.T * H * (1 - H)", "gO @ B.T")))
    assert code == 1
    states = {each["layer"]: (each["state"], each["line"]) for each in made["programs"][0]["verdict"]}
    assert states[1] == ("differs", 10)
    assert states[2][0] == "agrees"


# --- show and lessons ---


def test_show_prints_the_steps(program, capsys):
    assert main(["show", program(edited(FEW)), "--iteration", "0"]) == 0
    heading, columns, *steps = capsys.readouterr().out.splitlines()
    assert heading == "Iteration 0 of 12"
    assert columns.split() == ["step", "line", "sample", "equation", "sets", "reads"]
    assert steps[13].split() == ["13", "45", "0", "(4.1)", "δ₈", "=", "-0.144672", "y₁", "t₁"]


def test_show_says_where_a_step_differs(program, capsys):
    assert main(["show", program(edited(FEW, WRONG_DELTA))]) == 0
    assert "δ₈ = 0.144672  (differs: the equation gives -0.144672)" in capsys.readouterr().out


@pytest.mark.parametrize("iteration", ["12", "-1"])
def test_an_iteration_that_is_not_there(program, capsys, iteration):
    assert main(["show", program(edited(FEW)), "--iteration", iteration]) == 2
    assert f"The nearest is {min(max(int(iteration), 0), 11)}." in capsys.readouterr().out


def test_lessons_are_listed_in_the_order_of_the_course(capsys):
    assert main(["lessons", "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    assert said.index("neuron") < said.index("xor") < said.index("playground")
    assert "照着公式学 XOR" in said
    _, made = json_of(capsys, "lessons")
    assert {one["id"] for one in made} >= {"xor", "eleven-lines"}


# --- the help and the sentences ---


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("command", [[], ["check"], ["show"], ["lessons"]])
def test_help_in_both_languages(capsys, command, lang):
    with pytest.raises(SystemExit) as stopped:
        main([*command, "--help", "--lang", lang])
    assert stopped.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith(document(f"cli.{lang}")["help"]["usage"] + "python -m backprop")
    if not command:
        assert "python -m backprop check submissions/" in said


def test_both_languages_have_the_same_sentences_and_facts():
    def facts(table, at=""):
        for key, text in table.items():
            if isinstance(text, dict):
                yield from facts(text, f"{at}{key}.")
            else:
                parts = string.Formatter().parse(text) if isinstance(text, str) else []
                yield at + key, sorted(name for _, name, _, _ in parts if name)

    assert dict(facts(document("cli.en"))) == dict(facts(document("cli.zh")))


def test_a_renamed_variable_is_found(program, capsys):
    assert main(["check", program(edited(("net", "nets"), FEW)), "--lesson", "xor"]) == 0
    assert "No weighted input is found" not in capsys.readouterr().out


def test_a_notebook_is_checked_cell_by_cell(tmp_path, capsys):
    lines = edited(FEW).splitlines(keepends=True)
    cells = [
        {"cell_type": "code", "source": part, "metadata": {}, "outputs": []}
        for part in (lines[:6], lines[6:])
    ]
    path = tmp_path / "xor.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}))
    assert main(["check", str(path)]) == 0
    path.write_text("no notebook")
    assert main(["check", str(path)]) == 2
    assert "cannot be read" in capsys.readouterr().out


def test_repair_prints_the_program_and_says_what_was_changed(tmp_path, capsys):
    path = tmp_path / "odd.py"
    path.write_text("print（1）\n", encoding="utf-8")
    assert main(["repair", str(path), "--lang", "zh"]) == 0
    printed = capsys.readouterr()
    assert printed.out == "print(1)\n"
    assert "第 1 行：中文全角左括号" in printed.err
    main(["check", str(path)])
    assert "line 1: full-width opening parenthesis" in capsys.readouterr().out
    assert main(["repair", str(path), "--write"]) == 0
    assert path.read_text(encoding="utf-8") == "print(1)\n"
    path.write_text("x = (\n", encoding="utf-8")
    assert main(["repair", str(path)]) == 2


def test_a_layer_that_could_not_be_judged_is_no_agreement(program, capsys):
    path = program(PARTLY, "partly.py")
    assert main(["check", str(path)]) == 2
    assert "partly.py: what was checked agrees; a layer could not be judged" in capsys.readouterr().out
