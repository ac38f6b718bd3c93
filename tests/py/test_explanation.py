"""What an exception is about, with the program's own values (sandbox/explanation.py)."""

import json
import string
from pathlib import Path

import pytest
from backprop import record

SHAPES = {"id": "ValueError.shapesOf", "left": "(4,3)", "right": "(4,2)"}
CLASS = (
    "class Net:\n    def __init__(self): self.weights = 1\n    def forward(self, x): return x\nnet = Net()\n"
)

EXPLAINED = [
    ("weight = 1\nwieght", {"id": "NameError.near", "name": "wieght", "near": "weight"}),
    ("qqq", {"id": "NameError.name", "name": "qqq"}),
    (
        "import numpy as np\nx = np.ones(2)\nx.sum + 1",
        {
            "id": "TypeError.uncalled",
            "sign": "+",
            "left": "builtin_function_or_method",
            "right": "int",
            "subject": "x.sum",
        },
    ),
    (
        "def f(x): return x\n2 * f",
        {"id": "TypeError.uncalled", "sign": "*", "left": "int", "right": "function", "subject": "f"},
    ),
    (
        "import io, numpy as np\nnp.loadtxt(io.StringIO('0.5,1'))",
        {"id": "ValueError.cell", "text": "0.5,1", "column": "1"},
    ),
    (
        "import io, numpy as np\nnp.loadtxt(io.StringIO('1 2\\n1 2 3'))",
        {"id": "ValueError.uneven", "line": "2", "wanted": "2", "given": "3"},
    ),
    (
        "import io, numpy as np\nnp.genfromtxt(io.StringIO('1 2\\n1 2 3'))",
        {"id": "ValueError.uneven", "line": "2", "wanted": "2", "given": "3"},
    ),
    ("def f():\n    n += 1\nn = 1\nf()", {"id": "UnboundLocalError.name", "name": "n"}),
    (
        CLASS + "net.wieghts",
        {"id": "AttributeError.near", "type": "Net", "name": "wieghts", "near": "weights"},
    ),
    (CLASS + "net.qqq", {"id": "AttributeError.name", "type": "Net", "name": "qqq"}),
    ("import torch.nn", {"id": "ModuleNotFoundError.name", "name": "torch"}),
    ("{'a': 1}['b']", {"id": "KeyError.key", "key": "'b'"}),
    ("def f():\n    return f()\nf()", {"id": "RecursionError.function", "function": "f"}),
    ("for i in range(3)\n    pass", {"id": "SyntaxError.colon"}),
    ("x = (1,\ny = 2", {"id": "SyntaxError.unclosed", "bracket": "("}),
    ("x = 1)", {"id": "SyntaxError.unmatched", "bracket": ")"}),
    ("x = (1]", {"id": "SyntaxError.mismatched", "bracket": "]", "other": "("}),
    ("x = 'a", {"id": "SyntaxError.quote"}),
    ("x = [1 2]", {"id": "SyntaxError.comma"}),
    ("if x = 1: pass", {"id": "SyntaxError.equals"}),
    (
        "for i in range(3):\nprint(i)",
        {"id": "SyntaxError.block", "above": "1"},
    ),
    ("  x = 1\n    y = 2", {"id": "SyntaxError.indent"}),
    ("if 1:\n    x = 1\n  y = 2", {"id": "SyntaxError.unindent"}),
    ("print 'a'", {"id": "SyntaxError.parentheses", "name": "print"}),
    ("x = 1，2", {"id": "SyntaxError.character", "character": "，", "code": "U+FF0C"}),
    ("return 1", {"id": "SyntaxError.outside", "what": "return"}),
    ("async def main(): pass\nawait main()", {"id": "SyntaxError.await"}),
    ("def main(): await x", {"id": "SyntaxError.await"}),
    ("break", {"id": "SyntaxError.outsideLoop", "what": "break"}),
    (CLASS + "net.forward()", {"id": "TypeError.missing", "function": "Net.forward", "names": "x"}),
    (
        CLASS + "net.forward(1, 2)",
        {"id": "TypeError.many", "function": "Net.forward", "wanted": "2", "given": "3"},
    ),
    (CLASS + "net.forward(y=1)", {"id": "TypeError.keyword", "function": "Net.forward", "name": "y"}),
    ("1 + 'a'", {"id": "TypeError.operands", "sign": "+", "left": "int", "right": "str", "a": "1", "b": "'a'"}),
    ("[1] * 0.5", {"id": "TypeError.repeat", "right": "float"}),
    ("x = 2\nx(3)", {"id": "TypeError.callable", "type": "int", "subject": "x"}),
    ("x = 2\nx[0]", {"id": "TypeError.subscript", "type": "int", "subject": "x"}),
    ("for i in 3: pass", {"id": "TypeError.iterable", "type": "int"}),
    ("x = [1]\nx[0.0]", {"id": "TypeError.index", "what": "list", "type": "float", "subject": "x"}),
    ("a, b, c = 1, 2", {"id": "ValueError.few", "wanted": "3", "given": "2"}),
    ("a, b = 1, 2, 3", {"id": "ValueError.unpack", "wanted": "2"}),
    ("float('a')", {"id": "ValueError.number", "text": "'a'"}),
    ("int('2.5')", {"id": "ValueError.integer", "text": "'2.5'"}),
    ("import numpy as np\nif np.ones(2): pass", {"id": "ValueError.truth"}),
    ("import numpy as np\nnp.ones(3)[4]", {"id": "IndexError.axis", "index": "4", "axis": "0", "size": "3"}),
    ("import numpy as np\nnp.ones(3)[0, 0]", {"id": "IndexError.indices", "size": "1", "index": "2"}),
    ("import numpy as np\nnp.ones((4, 3)) + np.ones((4, 2))", SHAPES),
    ("import numpy as np\nnp.ones((4, 3)) @ np.ones((4, 2))", {"id": "ValueError.inner", "left": "3", "right": "4"}),
    ("import numpy as np\nnp.dot(np.ones((4, 3)), np.ones((4, 2)))", SHAPES),
    ("import math\nmath.exp([1, 2])", {"id": "TypeError.real", "type": "list"}),
    ("int([1])", {"id": "TypeError.real", "type": "list"}),
    ("import numpy as np\nnp.array([1, 2], [3, 4])", {"id": "TypeError.rows"}),
    ("import numpy as np\nnp.concatenate(np.ones(3), np.ones(2))", {"id": "TypeError.scalarIndex"}),
    # names
    ("print(math.pi)", {"id": "NameError.module", "name": "math", "line": "import math"}),
    ("x = np.zeros(3)", {"id": "NameError.module", "name": "np", "line": "import numpy as np"}),
    (
        "class A:\n    def go(self): pass\n    def run(self): go()\nA().run()",
        {"id": "NameError.near", "name": "go", "near": "self.go"},
    ),
    ("x = [2].sort()\nx.append(3)", {"id": "AttributeError.none", "name": "append", "subject": "x"}),
    ("import numpy as np\nnp.zeross(3)", {"id": "ImportError.near", "module": "numpy", "name": "zeross", "near": "zeros"}),
    ("import math\nmath.sigmoid(3)", {"id": "ImportError.from", "module": "math", "name": "sigmoid"}),
    ("from numpy import zeross", {"id": "ImportError.near", "module": "numpy", "name": "zeross", "near": "zeros"}),
    ("import nunpy", {"id": "ModuleNotFoundError.near", "name": "nunpy", "near": "numpy"}),
    ("import math.sin", {"id": "ModuleNotFoundError.part", "name": "math.sin", "module": "math"}),
    ("import json.nothing", {"id": "ModuleNotFoundError.standard", "name": "json.nothing"}),
    (
        "raise ModuleNotFoundError('unittest could not be loaded from the server: load the page again')",
        {"id": "ModuleNotFoundError.unloaded", "name": "unittest"},
    ),
    (
        "raise ModuleNotFoundError('no tkinter in a browser', name='tkinter')",
        {"id": "ModuleNotFoundError.standard", "name": "tkinter"},
    ),
    ("import numpy.nothing", {"id": "ModuleNotFoundError.part", "name": "numpy.nothing", "module": "numpy"}),
    # items
    ("d = {'w1': 1}\nd['W1']", {"id": "KeyError.near", "key": "'W1'", "near": "'w1'"}),
    ("x = [1, 2]\nk = 1\nx[k + 1]", {"id": "IndexError.length", "subject": "x", "index": 2, "size": 2}),
    ("x = [1, 2]\nx[int('3')]", {"id": "IndexError.size", "subject": "x", "size": 2}),
    ("x = []\nx[0] = 1", {"id": "IndexError.nothing", "subject": "x"}),
    ("[].pop()", {"id": "IndexError.empty"}),
    ("import numpy as np\nx = np.ones(3)\nx[1.0]", {"id": "IndexError.kind"}),
    ("import numpy as np\nx = np.ones(3)\nx[np.array([True, False])]", {"id": "IndexError.boolean"}),
    ("'{} {}'.format(1)", {"id": "IndexError.format", "index": "1"}),
    # kinds of values
    (
        "def f(): pass\nx = f() + 1",
        {"id": "TypeError.none", "subject": "f()", "sign": "+", "left": "NoneType", "right": "int"},
    ),
    ("x = None\nx[0]", {"id": "TypeError.none", "subject": "x", "type": "NoneType"}),
    ("def f(): pass\nfor x in f(): pass", {"id": "TypeError.none", "subject": "f()"}),
    ("x = 'a'\nx < 1", {"id": "TypeError.operands", "sign": "<", "left": "str", "right": "int", "a": "x", "b": "1"}),
    ("-'a'", {"id": "TypeError.unary", "sign": "-", "type": "str"}),
    ("def f(a, b=1): pass\nf(1, 2, 3)", {"id": "TypeError.many", "function": "f", "wanted": "1–2", "given": "3"}),
    ("def f(a): pass\nf(1, a=2)", {"id": "TypeError.twice", "function": "f", "name": "a"}),
    ("class Net:\n    def _init_(self, n): pass\nNet(3)", {"id": "TypeError.init", "type": "Net"}),
    ("a, b = 3", {"id": "TypeError.unpack", "type": "int"}),
    ("range(2.5)", {"id": "TypeError.integer", "type": "float"}),
    ("import numpy as np\nnp.random.randn((3, 4))", {"id": "TypeError.unpacked"}),
    ("len(3)", {"id": "TypeError.length", "type": "int"}),
    ("x = (1,)\nx[0] = 2", {"id": "TypeError.assign", "type": "tuple"}),
    ("{[1]: 2}", {"id": "TypeError.key", "type": "list"}),
    ("import math, numpy as np\nmath.exp(np.ones(2))", {"id": "TypeError.scalar"}),
    ("import numpy as np\nnp.zeros(3, 4)", {"id": "TypeError.dtype", "text": "4"}),
    (
        "import numpy as np\nw = np.ones(2, np.int64)\nw -= 0.5",
        {"id": "TypeError.cast", "function": "subtract", "source": "float64", "target": "int64", "subject": "w"},
    ),
    (
        "import numpy as np\nw = np.ones(2)\nw -= np.sqrt(-1 + 0j)",
        {
            "id": "TypeError.complex",
            "function": "subtract",
            "source": "complex128",
            "target": "float64",
            "subject": "w",
        },
    ),
    ("import numpy as np\nnp.exp('a')", {"id": "TypeError.loop", "function": "exp"}),
    ("import numpy as np\nnp.exp(np.array([1, None]))", {"id": "TypeError.object", "type": "int", "function": "exp"}),
    ("'%d' % 'a'", {"id": "TypeError.percent", "type": "str"}),
    ("'%d %d' % 1", {"id": "TypeError.format"}),
    ("import numpy as np\nf'{np.ones(2):.3f}'", {"id": "TypeError.formatted", "type": "numpy.ndarray"}),
    ("f'{\"a\":.3f}'", {"id": "ValueError.formatCode", "code": "f", "type": "str"}),
    # values
    ("import math\nmath.log(0)", {"id": "ValueError.domainOf", "function": "math.log", "value": "0"}),
    ("n = 0\nx = 1 / n", {"id": "ZeroDivisionError.divisor", "subject": "n"}),
    ("max([])", {"id": "ValueError.empty"}),
    ("[1].index(2)", {"id": "ValueError.absent"}),
    ("import numpy as np\nnp.array([[1, 2], [3]])", {"id": "ValueError.ragged"}),
    ("import numpy as np\nx = np.ones(3)\nx[0] = [1, 2]", {"id": "ValueError.element"}),
    ("import numpy as np\nx = np.ones(3)\nx[:] = [1, 2]", {"id": "ValueError.into", "source": "(2,)", "target": "(3,)"}),
    (
        "import numpy as np\nb = np.ones(3)\nb += np.ones((4, 3))",
        {"id": "ValueError.into", "source": "(4,3)", "target": "(3,)"},
    ),
    (
        "import numpy as np\nnp.vstack([np.ones((4, 3)), np.ones((4, 1))])",
        {"id": "ValueError.join", "axis": "1", "left": "3", "right": "1"},
    ),
    ("import numpy as np\nnp.ones(3).sum(axis=1)", {"id": "ValueError.axis", "axis": "1", "size": "1"}),
    ("d = {1: 1}\nfor k in d: d[k + 1] = 1", {"id": "RuntimeError.changed"}),
    ("import json\njson.loads('{')", {"id": "JSONDecodeError.place", "line": "1", "column": "2"}),
    # lines that Python cannot read
    ("if 1 && 2: pass", {"id": "SyntaxError.other", "what": "&&", "plain": "and"}),
    ("if 1 || 2: pass", {"id": "SyntaxError.other", "what": "||", "plain": "or"}),
    ("x = 1\nx++", {"id": "SyntaxError.other", "what": "++", "plain": "+= 1"}),
    ("if !x: pass", {"id": "SyntaxError.other", "what": "!", "plain": "not"}),
    ("x = a ? b : c", {"id": "SyntaxError.other", "what": "a ? b : c", "plain": "b if a else c"}),
    ("if 1: pass\nelse if 2: pass", {"id": "SyntaxError.other", "what": "else if", "plain": "elif"}),
    ("x = 1\nelse: pass", {"id": "SyntaxError.alone", "what": "else"}),
    ("lambda = 3", {"id": "SyntaxError.keyword", "name": "lambda"}),
    ("for i = 0: pass", {"id": "SyntaxError.for"}),
    ("x = 07", {"id": "SyntaxError.zeros"}),
    ("2x = 3", {"id": "SyntaxError.digit"}),
    ("x = 1 + \\ \n 2", {"id": "SyntaxError.backslash"}),
    ("open('C:\\Users')", {"id": "SyntaxError.escape"}),
    ("None = 1", {"id": "SyntaxError.target"}),
    ("f(a=1, 2)", {"id": "SyntaxError.positional"}),
    ("f(a=1, a=2)", {"id": "SyntaxError.repeated", "name": "a"}),
    ("def f(a, a): pass", {"id": "SyntaxError.duplicate", "name": "a"}),
    ("def f(a=1, b): pass", {"id": "SyntaxError.default"}),
    ("try:\n    x = 1\ny = 2", {"id": "SyntaxError.try"}),
    ("x = 1 if 2", {"id": "SyntaxError.ifElse"}),
    ("def f():\n    x = 1\n    global x", {"id": "SyntaxError.global", "name": "x"}),
    ("1 / 0", {}),
]  # fmt: skip


@pytest.mark.parametrize(("program", "explanation"), EXPLAINED)
def test_an_exception_is_explained_with_the_program_s_own_values(program, explanation):
    assert record(program, "xor").error.explanation == explanation


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_explanation_has_a_sentence_of_the_page_that_uses_its_values(language):
    path = Path(__file__).parents[2] / f"site/text/{language}.json"
    if not path.exists():
        pytest.skip("the page's texts are not here")
    sentences = json.loads(path.read_text("utf-8"))
    for _, explanation in EXPLAINED:
        if explanation:
            wanted = {
                name and name.split("|")[0]  # {given|# column|# columns}
                for _, name, _, _ in string.Formatter().parse(sentences[f"error.{explanation['id']}"])
            }
            assert wanted - {None} <= explanation.keys(), explanation


def test_nothing_of_the_program_is_called_to_explain():
    program = (
        "class Odd:\n"
        "    def __dir__(self): print('dir')\n"
        "    def __getattr__(self, name): raise AttributeError('none', name=name, obj=self)\n"
        "Odd().weigths\n"
    )
    recording = record(program, "xor")
    assert recording.output == ""
    assert recording.error.explanation == {"id": "AttributeError.name", "type": "Odd", "name": "weigths"}
