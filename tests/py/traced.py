"""Programs for the tests of tracing, and what is checked of every tape."""

import ast
import io
import math
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
from backprop.trace import Bounds, Kind, trace

ROOT = Path(__file__).parents[2]
LESSONS = ROOT / "py" / "backprop" / "lessons"
PROGRAMS = sorted((ROOT / "tests" / "programs").rglob("*.py")) + sorted(LESSONS.glob("*/program.py"))
LARGE = 100


class _Shorter(ast.NodeTransformer):
    """Large whole numbers, such as counts of iterations, made small: 60000 as 19."""

    def visit_Constant(self, node):
        if type(node.value) is int and node.value >= LARGE:
            return ast.copy_location(ast.Constant(13 + node.value % 7), node)
        return node


def shortened(source):
    """The program with small numbers of iterations, on the same lines."""
    return ast.unparse(_Shorter().visit(ast.parse(source)))


def printed(source):
    """What the program prints without tracing, and the exception it ends with."""
    output = io.StringIO()
    error = None
    with redirect_stdout(output):
        try:
            exec(compile(source, "<plain>", "exec"), {"__name__": "__main__"})
        except Exception as raised:
            error = raised
    return output.getvalue(), error


_WHOLE = {"bitwise_and", "bitwise_or", "bitwise_xor", "invert", "left_shift", "right_shift"}


def recomputed(tape, event):
    """The event's values computed again from those of its operands by NumPy; None if its name does not say how."""
    values = [tape.values[operand] for operand in event.operands]
    if event.operation in _WHOLE:
        values = [one.astype(int) for one in values]
    match event.kind:
        case Kind.PRODUCT:
            return values[0] @ values[1]
        case Kind.REDUCTION if event.operation == "norm":
            return np.linalg.norm(values[0], axis=1)
        case Kind.REDUCTION:
            return getattr(np, event.operation)(values[0], axis=1)
        case Kind.ELEMENTWISE if event.operation in ("astype", "round"):
            return None
        case Kind.ELEMENTWISE if event.operation == "select":
            return values[0]
        case Kind.ELEMENTWISE if event.operation == "invert":
            return np.logical_not(values[0]) if set(values[0]) <= {0, 1} else np.invert(values[0])
        case Kind.ELEMENTWISE:
            if function := getattr(np, event.operation, None):
                return function(*values)
            function = getattr(math, event.operation, None)  # such as erf; else a ufunc of the program's own
            return np.vectorize(function)(*values) if function else None
    return None


def check(tape):
    """Ids are consecutive, operands stand before their results, and values follow from the operands'."""
    next_id = 0
    for event in tape.events:
        assert event.first == next_id
        next_id += event.size
        where = f"{event} {tape.text(event.place)}"
        assert all(
            operand.dtype == np.int64 and (operand < event.first).all() for operand in event.operands
        ), where
        _check_shapes(event, where)
        with np.errstate(all="ignore"):
            again = recomputed(tape, event)
        if again is not None:
            values = tape.values[event.ids].ravel()
            single = np.array_equal(values, values.astype(np.float32), equal_nan=True)
            assert np.allclose(np.ravel(again), values, rtol=1e-6 if single else 1e-9, equal_nan=True), where
    assert next_id == len(tape)
    for binding in tape.bindings:
        assert (binding.ids < next_id).all()
        assert binding.after <= len(tape.events)
    for position, (parent, place) in enumerate(tape.contexts):
        assert parent < position
        assert place < len(tape.places)
    for position, (parent, place, _, _) in enumerate(tape.turns):
        assert parent < position
        assert place < len(tape.places)


def _check_shapes(event, where):
    match event.kind:
        case Kind.SOURCE:
            assert event.operands == (), where
        case Kind.ELEMENTWISE:
            assert all(operand.shape == (event.size,) for operand in event.operands), where
        case Kind.PRODUCT:
            left, right = event.operands
            assert left.shape[1] == right.shape[0], where
            assert len(left) * right.shape[1] == event.size, where
        case Kind.REDUCTION:
            assert event.operands[0].ndim == 2, where
            assert event.operands[0].shape[0] == event.size, where
        case Kind.OPAQUE:
            assert event.operands[0].ndim == 1, where


START = """
import numpy as np, random, copy, math
np.random.seed(3); random.seed(3)
rng = np.random.default_rng(3)
X = np.random.rand(3, 4)
Y = np.random.rand(3, 4)
W = np.random.rand(4, 2)
v = np.random.rand(4)
u = np.random.rand(3)
T = np.random.rand(2, 3, 4)
M = np.matrix(np.random.rand(3, 3))
L = [[1.5, 2.5], [3.5, 4.5]]
"""


def traced(source):
    """The tape of lines that begin with some arrays, checked."""
    tape = trace(START + source, bounds=Bounds(seconds=60))
    if tape.error:
        raise tape.error
    check(tape)
    return tape


def ids_of(tape, target):
    return next(binding.ids for binding in reversed(tape.bindings) if binding.target == target)


def events_after_start(tape):
    begun = START.count("\n")
    return [event for event in tape.events if tape.places[event.place].line > begun]
