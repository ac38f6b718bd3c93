"""What an exception is about, with the program's own values (sandbox/explanation.py)."""

import pytest
from backprop import record

CLASS = (
    "class Net:\n    def __init__(self): self.weights = 1\n    def forward(self, x): return x\nnet = Net()\n"
)

EXPLAINED = [
    ("weight = 1\nwieght", {"id": "NameError.near", "name": "wieght", "near": "weight"}),
    ("qqq", {"id": "NameError.name", "name": "qqq"}),
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
        {"id": "SyntaxError.block", "what": "'for' statement", "above": "1"},
    ),
    ("  x = 1\n    y = 2", {"id": "SyntaxError.indent"}),
    ("if 1:\n    x = 1\n  y = 2", {"id": "SyntaxError.unindent"}),
    ("print 'a'", {"id": "SyntaxError.parentheses", "name": "print"}),
    ("x = 1，2", {"id": "SyntaxError.character", "character": "，", "code": "U+FF0C"}),
    ("return 1", {"id": "SyntaxError.outside", "what": "return"}),
    ("async def main(): pass\nawait main()", {"id": "SyntaxError.await"}),
    ("def main(): await x", {"id": "SyntaxError.await"}),
    ("break", {"id": "SyntaxError.outsideLoop", "what": "break"}),
    (CLASS + "net.forward()", {"id": "TypeError.missing", "function": "Net.forward", "names": "'x'"}),
    (
        CLASS + "net.forward(1, 2)",
        {"id": "TypeError.many", "function": "Net.forward", "wanted": "2", "given": "3"},
    ),
    (CLASS + "net.forward(y=1)", {"id": "TypeError.keyword", "function": "Net.forward", "name": "y"}),
    ("1 + 'a'", {"id": "TypeError.operands", "sign": "+", "left": "int", "right": "str"}),
    ("[1] * 0.5", {"id": "TypeError.repeat", "right": "float"}),
    ("x = 2\nx(3)", {"id": "TypeError.callable", "type": "int"}),
    ("x = 2\nx[0]", {"id": "TypeError.subscript", "type": "int"}),
    ("for i in 3: pass", {"id": "TypeError.iterable", "type": "int"}),
    ("x = [1]\nx[0.0]", {"id": "TypeError.index", "what": "list", "type": "float"}),
    ("a, b, c = 1, 2", {"id": "ValueError.few", "wanted": "3", "given": "2"}),
    ("a, b = 1, 2, 3", {"id": "ValueError.unpack", "wanted": "2"}),
    ("float('a')", {"id": "ValueError.number", "text": "'a'"}),
    ("int('2.5')", {"id": "ValueError.integer", "text": "'2.5'"}),
    ("import numpy as np\nif np.ones(2): pass", {"id": "ValueError.truth"}),
    ("import numpy as np\nnp.ones(3)[4]", {"id": "IndexError.axis", "index": "4", "axis": "0", "size": "3"}),
    ("import numpy as np\nnp.ones(3)[0, 0]", {"id": "IndexError.indices", "size": "1", "index": "2"}),
    ("import numpy as np\nnp.ones((4, 3)) + np.ones((4, 2))", {"id": "ValueError.shapes"}),
    ("import numpy as np\nnp.ones((4, 3)) @ np.ones((4, 2))", {"id": "ValueError.shapes"}),
    ("import numpy as np\nnp.dot(np.ones((4, 3)), np.ones((4, 2)))", {"id": "ValueError.shapes"}),
    ("1 / 0", {}),
]


@pytest.mark.parametrize(("program", "explanation"), EXPLAINED)
def test_an_exception_is_explained_with_the_program_s_own_values(program, explanation):
    assert record(program, "xor").error.explanation == explanation


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
