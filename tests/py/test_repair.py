"""Pasted texts are repaired so that Python can read them; a program that it can read comes back as it is."""

import string

import numpy as np
import pytest
from backprop.sandbox.repair import repair
from backprop.sandbox.repair_texts import texts
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from pasted_texts import BASE, PASTED, VALID, found, pasted
from programs import programs

pytestmark = pytest.mark.usefixtures("only_numpy_installed")


# --- texts as people paste them ---

EXPECTED = {  # changes; refused; notes; the program that it must be then, line by line
    "01_fullwidth": (
        [("character", 5, "，"), ("character", 26, "（"), ("character", 26, "）")],
        [],
        [],
        BASE,
    ),
    "02_nbsp": ([("invisible", 3, "\u200b"), ("blank", 13, "\u00a0")], [], [], BASE),
    "03_smart_quotes": (
        [("quote", 26, "“"), ("quote", 26, "”")],
        [],
        [],
        BASE.replace("print(loss)", 'print("loss:", loss)  # – en dash'),
    ),
    "04_tabs_mixed": ([("tab", 14, "\t")], [], [], BASE),
    "05_py2": ([("python2-name", 12, "xrange"), ("print", 26, "print")], [], [], BASE),
    "06_np_aliases": (
        [("numpy", 3, "np.float"), ("numpy", 18, "np.int")],
        [],
        [],
        BASE.replace("/len(X)", "/int(len(X))"),
    ),
    "10_imports": (
        [("command", 1, "%matplotlib inline"), ("command", 2, "!pip install torch")],
        [],
        [
            ("import-standin", 3, "matplotlib.pyplot"),
            ("import-missing", 4, "torch"),
            ("import-not-needed", 4, "sklearn"),
            ("import-pandas", 4, "pandas"),
        ],
        pasted("10_imports").replace("%mat", "# %mat").replace("!pip", "# !pip"),
    ),
    "11_csv": ([], [], [("import-pandas", 1, "pandas")], pasted("11_csv")),
}


@pytest.mark.parametrize("name", sorted(path.stem for path in PASTED.glob("*.py")))
def test_a_pasted_text_has_its_expected_outcome(name):
    changes, refused, notes, program = EXPECTED.get(name, ([], [], [], pasted(name)))
    result = repair(pasted(name))
    assert found(result.changes) == changes
    assert found(result.refused) == refused
    assert found(result.notes) == notes
    assert result.text == program
    assert result.keeps_lines


@pytest.mark.parametrize("text", VALID, ids=range(len(VALID)))
def test_a_program_that_python_can_read_comes_back_as_it_is(text):
    result = repair(text)
    assert result.text == text
    assert not result.changes
    assert not result.refused
    assert result.keeps_lines


@settings(max_examples=examples(150))
@given(programs(), st.sampled_from(["\n", "\r\n"]), st.sampled_from(["    ", "  ", "\t"]))
def test_a_generated_program_comes_back_as_it_is(program, end, step):
    text = program.source.replace("    ", step).replace("\n", end)
    compile(text, "", "exec")
    result = repair(text)
    assert result.text == text
    assert not result.changes
    assert not result.refused


# --- what is said ---


def test_each_character_is_named_in_both_languages():
    comma = repair("x（1，2，3）").changes[1]
    assert comma.message("en") == "full-width comma ， → , (2 times)"
    assert comma.message("zh") == "中文全角逗号 ， → ,（共 2 处）"
    assert comma.message("zh-CN") == comma.message("zh")
    assert repair("x\u200b= 1").changes[0].message("en") == "zero-width space, which cannot be seen: removed"


def test_python_speaks_the_readers_language():
    refused = repair("x = 1\nif x\n    y").refused[0]
    assert refused.message("en") == "Python cannot read this line: if x (expected ':')."
    assert refused.message("zh") == "Python 读不懂这一行：if x（缺少冒号 :）。"


def test_another_language_is_refused():
    with pytest.raises(ValueError, match="wanted one of en, zh"):
        repair("x（）").changes[0].message("xx")


def test_the_texts_have_the_same_keys_and_placeholders():
    english, chinese = texts("en"), texts("zh")
    for part in ("messages", "characters", "python"):
        assert list(english[part]) == list(chinese[part])
        for key, text in english[part].items():
            names = [
                {name for _, name, _, _ in string.Formatter().parse(said) if name}
                for said in (text, chinese[part][key])
            ]
            assert names[0] == names[1] or key == "times", key


@pytest.mark.parametrize(
    ("text", "identifier", "line", "column"),
    [
        ("x = 1\ndef f(:\n", "refused-syntax", 2, 7),
        ("x = 1\nx = (1,\n", "refused-bracket", 2, 5),
        ("x = 1)\n", "refused-bracket", 1, 6),
        ("y（）\nx = 'abc\n", "refused-string", 2, 5),
        ("if x:\n    y\n   z\n", "refused-indentation", 3, None),
        ("x = 1\ndef f(x):\n", "refused-block", 2, None),
        ("for i in x:\nprint(i)\n", "refused-block", 2, None),
        ("        h = x\nx = 2\n", "refused-indent", 1, None),
        ("x = 1\n<<<<<<< HEAD\ny = 2\n=======\n>>>>>>> b\n", "refused-syntax", 2, None),
        ("print(``hello'')", "refused-syntax", 1, None),
        ("d = {'a': 1}\nprint(f“{d[‘a’] √}”)", "refused-character", 2, 12),
        ("x = √2", "refused-character", 1, 5),
        ("x = 1\ny = '\0'", "refused-character", 2, 6),
        ("x = '\ud800'", "refused-character", 1, 6),
        ("(" * 300 + ")" * 300, "refused-syntax", 1, None),
        (">>> x = （）\n>>> y =\n", "refused-syntax", 2, None),
        ("return 3", "refused-syntax", 1, None),
        ("import numpy as np\nnp.cast[int](x)", "lost-name", 2, 1),
        ("import numpy as np\nx = np.math.gamma(3)", "lost-name", 2, 5),
        ("print(reduce(f, x))", "lost-reduce", 1, 7),
        ("import numpy as np\n\nx = f'{np.float(1)}'", "lost-name", 3, 5),
    ],
)
def test_what_cannot_be_repaired_is_said_with_its_line(text, identifier, line, column):
    refused = repair(text).refused[0]
    assert (refused.id, refused.line) == (identifier, line)
    assert column in (None, refused.column)
    assert all(refused.message(language) for language in ("en", "zh"))


def test_divisions_that_python_2_rounded_are_said():
    text = "n = 3\nfor i in xrange(4):\n    x = i / n + 1/2 + 4/2 + 1/2. + n/x\nm = len(y)/2; n /= 2\ndef f(k): return k/2\n"
    assert found(repair(text).notes) == [
        ("division", 3, "i / n"),
        ("division", 3, "1 / 2"),
        ("division", 4, "len(y) / 2"),
        ("division", 4, "n /= 2"),
    ]
    assert not repair("from __future__ import division\n" + text).notes
    assert not repair(text.replace("xrange", "range")).notes


def test_a_tab_that_could_belong_to_two_blocks_is_said():
    result = repair("for a in b:\n    for c in d:\n        x\n\ty\n")
    assert found(result.notes) == [("tab-ambiguous", 4, "\t")]


def test_a_product_that_is_a_name_is_said():
    result = repair("y = w·x")
    assert (result.text, result.notes[0].message("en")) == (
        "y = w·x",
        "w·x is one name to Python. For a product write w * x.",
    )


def test_modules_are_noted_once_and_not_where_the_program_looks_for_them():
    text = "import os, tqdm\nfrom tqdm import trange\ntry:\n    import scipy\nexcept ImportError:\n    pass\n"
    assert found(repair(text).notes) == [("import-standin", 1, "tqdm")]
    assert found(repair("def f(:\nimport torch\nfrom sklearn.metrics import x").notes) == [
        ("import-missing", 2, "torch"),
        ("import-not-needed", 3, "sklearn"),
    ]


@pytest.mark.parametrize(
    "name", ["bool", "float", "int", "mat", "asfarray", "Inf", "product", "zeros", "sigmoid"]
)
def test_numpy_itself_is_asked(name):
    text = f"import numpy as np\nx = np.{name}\ny = np.{name}(x)\n"
    result = repair(text)
    gone = not hasattr(np, name) and name != "sigmoid"
    assert bool(result.changes or result.refused) == gone
