"""Which arrays a call is told to write into: `np.add(a, b, out=c)`, `np.add(a, b, c)`."""

from __future__ import annotations

import ast

from backprop.recording.bindings import Names

# How many arguments NumPy's functions take before the array to write into, which may then come without its name.
BEFORE_OUT = {
    **dict.fromkeys(("exp", "log", "sqrt", "square", "abs", "absolute", "tanh", "sign", "negative"), 1),
    **dict.fromkeys(("add", "subtract", "multiply", "divide", "power", "maximum", "minimum"), 2),
    **dict.fromkeys(("dot", "matmul", "outer", "round", "max", "min", "argmax"), 2),
    **dict.fromkeys(("clip", "sum", "mean"), 3),
}


def outs(call: ast.Call, names: Names) -> list[ast.expr]:
    """The expressions that stand for the arrays a call writes into."""
    found = [keyword.value for keyword in call.keywords if keyword.arg == "out"]
    match call.func:
        case ast.Attribute(ast.Name(module), name) if names.modules.get(module) == "numpy":
            before = BEFORE_OUT.get(name, len(call.args))
            found += call.args[before : before + 1]
    return found
