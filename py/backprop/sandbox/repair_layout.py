"""The layout around a pasted program: fences, prompts, numbers of lines, a notebook's commands.

    In [1]: for x in range(2):      for x in range(2):
       ...:     print(x)                print(x)
    Out[2]: 3                       # Out[2]: 3

No line is taken away: what is no program becomes a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from backprop.sandbox.repair_draft import Draft, Edit, Values
from backprop.sandbox.repair_scanner import Line, lines_of

_FENCE = re.compile(r"\s*(?:```+|~~~+)\s*([\w+#.-]*)[^`]*$")
_PYTHON = frozenset(("", "py", "python", "python2", "python3", "py3", "ipython", "ipython3", "pycon"))
_PROMPT = re.compile(r"\s*(?:>>>(?!>)|In ?\[[\d *]*\][:：])(?:[ \t\u00a0]|$)?")
_CONTINUED = re.compile(r"\s*\.\.\.:?(?:[ \t\u00a0]|$)")
_OUTPUT = re.compile(r"\s*Out ?\[[\d *]*\][:：]")
_BANNER = re.compile(r"Python \d|IPython \d|\[(?:GCC|Clang|MSC)|Type [\"']")
_OPEN_END = re.compile(r"[:：,，\\(（\[【{｛]\s*(?:#.*)?$")
_COMMAND = re.compile(
    r"\s*(?:%%?[A-Za-z_]|!\s*[\w./~]|\?{1,2}[A-Za-z_]|\$ |(?:pip3?|conda) install |[\w.]+\?{1,2}\s*$"
    r"|[\w ,]+=\s*(?:!|%[A-Za-z_]))"
)
_TIMED = re.compile(r"(\s*)%time[ \t]+(?=\S)")
_CELL_OF_PYTHON = re.compile(r"\s*%%(?:time|timeit|capture|prun|writefile|file|debug|pypy|python3?)\b")
_CELL = re.compile(r"\s*%%[A-Za-z]")
_SEPARATOR = re.compile(r"(?:[ \t]*\||[.:)\]])?[ \t\u00a0]?")
_NUMBER = re.compile(r"\s*[\[(]?(\d+)")


# --- fences ---


def repair_fences(draft: Draft) -> None:
    """Lines of ``` become comments, and so does what stands outside of them or is no Python."""
    lines = lines_of(draft.text)
    fences = {i: match[1].lower() for i, line in enumerate(lines) if (match := _fence(line))}
    if not fences:
        return
    inside = _opens_late(lines, fences)
    python = True
    edits: list[Edit] = []
    for i, line in enumerate(lines):
        if i in fences:
            inside = not inside or bool(fences[i])
            python = fences[i] in _PYTHON
            edits += _commented(line, "fence")
        elif not (inside and python):
            edits += _commented(line, "outside-fence")
    draft.apply(edits)


def _fence(line: Line) -> re.Match[str] | None:
    return None if line.in_string else _FENCE.match(line.text)


def _opens_late(lines: list[Line], fences: dict[int, str]) -> bool:
    """The text begins inside: its only fence has no language and nothing after it."""
    last = max(fences)
    rest = any(line.text.strip() for line in lines[last + 1 :])
    return len(fences) == 1 and not fences[last] and not rest


def _commented(line: Line, identifier: str) -> Iterator[Edit]:
    """The line as a comment. Blank lines and comments stay as they are."""
    if line.text.strip() and not line.text.lstrip().startswith("#"):
        what = line.text.strip()[:60] if identifier == "command" else ""
        yield Edit(line.start, line.start, "# ", identifier, what)


# --- prompts ---


def repair_prompts(draft: Draft) -> None:
    """The prompts `>>>`, `...` and `In [3]:` are taken away; what was printed, and Out[3]:, become comments."""
    lines = [line for line in lines_of(draft.text) if not line.in_string]
    prompts = [line for line in lines if _PROMPT.match(line.text)]
    if not prompts and not any(_OUTPUT.match(line.text) for line in lines):
        return
    alone = any(not _after_prompt(line) and "[" in line.text for line in prompts)
    draft.apply(_without_prompts(lines, alone))


def _after_prompt(line: Line) -> str:
    match = _PROMPT.match(line.text)
    return line.text[match.end() :].strip() if match else ""


def _without_prompts(lines: list[Line], cells: bool) -> Iterator[Edit]:
    """`cells`: as a notebook shows it, In [3]: once for a whole cell, so lines without a prompt are program."""
    program, seen = True, False
    before = ""
    for line in lines:
        if match := _PROMPT.match(line.text) or (_CONTINUED.match(line.text) if seen and program else None):
            program = seen = True
            before = line.text[match.end() :]
            found = match.group().strip()
            yield Edit(line.start, line.start + match.end(), "", "prompt", re.sub(r"[\d *]+", " ", found))
        elif _OUTPUT.match(line.text):
            program = False
            yield from _commented(line, "output")
        elif not seen:
            yield from _commented(line, "output") if _BANNER.match(line.text) else ()
        elif line.text.strip():
            program = program and (cells or _goes_on(before, line.text))
            before = line.text
            yield from () if program else _commented(line, "output")


def _goes_on(before: str, text: str) -> bool:
    """A line without a prompt is still program: indented, after a line that is open or indented itself."""
    return text[0].isspace() and bool(before[:1].isspace() or _OPEN_END.search(before))


# --- numbers of lines ---


def repair_line_numbers(draft: Draft) -> None:
    """Numbers before every line, each one more than the one before, are taken away."""
    lines = lines_of(draft.text)
    spans = _numbers_alone(lines) or _with_separators(lines, _numbers(lines))
    if len(spans) < 2:
        return
    width = _column_of_code(lines, spans)
    first: Values = {"first": _first(lines, spans)}
    draft.apply(
        Edit(line.start, min(line.start + (width or spans[i]), line.end), "", "line-number", "", first)
        for i, line in enumerate(lines)
        if i in spans
    )


def _first(lines: list[Line], spans: dict[int, int]) -> int:
    match = _NUMBER.match(lines[min(spans)].text)
    return int(match[1]) if match else 1


def _numbers(lines: list[Line]) -> dict[int, int]:
    """Index of the line: where its number ends; empty if they are no numbers of lines."""
    spans: dict[int, int] = {}
    expected: int | None = None
    blanks = width = 0
    for i, line in enumerate(lines):
        if not line.text.strip():
            blanks += 1
            continue
        start = len(line.text) - len(line.text.lstrip())
        start += line.text[start] in "[("
        number = _number_at(line.text, start, expected, blanks, width)
        if number is None:
            return {}
        width = len(number) if number[0] == "0" else width
        expected, blanks = int(number) + 1, 0
        spans[i] = start + len(number)
    return spans


def _numbers_alone(lines: list[Line]) -> dict[int, int]:
    """Numbers that stand each on a line before the line they count, as a table of lines is copied."""
    full = [i for i, line in enumerate(lines) if line.text.strip()]
    numbers = [lines[i].text.strip() for i in full[::2]]
    if len(full) < 4 or not re.fullmatch(r"[1-9][0-9]{0,8}", numbers[0]):
        return {}
    expected = [str(int(numbers[0]) + k) for k in range(len(numbers))]
    return {i: len(lines[i].text) for i in full[::2]} if numbers == expected else {}


def _with_separators(lines: list[Line], spans: dict[int, int]) -> dict[int, int]:
    """Move each end past the separator, a point, colon or blank, unless code follows some number at once."""
    ends = {i: _SEPARATOR.match(lines[i].text, end) for i, end in spans.items()}
    if not all(match and (match.group() or match.end() == len(lines[i].text)) for i, match in ends.items()):
        return spans
    return {i: match.end() for i, match in ends.items() if match}


def _number_at(text: str, start: int, expected: int | None, blanks: int, width: int) -> str | None:
    """The digits of the line's number, `width` of them at least: the first one found, then the one that is expected."""
    if expected is None:
        match = _NUMBER.match(text)
        return match[1][:9] if match and match[1].isascii() else None
    wanted = (str(expected + skipped).zfill(width) for skipped in range(min(blanks, 100) + 1))
    return next((number for number in wanted if text.startswith(number, start)), None)


def _column_of_code(lines: list[Line], spans: dict[int, int]) -> int | None:
    """The column where all code begins if the numbers are padded to one width, as in `9   x` and `10  x`."""
    ends = {i: end for i, end in spans.items() if lines[i].text[end:].strip()}
    width = max(ends.values(), default=0)
    padded = all(not lines[i].text[end:width].strip() for i, end in ends.items())
    return width if padded and len(set(ends.values())) > 1 else None


# --- a notebook's commands ---


def repair_commands(draft: Draft) -> None:
    """%matplotlib inline, !pip install …, ?help and cells that are no Python become comments.

    A cell that is no Python ends, in a text, with the next blank line.
    """
    edits: list[Edit] = []
    foreign = False
    for line in lines_of(draft.text):
        if line.in_string or line.continues:
            continue
        foreign = _is_foreign(line.text) or (foreign and bool(line.text.strip()))
        if match := _TIMED.match(line.text):
            edits.append(Edit(line.start, line.start + match.end(), match[1], "command-time", "%time"))
        elif foreign:
            edits += _commented(line, "command")
        elif _COMMAND.match(line.text):
            edits.append(_set_aside(line))
    draft.apply(edits)


def repair_cell(draft: Draft) -> None:
    """The commands of one cell of a notebook become comments; a cell that is no Python, all of it."""
    if _is_foreign(draft.text.lstrip()):
        draft.apply(edit for line in lines_of(draft.text) for edit in _commented(line, "command"))
    else:
        repair_commands(draft)


def _is_foreign(text: str) -> bool:
    """A cell whose first line says that it is no Python, as %%bash."""
    return bool(_CELL.match(text)) and not _CELL_OF_PYTHON.match(text)


def _set_aside(line: Line) -> Edit:
    """The command as a comment; within a block `pass` before it, so that the block is not empty."""
    start = line.start + len(line.text) - len(line.text.lstrip())
    new = "pass  # " if start > line.start else "# "
    return Edit(start, start, new, "command", line.text.strip()[:60])
