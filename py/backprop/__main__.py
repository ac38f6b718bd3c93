"""`python -m backprop`: checks programs from the command line, shows their steps, lists the lessons.

$ python -m backprop check program.py
program.py: agrees
  Network 3-4-1, 4,000 iterations
  …
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from backprop.command_line.repairs import repair_text
from backprop.command_line.report import (
    EXIT_CODES,
    Problem,
    Report,
    as_json,
    as_text,
    nothing_to_show,
    read_program,
    report_of,
)
from backprop.command_line.steps import steps_text
from backprop.lessons.lens import lesson_settings
from backprop.lessons.lens import lessons as lesson_ids
from backprop.recording.facade import CheckedRecording as Recording
from backprop.run import record
from backprop.sandbox.repair import repair as repaired
from backprop.texts import document, languages

UNREADABLE = EXIT_CODES["unreadable"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. Wrong arguments end with SystemExit(2), as argparse has it."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a terminal without Greek letters prints "?" for δ
    options = _parser(_language(given)).parse_args(given)
    try:
        return int(options.command(options))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader, `head` say, has seen enough
        sys.stderr.close()
        return 0


# --- the commands ---


def check(options: argparse.Namespace) -> int:
    """Print a report on each program; return the exit code of the worst: 0 agrees, 1 differs, 2 unreadable."""
    run = partial(_record, lesson=options.lesson)
    reports: list[Report] = []
    for path in options.paths:
        for report in _reports(path, run):
            reports.append(report)
            if not options.json:
                print(*as_text(report, options.lang), sep="\n", flush=True)
                if report.problem and report.problem.id == "syntax":
                    repairs = repair_text(repaired(read_program(Path(report.file))[0]), options.lang)
                    print(*(f"  {line}" for line in repairs), sep="\n", flush=True)
    worst = max(report.exit_code for report in reports)
    if options.json:
        made = {"exit": worst, "programs": [as_json(report, options.lang) for report in reports]}
        print(json.dumps(made, ensure_ascii=False, indent=2, allow_nan=False))
    elif len(reports) > 1:
        counts = {state: sum(report.state == state for report in reports) for state in EXIT_CODES}
        said = document(f"cli.{options.lang}")["report"]["summary"]
        print("\n" + said.format(total=len(reports), **counts))
    return worst


def _reports(path: Path, run: Any) -> Iterator[Report]:
    """A report on each program: the file itself, or every .py file below the folder."""
    if not path.is_dir():
        yield report_of(path, run)
        return
    kinds = ("*.py", "*.ipynb")
    programs = sorted(file for kind in kinds for file in path.rglob(kind) if file.is_file())
    if not programs:
        yield Report(str(path), "unreadable", Problem("empty"))
    for program in programs:
        yield report_of(program, run)


def show(options: argparse.Namespace) -> int:
    """Print the steps of one iteration; return 0, or 2 if there are none to show."""
    source, problem = read_program(options.path)
    if problem is None:
        recording = _record(source, options.lesson)
        problem = nothing_to_show(recording) or _missing_iteration(recording, options.iteration)
    if problem:
        print(f"{options.path}: {problem.message(options.lang)}")
        return UNREADABLE
    print(*steps_text(recording, options.iteration, options.lang), sep="\n")
    return 0


def repair(options: argparse.Namespace) -> int:
    """Print the repaired program, or write it to its file, and tell the changes on stderr; return 2 if some are refused."""
    source, problem = read_program(options.path)
    if problem:
        print(f"{options.path}: {problem.message(options.lang)}", file=sys.stderr)
        return UNREADABLE
    made = repaired(source)
    for line in repair_text(made, options.lang):
        print(line, file=sys.stderr)
    if options.write:
        options.path.write_text(made.text, encoding="utf-8")
    else:
        print(made.text, end="")
    return UNREADABLE if made.refused else 0


def _missing_iteration(recording: Recording, iteration: int) -> Problem | None:
    kept = recording.kept
    if iteration in kept:
        return None
    nearest = min(kept, key=lambda number: abs(number - iteration))
    facts = {"iterations": f"{recording.iterations:,}", "kept": f"{len(kept):,}", "nearest": nearest}
    return Problem("no_iteration", facts | {"iteration": iteration})


def lessons(options: argparse.Namespace) -> int:
    """Print each lesson's id, title and the question that it answers."""
    about = [(id, lesson_settings(id)) for id in lesson_ids()]
    if options.json:
        made = [{"id": id, "title": each["title"], "answers": each["answers"]} for id, each in about]
        print(json.dumps(made, ensure_ascii=False, indent=2))
        return 0
    width = max(len(id) for id, _ in about)
    for id, each in about:
        print(f"{id:{width}}  {each['title'][options.lang]}: {each['answers'][options.lang]}")
    return 0


def _record(source: str, lesson: str | None) -> Recording:
    """Run a program: with the names of a lesson, or (None) with the network found in the program itself."""
    return record(source) if lesson is None else record(source, lesson=lesson)


# --- the arguments ---


def _language(arguments: Sequence[str]) -> str:
    """The language asked for, known before the parser is made, because its help is in that language."""
    first = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    first.add_argument("--lang", choices=languages(), default="en")
    try:
        return str(first.parse_known_args(arguments)[0].lang)
    except (argparse.ArgumentError, SystemExit):
        return "en"  # the parser proper says what is wrong


def _parser(lang: str) -> argparse.ArgumentParser:
    said = document(f"cli.{lang}")["help"]

    class Help(argparse.RawDescriptionHelpFormatter):
        def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
            super().add_usage(usage, actions, groups, said["usage"] if prefix is None else prefix)

    def dressed(parser: argparse.ArgumentParser, positionals: str) -> argparse.ArgumentParser:
        """The parser with the options that every command has, its headings in the language."""
        parser.formatter_class = Help
        parser._optionals.title, parser._positionals.title = said["options"], positionals
        parser.add_argument("-h", "--help", action="help", help=said["help"])
        parser.add_argument("--lang", choices=languages(), default=lang, help=said["lang"])
        return parser

    parser = argparse.ArgumentParser(prog="python -m backprop", add_help=False)
    parser.description = said["description"]
    parser.epilog = "\n\n".join([said["warning"], said["examples"], said["exit"]])
    dressed(parser, said["commands"])
    parser.add_argument("--version", action="version", version=_version(), help=said["version"])
    commands = parser.add_subparsers(required=True, metavar="check|show|repair|lessons")
    for command in (check, show, repair, lessons):
        name = command.__name__
        of = commands.add_parser(name, help=said[name], description=said[name], add_help=False)
        dressed(of, said["programs"]).set_defaults(command=command)
        if command in (check, show):
            names = of.add_mutually_exclusive_group()
            names.add_argument("--lesson", choices=lesson_ids(), metavar="ID", help=said["lesson"])
            names.add_argument("--own", action="store_const", const=None, dest="lesson", help=said["own"])
        if command is check:
            of.epilog = "\n\n".join([said["warning"], said["exit"]])
            of.add_argument("paths", nargs="+", type=Path, metavar="program.py", help=said["paths"])
        if command is show:
            of.add_argument("path", type=Path, metavar="program.py", help=said["path"])
            of.add_argument("--iteration", type=int, default=0, metavar="N", help=said["iteration"])
        if command is repair:
            of.add_argument("path", type=Path, metavar="program.py", help=said["path"])
            of.add_argument("--write", action="store_true", help=said["write"])
        if command in (check, lessons):
            of.add_argument("--json", action="store_true", help=said["json"])
    return parser


def _version() -> str:
    try:
        return version("backprop-lab")
    except PackageNotFoundError:  # run from the folder, not installed
        return "backprop-lab (not installed)"


if __name__ == "__main__":
    sys.exit(main())
