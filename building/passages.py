"""The passages of a lesson: its text cut at the headings, each tied to a place of the run; docs/writing-lessons.md says how
they are written. One Markdown file makes both the passages beside the lab and the long text below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Any

from building.markdown import reader
from building.places import NAMES, Place, Run, Unplaced

MOST_WORDS = 65  # of a passage
MOST_CHARACTERS = {"zh": 120}  # in a language without spaces between words
TRY = "try"
_BRACES = re.compile(r"\s*\{([^{}]*)\}\s*$")
_IN_TEXT = re.compile(r"\((?P<equation>\d\.\d+|BP\d)\)|\bline (?P<line>\d+)\b|第 ?(?P<row>\d+) ?行")


class Misplaced(ValueError):
    """A passage whose place does not exist, or that is not written as passages are; begins with file and line."""


@dataclass
class Passage:
    """`html`: its text beside the lab, with a link for each place; `place`: its own, as text."""

    title: str
    place: str
    html: str


@dataclass
class Text:
    """A lesson's text in one language. `places`: all that its links and passages lead to, by their text; `tries`: the
    items of *Try it*, each with its edits of a program."""

    long: str
    passages: list[Passage] = field(default_factory=list)
    tries: list[dict[str, Any]] = field(default_factory=list)
    places: dict[str, dict[str, Any]] = field(default_factory=dict)


def passages(path: Path, lang: str, runs: dict[str, Run]) -> Text:
    """The text of a lesson; `runs` are its programs' recorded runs by the program's id, the lesson's own first.

    Raises Misplaced.
    """
    return _Reader(path, lang, runs).read()


class _Reader:
    def __init__(self, path: Path, lang: str, runs: dict[str, Run]) -> None:
        self.path, self.lang, self.runs = path, lang, runs
        self.order = list(runs)
        self.here = Place(program=self.order[0])
        self.line = 0
        self.text = Text("")

    def read(self) -> Text:
        """The text in passages, each with its place in the run. Raises Misplaced for a place that is not there."""
        markdown = reader()
        tokens = markdown.parse(self.path.read_text(encoding="utf-8"))
        for heading, body in list(_parts(tokens)):
            braces = _take_braces(heading)
            self.line = heading[0].map[0] + 1 if heading else 1
            if braces == TRY:
                self.text.tries = [self._try(item, markdown) for item in _items(body)]
            elif braces is not None:
                self._passage(heading, braces, body, markdown)
        self.text.long = str(markdown.renderer.render(_long(tokens), markdown.options, {}))
        return self.text

    def _passage(self, heading: list[Any], braces: str, body: list[Any], markdown: Any) -> None:
        self.here = self._place(
            braces, replace(Place(program=self.here.program), iteration=self.here.iteration)
        )
        found = self._found(self.here)
        before = self.text.passages and self.text.places[self.text.passages[-1].place]
        if before and self._rank(found) <= self._rank(before):
            raise self._wrong(f"{braces!r} is not after the place of the passage before")
        shown = [_copied(token) for token in body]
        symbol = self.runs[self.here.program].symbol(found["sets"])
        shown = _without_own_formula(shown, symbol)
        words, most = _count(shown, self.lang), MOST_CHARACTERS.get(self.lang, MOST_WORDS)
        if words > most:
            raise self._wrong(f"the passage {heading[1].content!r} has {words} words: wanted at most {most}")
        for token in shown:
            if token.type == "inline":
                self.line = token.map[0] + 1
                token.children = list(self._linked(token.children))
        options = markdown.options
        title = markdown.renderer.renderInline(heading[1].children, options, {})
        html = str(markdown.renderer.render(shown, options, {}))
        self.text.passages.append(Passage(title, str(self.here), html))

    def _rank(self, found: dict[str, Any]) -> tuple[int, int, int]:
        return self.order.index(found["program"]), found["iteration"], found["step"]

    def _place(self, text: str, around: Place) -> Place:
        try:
            return around.narrowed(text)
        except Unplaced as wrong:
            raise self._wrong(str(wrong)) from None

    def _found(self, place: Place) -> dict[str, Any]:
        """The lesson, iteration, step and parts to light of a place, which is added to the places of the text."""
        try:
            if place.program not in self.runs:
                raise Unplaced(f"there is no program {place.program!r}")
            found = self.runs[place.program].find(place)
        except Unplaced as wrong:
            raise self._wrong(str(wrong)) from None
        self.text.places[str(place)] = found
        return found

    def _wrong(self, what: str) -> Misplaced:
        return Misplaced(f"{self.path}:{self.line}: {what}")

    # --- links ---

    def _linked(self, children: list[Any]) -> Iterator[Any]:
        """The inline tokens of a text (`children`), with a link around each symbol, code name and number of a line or
        equation that the run has."""
        inside = False
        for token in children:
            if token.type == "link_open" and str(token.attrs["href"]).startswith("at:"):
                words = str(token.attrs["href"]).removeprefix("at:").replace("%20", " ")
                token.attrs = self._attributes(self._place(words, self.here), must=True)
            inside = (inside or token.type == "link_open") and token.type != "link_close"
            if inside or token.type == "link_close":
                yield token
            elif token.type == "text":
                yield from self._linked_text(token)
            else:
                yield from self._linked_symbol(token)

    def _linked_text(self, token: Any) -> Iterator[Any]:
        at = 0
        for match in _IN_TEXT.finditer(token.content):
            line = match["line"] or match["row"]
            place = replace(self.here, **_one(equation=match["equation"], line=int(line) if line else None))
            attributes = self._attributes(place)
            if attributes is None:
                continue
            yield _text(token.content[at : match.start()])
            yield from _link(attributes, _text(match.group()))
            at = match.end()
        yield _text(token.content[at:])

    def _linked_symbol(self, token: Any) -> Iterator[Any]:
        run = self.runs[self.here.program]
        named = {"math_inline": run.refs_of_symbol, "code_inline": run.refs_of_code}.get(token.type)
        quantities = named(token.content) if named else ()
        place = replace(self.here, **_one(quantities=quantities)) if quantities else None
        attributes = self._attributes(place) if place else None
        if attributes and token.type == "math_inline":
            attributes["aria-label"] = run.symbol(
                quantities[0], "text"
            )  # a formula alone is no name for a link
        yield from _link(attributes, token) if attributes else [token]

    def _attributes(self, place: Place, must: bool = False) -> dict[str, Any] | None:
        """The HTML attributes of a link to a place; None if the run lacks the place. `must`: then it raises Misplaced."""
        run = self.runs.get(place.program)
        wider = replace(place, sample=None)
        if not must and not (run and run.has(place)):
            if not (run and run.has(wider)):
                return None
            place = wider
        found = self._found(place)
        refs = [ref for ref in found["shows"] if ":" not in ref or ref.split(":")[0] not in NAMES]
        at = {"lesson": self.path.parent.name, "iteration": found["iteration"], "step": found["step"]}
        href = "?" + "&".join(f"{name}={value}" for name, value in at.items())
        return {"href": href, "data-place": str(place), **({"data-ref": " ".join(refs)} if refs else {})}

    # --- Try it ---

    def _try(self, item: list[Any], markdown: Any) -> dict[str, Any]:
        """An item of the list: its words as HTML, and each block of edits as changes of the program's lines."""
        edits = [self._edit(token) for token in item if token.type == "fence" and token.info.startswith(TRY)]
        rest = [token for token in item if not (token.type == "fence" and token.info.startswith(TRY))]
        inline = next(token for token in rest if token.type == "inline")
        at = next((k for k, token in enumerate(inline.children) if token.type == "strong_open"), -1)
        strong = [inline.children[at + 1].content] if at >= 0 else []
        return {
            "title": escape(strong[0].rstrip(".。?？!！:：") if strong else ""),
            "html": str(markdown.renderer.render(rest, markdown.options, {})),
            "edits": edits,
        }

    def _edit(self, token: Any) -> dict[str, Any]:
        self.line = token.map[0] + 1
        _, _, label = token.info.partition(" ")
        program, _, label = label.partition(":") if ":" in label else (self.order[0], "", label)
        if program not in self.runs:
            raise self._wrong(f"there is no program {program!r}")
        try:
            changes = self.runs[program].changes(token.content, self.lang)
        except ValueError as wrong:
            raise self._wrong(str(wrong)) from None
        return {"label": label.strip(), "program": program, "changes": changes}


# --- tokens ---


def _parts(tokens: list[Any]) -> Iterator[tuple[list[Any], list[Any]]]:
    """The tokens of each heading, and those up to the next one."""
    starts = [at for at, token in enumerate(tokens) if token.type == "heading_open"]
    for start, end in zip(starts, [*starts[1:], len(tokens)]):
        yield tokens[start : start + 3], tokens[start + 3 : end]


def _take_braces(heading: list[Any]) -> str | None:
    """The words in braces at the end of a heading (`{delta:8}`), which are removed from it; None if it has no braces."""
    inline = heading[1]
    last = inline.children[-1]
    match = _BRACES.search(last.content)
    if last.type != "text" or match is None:
        return None
    last.content = last.content[: match.start()]
    inline.content = inline.content[: inline.content.rindex("{")].rstrip()
    return match[1].strip()


def _items(body: list[Any]) -> Iterator[list[Any]]:
    """The tokens of each item of the first list."""
    opened = [at for at, token in enumerate(body) if token.type == "list_item_open" and token.level == 1]
    closed = [at for at, token in enumerate(body) if token.type == "list_item_close" and token.level == 1]
    for start, end in zip(opened, closed):
        yield body[start + 1 : end]


def _long(tokens: list[Any]) -> list[Any]:
    """The whole text, for reading and print: without edits, and places are plain text."""
    kept = [token for token in tokens if not (token.type == "fence" and token.info.startswith(TRY))]
    for token in kept:
        if token.type == "inline":
            token.children = list(_unlinked(token.children))
    return kept


def _unlinked(children: list[Any]) -> Iterator[Any]:
    in_place = False
    for token in children:
        if token.type == "link_open" and str(token.attrs["href"]).startswith("at:"):
            in_place = True
        elif token.type == "link_close" and in_place:
            in_place = False
        else:
            yield token


def _without_own_formula(tokens: list[Any], symbol: str) -> list[Any]:
    """Without the formula that begins with this symbol and stands alone: the step's own stands above, with its numbers."""
    kept: list[Any] = []
    at = 0
    while at < len(tokens):
        if symbol and _is_formula_of(tokens[at : at + 3], symbol):
            _end_sentence(kept)
            at += 3
        else:
            kept.append(tokens[at])
            at += 1
    return kept


def _is_formula_of(tokens: list[Any], symbol: str) -> bool:
    children = tokens[1].children if tokens[0].type == "paragraph_open" else []
    if not children or children[0].type != "math_inline" or len("".join(c.content for c in children[1:])) > 8:
        return False
    return _plain(re.split(r"=|\\gets", children[0].content)[0]) == _plain(symbol)


def _end_sentence(tokens: list[Any]) -> None:
    """A colon before what is left out becomes a full stop."""
    last = tokens[-2].children[-1] if len(tokens) > 1 and tokens[-2].type == "inline" else None
    if last and last.type == "text":
        last.content = re.sub(r"[:：,，]$", lambda end: "." if end[0] in ":," else "。", last.content)


def _plain(tex: str) -> str:
    return re.sub(r"\\mathit|[{}\s]", "", tex)


def _copied(token: Any) -> Any:
    copy = token.copy()
    if token.children is not None:
        copy.children = [child.copy() for child in token.children]
    return copy


def _text(content: str) -> Any:
    from markdown_it.token import Token

    return Token("text", "", 0, content=content)


def _link(attributes: dict[str, Any], token: Any) -> list[Any]:
    from markdown_it.token import Token

    return [Token("link_open", "a", 1, attrs=attributes), token, Token("link_close", "a", -1)]


def _one(**named: Any) -> dict[str, Any]:
    """The fields of a `Place` that a link sets; those that it does not name are empty, not those of its passage."""
    return {"quantities": (), "line": None, "equation": None, "last": False, **named}


def _count(tokens: list[Any], lang: str) -> int:
    """The number of words, or of characters in a language without spaces. A formula or a piece of code counts as one."""
    words = 0
    for child in (child for token in tokens if token.type == "inline" for child in token.children):
        if child.type == "text" and lang not in MOST_CHARACTERS:
            words += len(re.findall(r"\w[\w'’.-]*", child.content))
        elif child.type == "text":
            words += len(re.findall(r"[\u3400-\u9fff]|[A-Za-z0-9.]+", child.content))
        else:
            words += child.type in ("math_inline", "code_inline")
    return words
