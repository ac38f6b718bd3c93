"""Pasted texts are repaired so that Python can read them; a program that it can read comes back as it is."""

import ast
import json
import re
import string
import tokenize
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from backprop.lessons.lens import LESSONS
from backprop.page.opening import repaired
from backprop.sandbox.repair import repair
from backprop.sandbox.repair_draft import Draft, Edit
from backprop.sandbox.repair_scanner import scan
from backprop.sandbox.repair_syntax import compiles
from backprop.sandbox.repair_texts import texts
from conftest import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st
from programs import programs

PASTED = Path(__file__).parents[1] / "pasted"


def pasted(name):
    return (PASTED / f"{name}.py").read_bytes().decode()


def found(changes):
    return [(change.id, change.line, change.what) for change in changes]


# --- texts as people paste them ---

BASE = pasted("00_base_ok")
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


@pytest.fixture(autouse=True)
def _nothing_else_installed(monkeypatch):
    """Only NumPy is installed, as on the page."""
    monkeypatch.setattr("backprop.sandbox.repair_notes.find_spec", lambda root: None)


@pytest.mark.parametrize("name", sorted(path.stem for path in PASTED.glob("*.py")))
def test_a_pasted_text_has_its_expected_outcome(name):
    changes, refused, notes, program = EXPECTED.get(name, ([], [], [], pasted(name)))
    result = repair(pasted(name))
    assert found(result.changes) == changes
    assert found(result.refused) == refused
    assert found(result.notes) == notes
    assert result.text == program
    assert result.keeps_lines


PROGRAMS = PASTED.parent / "programs"
OF_PEOPLE = {  # in the styles and languages that repair meets most
    "05_coursera_dicts_tanh",
    "12_mazur_scalar_net_out",
    "15_dataclass_gen",
    "21_zh_node_connection_objects",
    "36_ru_go_forward_w2_before_delta2",
    "65_zh_np_matrix_bp_train",
    "h_micrograd",
}
LESSON_PROGRAMS = [path.read_text(encoding="utf-8") for path in sorted(LESSONS.glob("*/**/*.py"))]
VALID = [
    *LESSON_PROGRAMS,
    *(path.read_text(encoding="utf-8") for path in sorted(PROGRAMS.rglob("*.py")) if path.stem in OF_PEOPLE),
    "x = 1\r\nif x:\r\n\ty = '，“”'\r\n",
    "x = 1\ry = 2\r",
    "\u6743\u91cd = 1\n\u03b7 = \u6743\u91cd  # （，）\n",
    "def print2(x): ...\nprint (1, 2)\nprint\n",
    "class A:\n    ...\n",
    "x = col\u00b7lapse = 2\n",
    "long, lat = 1, 2\nunicode = str\nprint(long, unicode)\n",
    "try:\n    xrange\nexcept NameError:\n    xrange = range\n",
    "lt = 3\nx = 5\ny = x &lt; z = 2\n",
    "from operator import *\nx = 1 &lt; y = 2\n",
    "In = {}\nIn[2]: int = 1\n",
    "x = +1; a = b = 2\nif a <b> x: pass\n",
    "s = '''\n&lt;br&gt; <br> </p>\n> x\n\\_ 。\n'''  # &amp; </b>。\n",
    "import sys\nif sys.version_info[0] < 3:\n    input = raw_input\n",
    "import numpy as np\nnp.float = float\nx = np.float(1)\n",
    "import numpy as np\nx = np.zeros(3, bool), np.matrix([1]), np.random.rand(2)\n",
    "s = '''\n>>> x\n```\n1 2\n%magic\nnp.float\n'''  # xrange ， np.mat\n",
    "from io import StringIO\nfrom itertools import chain as izip\nx = StringIO()\n",
    "from numpy import *\nx = array([1]); y = sum(x); z = float(1)\nmat = asmatrix\nmat(x)\n",
    "",
    "\n\n",
    "# only a comment ，\n",
    "\x0cx = 1\n",
    "1\n2\n3\n",
    "python = 3\npython\nx = python\n",
    "from names import *\npython\nx = 1\n",
    "copy\n",
    "-x\n+y\n",
    "x = f'{y:：>5}{{，}}', f\"{d['：']}\"\n",
    "[1]\n[2]\n(3)\n",
]


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


# --- one kind after the other ---

CASES = {
    "full-width throughout": (
        "for\u3000i\u3000in\u3000range（３）：\n\u3000\u3000x\u3000＝\u3000０．５＃，（\n\u3000\u3000print（“误差：”，x）；\n",
        'for i in range(3):\n    x = 0.5#，（\n    print("误差：",x);\n',
    ),
    "keywords": ("ｆｏｒ i in x：\n    ｐａｓｓ\n", "for i in x:\n    pass\n"),
    "Chinese brackets": ("x = 【1、2】。shape", "x = [1,2].shape"),
    "dashes": ("x = a – b — c − d ‐ 1", "x = a - b - c - d - 1"),
    "a PDF": ("y = s(w₁ × x₁ + b)²\nz = a·b ∗ 3 ÷ 2 ≤ c", "y = s(w1 * x1 + b)**2\nz = a*b * 3 / 2 <= c"),
    "powers": ("y = x³ + x⁻¹ + x¹⁰", "y = x**3 + x**-1 + x**10"),
    "invisible": ("\ufeffx\u200b = \u2060[1]\u00ad\u200e;y = ?".replace("?", "（1）"), "x = [1];y = (1)"),
    "blank lines of blanks": ("if x：\n\u00a0\n\u3000\u3000y = 1\n", "if x:\n \n    y = 1\n"),
    "control characters": ("x = 1\x00\x1b".replace("\x00", "\x07"), "x = 1"),
    "Windows": ("if x：\r\n\ty = 1\r\n", "if x:\n\ty = 1\n"),
    "old Mac": ("if x：\r  y = 1\r", "if x:\n  y = 1\n"),
    "a word processor": ("x = 1\u2028y = x\u00d72\u2028# ×", "x = 1\ny = x*2\n# ×"),
    "quotes": ('a = “x”, ‘y’, ”z”, “w"', 'a = "x", \'y\', "z", "w"'),
    "mixed quotes": ('x = [“a", "b”, \'c’]', 'x = ["a", "b", \'c\']'),
    "underscores": ("def ——init——（self）: ——a —b", "def __init__(self): --a -b"),
    "line numbers with bars": ("  1 | x = (\n  2 | )\n", "x = (\n)\n"),
    "line numbers of a table": ("1\nif x:\n2\n    y\n3\nz\n", "\nif x:\n\n    y\n\nz\n"),
    "quotes in quotes": ('a = “he said "hi"”, ‘don’t’', "a = 'he said \"hi\"', 'don’t'"),
    "one quote straight": ('a("损失:”, "z")', 'a("损失:", "z")'),
    "three quotes": ("d = “””one\n’two’ ，”””\nx = “”", 'd = """one\n’two’ ，"""\nx = ""'),
    "f-string": ("f = f“{x}：”，1", 'f = f"{x}：",1'),
    "prompts": (
        '>>> for i in range(2):\n...     print(i)\n... \n0\n1\n>>> x = [\n...  1]\n>>> """\n... >>> \n... """\n',
        'for i in range(2):\n    print(i)\n\n# 0\n# 1\nx = [\n 1]\n"""\n... >>> \n... """\n',
    ),
    "IDLE": (
        ">>> def f(x):\n        return x\n\n>>> f(array([1]))\narray([1,\n       2])\n>>> x\n",
        "def f(x):\n        return x\n\nf(array([1]))\n# array([1,\n#        2])\nx\n",
    ),
    "a banner": (
        'Python 3.11.2 (main)\nType "help"\n>>> x = 1\n',
        '# Python 3.11.2 (main)\n# Type "help"\nx = 1\n',
    ),
    "indented prompts": ("    >>> x = 1\n    >>> if x:\n    ...     y = 2\n", "x = 1\nif x:\n    y = 2\n"),
    "IPython": (
        "In [1]: for i in range(2):\n   ...:     i\n   ...: \n0\n\nIn [2]: x\nOut[2]: 3\n",
        "for i in range(2):\n    i\n\n# 0\n\nx\n# Out[2]: 3\n",
    ),
    "a notebook's page": (
        "In [1]:\nimport numpy as np\nx = 2\n\nIn [ ]:\nx\nOut[2]:\narray([0.,\n  0.])\nIn[3]:\ny = x\n",
        "\nimport numpy as np\nx = 2\n\n\nx\n# Out[2]:\n# array([0.,\n#   0.])\n\ny = x\n",
    ),
    "line numbers": ("1 x = 1\n2\n3 if x:\n4     y = 2\n", "x = 1\n\nif x:\n    y = 2\n"),
    "line numbers with points": ("  9. if x:\n 10.     y = 2\n 11. z", "if x:\n    y = 2\nz"),
    "line numbers without a blank": ("1import x\n2if x:\n3    y\n", "import x\nif x:\n    y\n"),
    "line numbers in columns": (
        "\n".join(f"{i:<3} {code}" for i, code in enumerate(["if x:", "    y", *"abcdefgh"], 1)),
        "\n".join(["if x:", "    y", *"abcdefgh"]),
    ),
    "a common indent": (
        "    x = 1\n    if x:\n        y = '''\n  a'''\n",
        "x = 1\nif x:\n    y = '''\n  a'''\n",
    ),
    "a web page": (
        '<pre><span class="k">if</span> a &lt; b &amp; c:&#10;&nbsp;   print(&quot;<&quot;, "&lt;")<br>    x</pre>\n',
        'if a < b & c:\n    print("<", "&lt;")\n    x\n',
    ),
    "a web page twice": ("if 1 &amp;lt; 2：\n    y &#60; 3 # &lt;\n", "if 1 < 2:\n    y < 3 # &lt;\n"),
    "a reference that happens to be Python": ("x = 1\ny = x &lt; 3\n", "x = 1\ny = x < 3\n"),
    "a mail": ("> if x:\n>     y\n>\n> z", "if x:\n    y\n\nz"),
    "a comparison": ("+if x:\n+    y = 1\n+z = '''\n++'''", "if x:\n    y = 1\nz = '''\n+'''"),
    "a list": ("• x = 1\n• y = x", "x = 1\ny = x"),
    "Markdown": (
        "def **init**(self, n\\_in): self.n\\_in = n\\_in \\* 2",
        "def __init__(self, n_in): self.n_in = n_in * 2",
    ),
    "blanks behind a backslash": ("x = 1 + \\  \n    2\n", "x = 1 + \\\n    2\n"),
    "line ends drawn": ("x = (1, ↩\n  2)¶\ny = 3 ↵", "x = (1, \n  2)\ny = 3 "),
    "capitals": (
        "Def f(x):\n    For k in x:\n        If (k > 1):\n            Return k\n        Else:\n            k\nWHILE k: k\n",
        "def f(x):\n    for k in x:\n        if (k > 1):\n            return k\n        else:\n            k\nwhile k: k\n",
    ),
    "sentences": ("x = 1。\nprint（x）。 # 。\ny = x。T\n", "x = 1\nprint(x) # 。\ny = x.T\n"),
    "digits of another script": ("x = ٣ + １.٥", "x = 3 + 1.5"),
    "an arrow": ("x ← 3", "x = 3"),
    "line numbers with zeros": ("08 if x:\n09     y\n10 z", "if x:\n    y\nz"),
    "line numbers from zero": ("0 if x:\n1     y\n2 z", "if x:\n    y\nz"),
    "PyCharm": ("In[2]: x = 1\nIn[3]: x\nOut[3]: 1\n", "x = 1\nx\n# Out[3]: 1\n"),
    "a whole notebook": (
        json.dumps({"cells": [{"cell_type": "code", "source": ["x = 1\n", "%time y"]}], "nbformat": 4}),
        "x = 1\ny\n",
    ),
    "who wrote it": (
        "# 一\n这里是网络：\n权重 = （1）\n————————\n作者：张三\n链接：https://zhihu.com/a?b=1\n归作者所有。\n",
        "# 一\n# 这里是网络：\n权重 = (1)\n# ————————\n# 作者：张三\n# 链接：https://zhihu.com/a?b=1\n# 归作者所有。\n",
    ),
    "Chinese names": ("如 = 打印，x\n打印（x）。\n类型：int = 3", "如 = 打印,x\n打印(x)\n类型:int = 3"),
    "a first line without it": ("x = 1\n    if x:\n        y = 2\n    z", "x = 1\nif x:\n    y = 2\nz"),
    "fences": (
        "It’s here:\n```python\nx = 1\nif x:\n    y\n```\nThen:\n```bash\npip install x\n```\n",
        "# It’s here:\n# ```python\nx = 1\nif x:\n    y\n# ```\n# Then:\n# ```bash\n# pip install x\n# ```\n",
    ),
    "a fence after a longer string": (
        "```\n'误'; '''误\n误'''\n```\n",
        "# ```\n'误'; '''误\n误'''\n# ```\n",
    ),
    "a last fence": ("x = 1\n```\n", "x = 1\n# ```\n"),
    "magics": (
        "%timeit f(1)\n%time y = f(1)\nif y:\n    !ls\nx = (3\n  %y)\nnp.dot?\nz = !ls\n%%bash\nls\n\nz = 3\n",
        "# %timeit f(1)\ny = f(1)\nif y:\n    pass  # !ls\nx = (3\n  %y)\n# np.dot?\n# z = !ls\n# %%bash\n# ls\n\nz = 3\n",
    ),
    "a saved notebook": (
        "get_ipython().run_line_magic('matplotlib', 'inline')\nif 1:\n    get_ipython().system('ls')\n",
        "# get_ipython().run_line_magic('matplotlib', 'inline')\nif 1:\n    pass  # get_ipython().system('ls')\n",
    ),
    "tabs": ("for a in b:\n    if a:\n\t\tx\n", "for a in b:\n    if a:\n        x\n"),
    "tabs of eight": ("if a:\n    if b:\n\tx\n    y\n", "if a:\n    if b:\n        x\n    y\n"),
    "tabs alone, one odd comma": ("if a:\n\tx = 1，2\n", "if a:\n\tx = 1,2\n"),
    "print": (
        'print "a", b  # print c\nprint "x",\nif x: print x; y = 2\nelse: print -x\nprint >>f, "x", y\nprint >>f\nprint\n'
        'print "%d" % (\n  3)\nprint ("a %d") % 3\nprint (a), b\nprint [1]\n',
        'print("a", b)  # print c\nprint("x", end=" ")\nif x: print(x); y = 2\nelse: print(-x)\n'
        'print("x", y, file=f)\nprint(file=f)\nprint\nprint("%d" % (\n  3))\nprint(("a %d") % 3)\nprint((a), b)\n'
        "print([1])\n",
    ),
    "other statements": (
        'try: pass\nexcept E, e: raise F, "x"\nexcept (A, B), e: pass\nexec "x" in d\nx = `y` <> 10L + 0xffL\nprint 0777\n',
        'try: pass\nexcept E as e: raise F("x")\nexcept (A, B) as e: pass\nexec("x", d)\nx = repr(y) != 10 + 0xff\n'
        "print(0o777)\n",
    ),
    "Python 2's names": (
        "import cPickle\nfrom cPickle import load\nfor k in xrange(3): raw_input(unicode(k))\nd.iteritems(); d.has_key(2)\n",
        "import pickle as cPickle\nfrom pickle import load\nfor k in range(3): input(str(k))\n"
        "d.items(); d.__contains__(2)\n",
    ),
    "NumPy's names": (
        "import numpy as np, numpy\nx = np.float(1), numpy.object, np.Inf, np.product(y), np.math.exp(1), np.NINF\n",
        "import numpy as np, numpy\nx = float(1), object, np.inf, np.prod(y), np.exp(1), -np.inf\n",
    ),
    "NumPy's calls": (
        "import numpy\nx = numpy.asfarray(y[1:]) / numpy.asfarray(y, int), numpy.asscalar(f(y)), numpy.msort((y, z),)\n",
        "import numpy\nx = numpy.asarray(y[1:], dtype=float) / numpy.asarray(y, int), (f(y)).item(), "
        "numpy.sort((y, z), axis=0)\n",
    ),
    "NumPy's names, imported": (
        "from numpy import mat, zeros, float as f, int\nint(3)\n",
        "from numpy import asmatrix as mat, zeros, float64 as f, int_ as int\nint(3)\n",
    ),
    "NumPy's names, all of them": (
        "from numpy import *\nx = mat(y) * NaN + alltrue(y)\n",
        "from numpy import *\nx = asmatrix(y) * nan + all(y)\n",
    ),
    "an f-string's expressions": (
        "print(f\"{k}，误差：{e：.3f}\"，f'{a（1）}{{：}}')\n",
        "print(f\"{k}，误差：{e:.3f}\",f'{a(1)}{{：}}')\n",
    ),
    "a Chinese ellipsis": ("x = [1，……] # ……\n", "x = [1,...] # ……\n"),
    "quotes of one kind in quotes": ("print（“他说：“好””）; y = “a“", 'print("他说：“好”"); y = "a"'),
    "line numbers in brackets": ("[1] if x:\n[2]     y\n[3]\n[4] z", "if x:\n    y\n\nz"),
    "a comparison of versions": (
        "diff --git a/net.py b/net.py\n--- a/net.py\n+++ b/net.py\n@@ -1,3 +1,3 @@\n for k in x:\n-    k = 1\n"
        "+    k = 2\n z\n",
        "# diff --git a/net.py b/net.py\n# --- a/net.py\n# +++ b/net.py\n# @@ -1,3 +1,3 @@\nfor k in x:\n# -    k = 1\n"
        "    k = 2\nz\n",
    ),
    "a comparison without its head": (" x = 1\n-eta = 0.1\n+eta = 0.5\n", "x = 1\n# -eta = 0.1\neta = 0.5\n"),
    "a list of dashes": ("- import x\n- y = 1\n", "import x\ny = 1\n"),
    "code within a sentence": ("`import x`\n\n`y = 1`\n", "import x\n\ny = 1\n"),
    "a button above": ("python复制代码\nx = 1\n", "# python复制代码\nx = 1\n"),
    "a button in English": ("python\nCopy code\nx = 1\n", "# python\n# Copy code\nx = 1\n"),
    "an answer around it": (
        "Certainly! Here's a simple network:\n\nx = 1\nfor i in x:\n    y\n\nWhat doesn't work, the for-loop?\n",
        "# Certainly! Here's a simple network:\n\nx = 1\nfor i in x:\n    y\n\n# What doesn't work, the for-loop?\n",
    ),
    "who sent it from a chat": (
        "Anna  10:32 AM\nx = 1\n小红(123456)  12:30:45\nx = 2\n[2026/5/3 12:30] 小明:\nx = 3\n",
        "# Anna  10:32 AM\nx = 1\n# 小红(123456)  12:30:45\nx = 2\n# [2026/5/3 12:30] 小明:\nx = 3\n",
    ),
    "who sent it": ("张三 2024/5/3 12:01\nx = （1）\n", "# 张三 2024/5/3 12:01\nx = (1)\n"),
    "a name of one's own": (
        "import numpy as np\nint = 3\nx = np.int(2)\n",
        "import numpy as np\nint = 3\nx = np.int_(2)\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_kind_is_repaired(name):
    text, repaired = CASES[name]
    result = repair(text)
    assert result.text == repaired
    assert not result.refused
    assert compiles(result.text)
    assert repair(repaired).text == repaired


@pytest.mark.parametrize(
    "text",
    [
        *("for k in x\n    print(k)\n", "y = `a b`\n", "- x = 1\n  y\n", "python\nx = 1 +\n"),
        *("If not done today:\n    x = = 1\n", "if x > 10:32\ny = = 1\n", "Print x y z.\n"),
    ],
)
def test_where_python_cannot_read_it_all_the_same_nothing_is_lost(text):
    """A block below a head without its colon stays a block."""
    result = repair(text)
    assert result.refused
    assert "".join(result.text.replace("# ", "").split()) == "".join(text.split())
    assert "    print(k)" in result.text or "print" not in text


def test_everything_is_found_at_once():
    result = repair("\ufeff>>> x = np.float(１)\r\n>>> print “x：”，\u00a0x²\r\n1\r\n")
    assert result.text == 'x = np.float(1)\nprint("x：", x**2)\n# 1\n'
    ids = {change.id for change in result.changes}
    assert ids == {
        "invisible",
        "line-ends",
        "prompt",
        "character",
        "quote",
        "blank",
        "power",
        "print",
        "output",
    }


def test_a_change_says_where_it_stood_at_first():
    result = repair(">>> x = （1， 2）\n>>> y = 1， 2\n")
    comma = next(change for change in result.changes if change.what == "，")
    assert (comma.line, comma.column, comma.count, comma.lines) == (1, 11, 2, (1, 2))


def test_lines_that_are_made_new_are_said():
    result = repair("x = 1\u2028y = x × 2")
    assert result.text.split("\n") == ["x = 1", "y = x * 2"]
    assert result.line_map == (1, 1)
    assert not result.keeps_lines


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
