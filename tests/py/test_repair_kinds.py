"""Each kind of damage to a pasted program is repaired, and the change is told at its place."""

import json

import pytest
from backprop.sandbox.repair import repair
from backprop.sandbox.repair_syntax import compiles

pytestmark = pytest.mark.usefixtures("only_numpy_installed")


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
