"""Takes away what the web puts around a program: character references, tags, a mark before every line, a notebook.

if a &lt; b:<br>     becomes    if a < b:
> x = 1              becomes    x = 1
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterator
from itertools import takewhile

from backprop.sandbox.repair_draft import Draft, Edit
from backprop.sandbox.repair_scanner import Line, lines_of, scan
from backprop.sandbox.repair_syntax import bound_names, parsed
from backprop.syntax_tree import walk

_REFERENCE = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ATTRIBUTE = r"\s+[\w-]+=(?:\"[^\"]*\"|'[^']*')"
_TAG = re.compile(rf"<(/?)([A-Za-z][A-Za-z0-9]*)(?:{_ATTRIBUTE})*\s*/?>")
_MARK = re.compile(r"[ \t]*(?:(?P<wide>[>|•▪◦●‣│┃])(?![>|])[ \t\u00a0]?|(?P<narrow>\+|- ))")
_IN_BACKQUOTES = re.compile(r"[ \t]*`[^`]+`[ \t]*$")
_HEAD = re.compile(
    r"diff |index |--- |\+\+\+ |@@ |\\ No newline|(?:new|deleted) file|(?:old|new) mode|rename |similarity "
)
_PROMPT = re.compile(r"^[ \t]*(?:In|Out) ?\[\d*\] ?:", re.MULTILINE)


def reads_by_chance(text: str) -> bool:
    """Python reads the text and yet it cannot mean what it says: `a &lt; b` is `a & lt`, `In[2]: x = 1` an annotation.

    So only where the program has no such names of its own.
    """
    if not _REFERENCE.search(text) and not _PROMPT.search(text) and not _BUTTON.match(_first_line(text)):
        return False
    tree = parsed(text)
    if tree is None or any(
        alias.name == "*"
        for node in walk(tree)
        for alias in getattr(node, "names", ())
        if isinstance(alias, ast.alias)
    ):
        return False
    known = bound_names(tree)
    return any(name not in known for name in _chance_names(tree, text))


def _first_line(text: str) -> str:
    return text.lstrip().partition("\n")[0] or "-"


def _chance_names(tree: ast.Module, text: str) -> Iterator[str]:
    match tree.body:
        case [ast.Expr(value=ast.Name(id=name)), _, *_] if _BUTTON.match(name):
            yield name
    for node in walk(tree):
        match node:
            case ast.AnnAssign(target=ast.Subscript(value=ast.Name(id="In" | "Out" as name))):
                yield name
            case ast.Name(id=name) if f"&{name};" in text and _plain(f"&{name};"):
                yield name


# --- character references and tags ---


def repair_references(draft: Draft) -> None:
    """&lt; and &#39; become the characters that they stand for; those in strings and comments stay."""
    if _REFERENCE.search(draft.text):
        draft.apply(_references(draft.text))


def _references(text: str) -> Iterator[Edit]:
    kept = _strings_and_comments(text.replace("&#", "&_"))  # the # of a reference begins no comment
    for match in _REFERENCE.finditer(text):
        plain = _plain(match.group())
        if plain and not any(start <= match.start() < end for start, end in kept):
            yield Edit(match.start(), match.end(), plain, "reference", match.group(), {"replacement": plain})


def _plain(reference: str) -> str:
    """The character; "" if there is no such reference."""
    import html  # only here: its table of names comes after the start

    plain = html.unescape(reference)
    return plain if len(plain) == 1 else ""


def _strings_and_comments(text: str) -> list[tuple[int, int]]:
    """The begin and end of each string and comment; a string that is not closed counts for none."""
    return [
        (token.start, token.end)
        for token in scan(text)
        if token.kind == "comment" or (token.kind == "string" and not token.is_open)
    ]


def repair_tags(draft: Draft) -> None:
    """<br> becomes a new line, <pre>, <span class="k"> and their kin go: where the text also closes such a tag."""
    kept = _strings_and_comments(draft.text) if "<" in draft.text else []
    tags = [
        match
        for match in _TAG.finditer(draft.text)
        if not any(start <= match.start() < end for start, end in kept)
    ]
    closed = {match[2] for match in tags if match[1]} | {"br", "BR"}
    draft.apply(_without(match, draft.text) for match in tags if match[2] in closed)


def _without(tag: re.Match[str], text: str) -> Edit:
    goes_on = re.match(r"[ \t]*\S", text[tag.end() :]) is not None
    new = "\n" if tag[2].lower() == "br" and goes_on else ""
    return Edit(tag.start(), tag.end(), new, "tag", tag.group()[:30])


# --- sentences ---

_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
_OF_SENTENCES = re.compile(r"[：，。！？；「」《》、…—]|https?:|\d:\d\d")
_OF_PROGRAMS = frozenset("=＝(（[［【{｛@＠")
_RULE = re.compile(r"[ \t]*[—–─═━＿]{3,}[ \t]*$")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9'’-]*[,;.:!?]?")
# Who wrote it, and when, as a chat shows above a text: Anna  10:32 AM, 小红(123456) 12:30:45, [2026/5/3 12:30] 小明:
_DATE, _TIME = r"(?:\d{4}[-/]\d\d?[-/]\d\d?,? +)", r"\d\d?:\d\d(?::\d\d)?(?: ?[AP]M)?"
_SENT = re.compile(
    rf"[ \t]*(?:\[{_DATE}?{_TIME}\] *[^=()\[\]]{{1,40}}:|[^\W\d][^=\[\]{{}}\"'<>]{{0,30}} +{_DATE}?{_TIME})[ \t]*$"
)
# The line that a web page shows above a program: the name of its language, and the button that copies it.
_BUTTON = re.compile(r"[ \t]*(?:(?:python3?|py)[ \t]*)?(?:复制代码?|copy(?: code)?|copied!?)?[ \t]*$", re.I)


def repair_prose(draft: Draft) -> None:
    """Sentences between the lines, as who wrote it and where it is from, become comments, and so does the button above a
    program."""
    lines = [line for line in lines_of(draft.text) if line.is_statement]
    above = [line.start for line in takewhile(lambda line: _BUTTON.match(line.text), lines)]
    draft.apply(
        Edit(line.start, line.start, "# ", "prose", line.text.strip()[:20])
        for line in lines
        if line.start in above or (_is_prose(line) and not _begins_as_code(line))
    )


def _begins_as_code(line: Line) -> bool:
    first = next(token.text.lower() for token in line.tokens if token.is_code)
    return keyword.iskeyword(first) or first in ("print", "exec")


def _is_prose(line: Line) -> bool:
    is_mark = _RULE.match(line.text) or _SENT.match(line.text)
    return bool(is_mark) or _is_english(line.text.split()) or _is_chinese(line)


def _is_english(words: list[str]) -> bool:
    """Here's a simple network: three words or more, from a capital to a full stop, a colon, `!` or `?`."""
    is_whole = len(words) >= 3 and words[0][0].isupper() and words[-1][-1] in ".:!?"
    return is_whole and all(_WORD.fullmatch(word) for word in words)


def _is_chinese(line: Line) -> bool:
    code = [token for token in line.tokens if token.is_code]
    if not _IDEOGRAPH.match(code[0].text) or not _OF_SENTENCES.search(line.text):
        return False
    has_address = any(token.text == "//" for token in code)
    return has_address or not any(
        token.text in _OF_PROGRAMS or token.kind == "string" or keyword.iskeyword(token.text)
        for token in code
    )


# --- a mark before every line ---


def repair_marks(draft: Draft) -> None:
    """Take away a mark that stands before every line, as in mails (>), comparisons (+) and lists (•)."""
    lines = [match for match in re.finditer(r"[^\r\n]+", draft.text) if match.group().strip()]
    if all(_IN_BACKQUOTES.match(line.group()) for line in lines):
        draft.apply(edit for line in lines for edit in _without_backquotes(line))
        return
    if _is_comparison([line.group() for line in lines]):
        draft.apply(map(_of_comparison, lines))
        return
    marks = [_MARK.match(line.group()) for line in lines]
    found = {mark and (mark["wide"] or mark["narrow"]) for mark in marks}
    if len(found) != 1 or None in found or (found <= {"+", "- "} and len(lines) < 2):
        return
    draft.apply(
        Edit(line.start(), line.start() + mark.end(), "", "mark", mark.group().strip())
        for line, mark in zip(lines, marks)
        if mark
    )


def _without_backquotes(line: re.Match[str]) -> Iterator[Edit]:
    """The `…` around a line, as a chat writes code within a sentence."""
    first, last = line.group().index("`"), line.group().rindex("`")
    yield Edit(line.start() + first, line.start() + first + 1, "", "mark", "`")
    yield Edit(line.start() + last, line.start() + last + 1, "")


# --- a comparison of two versions ---


def _is_comparison(lines: list[str]) -> bool:
    """Each line is of a comparison as `diff` writes it: of its head, or with +, - or a blank before it; some have a +, and
    there is a - or a head."""
    rest = [line for line in lines if not _HEAD.match(line)]
    marks = {line[0] for line in rest}
    has_head = len(rest) < len(lines)
    return "+" in marks and marks <= {"+", "-", " "} and ("-" in marks or has_head)


def _of_comparison(line: re.Match[str]) -> Edit:
    """The new version stays; what it took away, and the head, become comments."""
    if line.group()[0] in "+ " and not _HEAD.match(line.group()):
        mark = line.group()[0].strip()
        return Edit(line.start(), line.start() + 1, "", "mark" if mark else "", mark)
    return Edit(line.start(), line.start(), "# ", "comparison")
