"""The report of `check` on one program: as data (`Report`), and as lines of text.

A report is made from a recording alone. It uses the roles and the verdict that were found in the
program if the recording has them; else it names the lines that set each quantity.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from backprop.analyse.check import disagreements
from backprop.analyse.diagnose import diagnose
from backprop.analyse.findings import Finding
from backprop.analyse.operands import check_groups
from backprop.analyse.traits import traits
from backprop.equations.tex import symbol
from backprop.model.recording import Block
from backprop.model.role import Role
from backprop.recording.facade import CheckedRecording as Recording
from backprop.sandbox.notebook import NotebookError, program_of_notebook
from backprop.texts import Words, document

EXIT_CODES = {"agrees": 0, "differs": 1, "partly": 2, "unreadable": 2}
WRONG = ("mistake", "unknown")  # kinds of findings that say the program is wrong
_ORDER = ("w", "b", "net", "a", "t", "delta", "eta")


@dataclass(frozen=True)
class Problem:
    """Why a program could not be compared, or not to its end.

    `id` names a sentence in `texts/cli.*.toml`, `facts` fills it in; `words` is a sentence of others, put after it.
    """

    id: str
    facts: dict[str, Any] = field(default_factory=dict)
    words: Words | None = None

    def message(self, lang: str) -> str:
        """The problem as a sentence. `lang` is one of `texts.languages()`."""
        said = document(f"cli.{lang}")["problem"]
        line = self.facts.get("line")
        place = said["place"].format(line=line) if line else ""
        sentence = str(said[self.id].format(**self.facts | {"place": place}))
        return sentence if self.words is None else sentence + said["between"] + self.words[lang]


@dataclass(frozen=True)
class Difference:
    """The numbers of one line that one equation does not give: the first of them, and how many there are.

    line        of the program, from 1
    equation    its number in the notes, "4.1"
    quantity    how it is written, "δ₈"
    iteration   of the first one, from 0; `sample` likewise, None where the number belongs to no single sample
    code        the program's number, `formula` the equation's
    count       how many numbers of this line differ, in all iterations
    """

    line: int
    equation: str
    quantity: str
    iteration: int
    sample: int | None
    code: float
    formula: float
    count: int


@dataclass
class Report:
    """The result of checking one program.

    state       "agrees", "differs", "partly" (nothing differs, but a layer could not be judged) or "unreadable"
    problem     why it is unreadable, or what stopped it; None where nothing did
    recording   None if the program was not run
    compared    how many numbers were compared with their equation
    differing   how many of them differ
    """

    file: str
    state: str
    problem: Problem | None = None
    recording: Recording | None = None
    compared: int = 0
    differing: int = 0
    differences: list[Difference] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0: all agrees, 1: something differs, 2: unreadable."""
        return EXIT_CODES[self.state]


def read_program(path: Path) -> tuple[str, Problem | None]:
    """The text of a program, of a notebook the program in its code cells; and why it cannot be read, if it cannot."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        return (program_of_notebook(text).program if path.suffix == ".ipynb" else text), None
    except NotebookError as error:
        return "", Problem("unreadable", {"message": str(error)})
    except OSError as error:
        return "", Problem("unreadable", {"message": error.strerror or str(error)})
    except UnicodeDecodeError:
        return "", Problem("encoding")


def report_of(path: Path, run: Callable[[str], Recording]) -> Report:
    """Run one program with `run` and say what was found. Raises KeyboardInterrupt if Ctrl+C ended the program."""
    source, problem = read_program(path)
    if problem:
        return Report(str(path), "unreadable", problem)
    try:
        recording = run(source)
        if recording.error and recording.error.type == "KeyboardInterrupt":
            raise KeyboardInterrupt
        return _judged(str(path), recording)
    except Exception as error:  # one program must not end the check of a whole folder
        return Report(str(path), "unreadable", _internal(error))


def _internal(error: Exception) -> Problem:
    return Problem("internal", {"type": type(error).__name__, "message": str(error)})


def _judged(file: str, recording: Recording) -> Report:
    if problem := nothing_to_show(recording):
        return Report(file, "unreadable", problem, recording)
    report = Report(file, "agrees", None, recording)
    _compare(report, recording)
    report.findings = diagnose(recording)
    states = [each["state"] for each in verdict_of(recording, "en")]
    if not report.compared and not any(state != "unknown" for state in states):
        words = recording.found.message if recording.found else None
        report.state, report.problem = "unreadable", Problem("no_checks", words=words)
        return report
    wrong = any(finding.kind in WRONG for finding in report.findings)
    if recording.end == "error":
        report.problem = Problem("stopped", _error_facts(recording))
    if report.problem or wrong or report.differing or "differs" in states:
        report.state = "differs"
    elif "unknown" in states:
        report.state = "partly"
    return report


def nothing_to_show(recording: Recording) -> Problem | None:
    """Why a run recorded no iteration, or None if it did record one."""
    if recording.iterations:
        return None
    if recording.error is None:
        found = recording.found
        if found and found.state != "none":
            return Problem("no_iterations", words=found.message)
        return Problem("no_network", words=found.message if found else None)
    is_syntax = recording.error.type in ("SyntaxError", "IndentationError", "TabError")
    return Problem("syntax" if is_syntax and recording.error.line else "early", _error_facts(recording))


def _error_facts(recording: Recording) -> dict[str, Any]:
    error = recording.error
    assert error is not None
    return {
        "type": error.type,
        "message": error.message,
        "line": error.line,
        "iterations": recording.iterations,
    }


# --- the numbers beside the equations' ---


def _compare(report: Report, recording: Recording) -> None:
    """Count the numbers that were compared, and group those that differ by line and equation."""
    first: dict[tuple[int, str], Difference] = {}
    counts: dict[tuple[int, str], int] = {}
    for block in recording.blocks:
        numbers = sum(len(one.numbers) for one in check_groups(recording, block))
        report.compared += numbers * len(block.rows)
        for one in _differences(recording, block):
            report.differing += 1
            place = (one.line, one.equation)
            first.setdefault(place, one)
            counts[place] = counts.get(place, 0) + 1
    report.differences = [
        Difference(**vars(one) | {"count": counts[place]}) for place, one in sorted(first.items())
    ]


def _differences(recording: Recording, block: Block) -> Iterator[Difference]:
    """Each number of a block that differs from its equation, in the order of the run."""
    at = len(recording.layouts[block.layout])
    steps = []
    for number, id in enumerate(block.segments):
        pattern = recording.segments[id]
        steps += [(number, at + step.at, step) for step in pattern.steps]
        at += pattern.length
    for row, step_number, formula in zip(*(each.tolist() for each in disagreements(recording, block))):
        segment, column, step = steps[step_number]
        sample = int(block.samples[row][segment]) if step.sample is None else step.sample
        yield Difference(
            step.line,
            str(step.equation),
            symbol(step.sets, recording.topology)["text"],
            int(block.iterations[row]),
            None if sample < 0 else sample,
            float(block.rows[row, column]),
            formula,
            1,
        )


# --- roles and verdict, where the recording has them ---


def roles_of(recording: Recording, lang: str) -> list[dict[str, Any]]:
    """The values of the program with their quantities, one a row; without roles, the lines that set each quantity."""
    if recording.roles:
        return [_role(role, lang) for role in recording.roles]
    if not recording.blocks:
        return []
    steps = recording.steps(int(recording.blocks[0].iterations[0]))
    lines: dict[str, set[int]] = {}
    for step in steps:
        for quantity, _ in step.sets:
            lines.setdefault(quantity, set()).add(step.line)
    return [{"quantity": each, "lines": sorted(lines[each])} for each in _ORDER if each in lines]


def _role(role: Role, lang: str) -> dict[str, Any]:
    row = role.as_json()
    return row | {"evidence": role.evidence[lang], "message": role.message(lang)}


def verdict_of(recording: Recording, lang: str) -> list[dict[str, Any]]:
    """The verdict on each layer, from the derivative of the program's own error; [] where there is none."""
    return [
        {
            "layer": layer.number,
            "state": layer.state,
            "factor": layer.factor,
            "line": layer.line,
            "message": layer.message(lang),
        }
        for layer in recording.verdict
    ]


# --- as JSON ---


def as_json(report: Report, lang: str) -> dict[str, Any]:
    """The report as data for JSON; numbers that are not finite are None. docs/python.md describes it."""
    made: dict[str, Any] = {
        "file": report.file,
        "state": report.state,
        "problem": report.problem and {"id": report.problem.id, "message": report.problem.message(lang)},
    }
    if (recording := report.recording) is None:
        return made
    made |= {
        "end": recording.end,
        "error": vars(recording.error) if recording.error else None,
        "network": [len(layer) for layer in recording.topology.layers] if recording.iterations else None,
        "iterations": recording.iterations,
        "found": recording.found.state if recording.found else None,
        "missing": [words[lang] for words in recording.found.missing] if recording.found else [],
        "roles": roles_of(recording, lang),
        "verdict": verdict_of(recording, lang),
        "compared": report.compared,
        "differing": report.differing,
        "differences": [vars(one) for one in report.differences],
        "findings": [
            {
                "id": one.id,
                "kind": one.kind,
                "line": one.line,
                "message": one.message(lang),
                "hint": one.hint(lang),
                "answer": one.answer(lang),
            }
            for one in report.findings
        ],
        "rule": [trait.words[lang] for trait in traits(recording)] if recording.blocks else [],
        "notices": recording.notices,
    }
    cleaned: dict[str, Any] = _finite(made)
    return cleaned


def _finite(value: Any) -> Any:
    """A value for JSON: with plain numbers, and None for NaN and infinity."""
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, (str, int, type(None))) else str(value)


# --- as text ---


def as_text(report: Report, lang: str) -> Iterator[str]:
    """The report, line by line."""
    texts = document(f"cli.{lang}")
    said = texts["report"]
    recording = report.recording
    yield f"{report.file}: {texts['state'][report.state]}"
    if report.problem:
        yield f"  {report.problem.message(lang)}"
    if recording is None:
        return
    if recording.iterations:
        sizes = "-".join(str(len(layer)) for layer in recording.topology.layers)
        yield "  " + said["network"].format(sizes=sizes, iterations=f"{recording.iterations:,}")
        if recording.end == "budget" and recording.error:
            yield "  " + said["budget"].format(type=recording.error.type)
        yield from _section(said["found"], _roles_text(recording, lang))
        verdict = (_at_line(each["line"], each["message"], lang) for each in verdict_of(recording, lang))
        yield from _section(said["verdict"], verdict)
    if report.compared:
        counted = {"compared": f"{report.compared:,}", "differing": f"{report.differing:,}"}
        yield "  " + said["numbers_differ" if report.differing else "numbers_agree"].format(**counted)
        yield from ("    " + _difference_text(one, lang) for one in report.differences)
    said_already = {each["message"] for each in verdict_of(recording, lang)}
    findings = [one for one in report.findings if one.message(lang) not in said_already]
    wrong = [one for one in findings if one.kind in WRONG]
    remarks = [one for one in findings if one.kind not in WRONG]
    yield from _section(said["findings"], (_at_line(one.line, one.message(lang), lang) for one in wrong))
    yield from _section(said["remarks"], _remarks(recording, remarks, lang))


def _remarks(recording: Recording, findings: list[Finding], lang: str) -> Iterator[str]:
    if recording.found and recording.iterations:
        yield from (words[lang] for words in recording.found.missing)
    for one in findings:
        yield _at_line(one.line, one.message(lang), lang)
    if recording.blocks:
        yield from (trait.words[lang] for trait in traits(recording))
    texts = document(f"cli.{lang}")
    for notice in recording.notices:
        if sentence := texts["notice"].get(notice["id"]):
            quantity = texts["quantity"].get(notice.get("quantity"), notice.get("quantity"))
            yield sentence.format(**notice | {"quantity": quantity})


def _section(heading: str, lines: Iterator[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if not number:
            yield f"  {heading}"
        yield f"    {line}"


def _roles_text(recording: Recording, lang: str) -> Iterator[str]:
    """A line for each role, such as `dZ2: The deltas of layer 2, made in line 60.`; without roles, for each quantity."""
    if recording.roles:
        for role in recording.roles:
            yield f"{_short(role.name or role.expression)}: {role.message(lang)}"
        return
    texts = document(f"cli.{lang}")
    for row in roles_of(recording, lang):
        lines = row["lines"]
        sentence = texts["report"]["line" if len(lines) == 1 else "lines"]
        place = sentence.format(line=lines[0], lines=", ".join(map(str, lines)))
        yield f"{texts['quantity'].get(row['quantity'], row['quantity'])}: {place}"


def _short(expression: str) -> str:
    """The expression on one line, at most 40 characters of it."""
    line = " ".join(expression.split())
    return line if len(line) <= 40 else f"{line[:39]}…"


def _at_line(line: int | None, sentence: str, lang: str) -> str:
    return (document(f"cli.{lang}")["report"]["at_line"].format(line=line) if line else "") + sentence


def _difference_text(one: Difference, lang: str) -> str:
    said = document(f"cli.{lang}")["report"]
    sample = "" if one.sample is None else said["sample"].format(sample=one.sample)
    shown = {"code": _number(one.code), "formula": _number(one.formula), "count": f"{one.count:,}"}
    return str(said["difference"].format(**vars(one) | shown | {"sample": sample}))


def _number(value: Any) -> str:
    """Six digits, as in `0.144672`; text as it is."""
    return f"{value:.6g}" if isinstance(value, (int, float, np.number)) else str(value)
