"""Any text is repaired once and for all, or refused with a line; a damaged program becomes itself again."""

import ast
import json
import re
import tokenize
from io import StringIO

import pytest
from backprop.page.opening import repaired
from backprop.sandbox.repair import repair
from backprop.sandbox.repair_draft import Draft, Edit
from backprop.sandbox.repair_scanner import scan
from backprop.sandbox.repair_syntax import compiles
from conftest import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pasted_texts import LESSON_PROGRAMS, VALID

pytestmark = pytest.mark.usefixtures("only_numpy_installed")


# --- properties ---

ODD = (
    "，（）：；＝“”‘’\"'#＃\\ \t\u00a0\u3000\u200b\ufeff\r\n>.`~%!?$0123²×·–—√\0\ud800\x0c\u2028()[]{}:;,=<>"
)
WORDS = [
    *(
        "print ",
        "print(",
        ">>> ",
        "... ",
        "In [1]: ",
        "Out[1]: ",
        "```",
        "```python\n",
        "%matplotlib",
        "!ls",
        "1 ",
        "2 ",
    ),
    *(
        "if x:\n",
        "    ",
        "\t",
        "\n",
        "import numpy as np\n",
        "np.float",
        "np.asfarray(",
        "from numpy import *",
        "mat",
    ),
    *(
        "xrange(3)",
        "except E, e:",
        "exec ",
        "raise E, 2",
        "get_ipython()",
        '"""',
        "“””",
        "f'",
        "def f(x):\n",
        "   ...: ",
    ),
    *(
        "&lt;",
        "&#39;",
        "&quot;",
        "&amp;",
        "<br>",
        "<b>",
        "</b>",
        "> ",
        "+",
        "\\_",
        "\\ \n",
        "For ",
        "Else:",
        "**init**",
    ),
    *("def ", "01 ", "02 ", "In[2]: ", '{"cells": [], "nbformat": 4}', "。", "↩", "٣", "←"),
]
TEXTS = st.lists(st.sampled_from([*ODD, *WORDS]) | st.text(max_size=4), max_size=25).map("".join)


@settings(max_examples=examples(800))
@example("“““\n")
@example(">>> '''\n```\n>>> ")
@example("print >>")
@example("print >>,")
@example("\\")
@example("1 1 1\n2 2 2\n3 3 (")
@example("from numpy import mat as")
@given(TEXTS)
def test_any_text_is_repaired_once_and_for_all_or_refused_with_a_line(text):
    result = repair(text)
    assert repair(result.text).text == result.text
    lines = re.split("\r\n|\r|\n", text)
    if compiles(text) and not result.changes:
        assert result.text == text
    assert compiles(result.text) or result.refused
    assert len(result.line_map) == len(re.split("\r\n|\r|\n", result.text))
    assert list(result.line_map) == sorted(result.line_map)
    assert len(result.line_map) == len(lines) or not result.keeps_lines  # the page says so then
    for change in (*result.changes, *result.refused, *result.notes):
        assert 1 <= change.line <= len(lines)
        assert 1 <= change.column <= len(lines[change.line - 1]) + 2
        assert all(change.message(language) for language in ("en", "zh"))


PROGRAM = """\
import numpy as np

def sigmoid(z):  # a comment: （“x”，y）  –
    '''A string, （“x”，y）
  of two lines >>> x'''
    return 1 / (1 + np.exp(-z))

X = np.array([[0, 0], [0, 1]], dtype=float)
for k in range(3):
    if k > 1 and X[0, 1] == 0:
        print("loss：", k, 'it’s', sigmoid(X)); y = {1: 2}
    else:
        X = X * 2 - 1
"""
FULL_WIDTH = {plain: chr(ord(plain) + 0xFEE0) for plain in "(),:;=[]{}+-*/><0123"}
OTHERS = {"-": "–−—", "*": "×⋅·", " ": "\u00a0\u3000"}


def strings_of(text):
    """The texts of the program's strings and comments."""
    tokens = tokenize.generate_tokens(StringIO(text).readline)
    return [token.string for token in tokens if token.type in (tokenize.STRING, tokenize.COMMENT)]


@st.composite
def damaged(draw):
    """The program with some of its characters, outside of strings and comments, as a Chinese keyboard or a PDF has them."""
    pieces = []
    for token in scan(PROGRAM):
        text = token.text
        if token.kind in ("op", "number") or (token.kind == "space" and draw(st.integers(0, 9)) == 0):
            text = "".join(draw(_damaged_character(c)) for c in text)
        pieces.append(text + ("\u200b" if token.kind == "op" and draw(st.integers(0, 19)) == 0 else ""))
    return "".join(pieces)


def _damaged_character(character):
    others = FULL_WIDTH.get(character, "") + OTHERS.get(character, "")
    return st.sampled_from([character, character, *others]) if others else st.just(character)


SURROUNDINGS = {
    "as it is": lambda text: text,
    "windows": lambda text: "\ufeff" + text.replace("\n", "\r\n"),
    "numbered": lambda text: "\n".join(f"{i:3} {line}" for i, line in enumerate(text.split("\n"), 1)),
    "fenced": lambda text: f"```py\n{text}```\n",
    "magic": lambda text: "%matplotlib inline\n" + text,
}


@settings(max_examples=examples(150))
@given(damaged(), st.sampled_from(sorted(SURROUNDINGS)))
def test_a_damaged_program_becomes_itself_again(text, where):
    result = repair(SURROUNDINGS[where](text))
    assert not result.refused
    assert ast.dump(ast.parse(result.text)) == ast.dump(ast.parse(PROGRAM))
    assert [text for text in strings_of(result.text) if "```" not in text and "%" not in text] == strings_of(
        PROGRAM
    )
    assert result.keeps_lines


@settings(max_examples=examples(100))
@given(st.sampled_from(LESSON_PROGRAMS), st.data())
def test_a_lesson_with_one_odd_character_is_repaired_there_alone(text, data):
    places = [token.start for token in scan(text) if token.kind == "op" and token.text in FULL_WIDTH]
    place = data.draw(st.sampled_from(places))
    result = repair(text[:place] + FULL_WIDTH[text[place]] + text[place + 1 :])
    assert result.text == text
    assert [change.count for change in result.changes] == [1]


# --- the scanner and the draft ---


@pytest.mark.parametrize("text", VALID, ids=range(len(VALID)))
def test_the_scanner_agrees_with_python(text, monkeypatch):
    def strings(tokens):
        return [(token.start, token.end) for token in tokens if token.kind in ("string", "comment")]

    with_python = scan(text)
    monkeypatch.setattr("backprop.sandbox.repair_scanner._python_spans", lambda text: {})
    alone = scan(text)
    assert "".join(token.text for token in alone) == text
    assert strings(with_python) == strings(alone)


@given(st.text("ab\n", max_size=20), st.data())
def test_a_draft_knows_where_its_characters_were(text, data):
    draft = Draft(text)
    for _ in range(2):
        start = data.draw(st.integers(0, len(draft.text)))
        end = data.draw(st.integers(start, len(draft.text)))
        draft.apply([Edit(start, end, data.draw(st.text("XY\n", max_size=3)), "character", "a")])
    lines = text.split("\n")
    for at, character in enumerate(draft.text):
        line, column = draft.place(at)
        if character in "ab":
            assert lines[line - 1][column - 1] == character
    assert len(draft.line_map()) == draft.text.count("\n") + 1


def test_the_page_is_told_every_change_in_both_languages():
    told = json.loads(repaired("print（x\n"))
    assert told["text"] == "print(x\n"
    assert [(one["id"], one["lines"]) for one in told["changes"]] == [("character", [1])]
    assert "全角" in told["changes"][0]["message"]["zh"]
    assert [one["id"] for one in told["refused"]] == ["refused-bracket"]
    assert told["keeps_lines"]
