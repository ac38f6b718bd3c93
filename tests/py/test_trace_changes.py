"""Arrays that are changed in place: their elements have the ids of what they are now."""

from types import ModuleType

import numpy as np
import pytest
from backprop.trace import Kind, trace
from backprop.trace.sandbox import Output
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from traced import START, check, ids_of, traced

pytestmark = pytest.mark.filterwarnings("ignore")

CHANGES = [
    *[
        "X += Y",
        "X -= 2 * Y",
        "X *= 2",
        "X[0] = u[0]",
        "X[0] = Y[1]",
        "X[:, 1] += u",
        "X[X < 0.5] = 0",
        "X[X < 0.5] *= 0.1",
    ],
    *[
        "X[[0, 2]] -= Y[:2]",
        "X[range(3), [0, 1, 2]] -= 1",
        "np.add(X, Y, out=X)",
        "np.add(X, Y, X)",
        "np.copyto(X, Y)",
    ],
    *[
        "np.add.at(X, ([0, 0, 1], [1, 1, 2]), u)",
        "np.multiply(X, 0.5, where=X > 0.5, out=X)",
        "np.exp(X, out=X)",
    ],
    *[
        "np.dot(X, W, out=Y[:, :2].copy())",
        "X.fill(0.5)",
        "X.sort()",
        "X[:] = 0",
        "X[...] = Y",
        "X.T[0] = 7.0",
        "X[0][1] = 5.0",
    ],
    *[
        "np.random.shuffle(X)",
        "rng.shuffle(X)",
        "random.shuffle(u)",
        "np.fill_diagonal(X, 1.0)",
        "np.put(X, [0, 5], [1.0, 2.0])",
    ],
    *[
        "X[0], X[1] = X[1].copy(), X[0].copy()",
        "u[0], u[1] = u[1], u[0]",
        "X.shape = (4, 3)",
        "np.clip(X, 0.2, 0.7, out=X)",
    ],
    *[
        "X = X - 0.5 * Y; X -= Y",
        "row = X[1]; row += 1",
        "X.T[:] = Y.T",
        "I = np.zeros(3, int); I[0] = 2.7; X = I",
        "X.flat[0] = 3.0",
    ],
    *[
        "np.sum(X, axis=0, out=v)",
        "np.matmul(X, W, out=Y[:, :2])",
        "X[None, 0] = v",
        "np.putmask(X, X > 0.5, 0.0)",
        "X[1, 2] /= 3",
    ],
    *[
        "np.place(X, X > 0.5, [0.1])",
        "M[0, 0] = 5.0",
        "M *= M",
        "X.itemset if 0 else X.put([1], [2.0])",
        "X.resize(3, 4)",
    ],
]


@pytest.mark.parametrize("change", CHANGES)
def test_changes_in_place(change):
    """After a change each array's elements have ids whose values are what the elements are."""
    tape = traced(
        f"{change}\nX = X\nu = u\nv = v\nY = Y\nM = M\nprint(X.tolist(), u.tolist(), v.tolist(), Y.tolist())\n"
    )
    output = Output(100_000)
    trace(
        START + f"{change}\nprint([X.tolist(), u.tolist(), v.tolist(), Y.tolist(), M.tolist()])\n",
        output=output,
    )
    now = eval(output.text)
    for name, wanted in zip(("X", "u", "v", "Y", "M"), now):
        assert tape.values[ids_of(tape, name)].tolist() == wanted, name


def test_a_change_through_a_view_is_seen_in_the_whole():
    tape = traced("row = X[1]\nrow += 1.0\nr = X\n")
    assert tape.event(int(ids_of(tape, "r")[1, 0])).operation == "add"
    assert tape.event(int(ids_of(tape, "r")[0, 0])).operation == "random"


def test_masked_elements_are_chosen():
    tape = traced("X[X < 0.5] = 0\nr = X\n")
    event = tape.event(int(ids_of(tape, "r")[0, 0]))
    assert event.operation == "where"
    assert tape.event(int(event.operands[0][0])).operation == "less"


def test_elements_added_twice_are_changed_twice():
    tape = traced("np.add.at(v, [0, 0], [1.0, 2.0])\nr = v\n")
    r = ids_of(tape, "r")
    first = tape.operands(int(r[0]))[0]
    assert tape.event(int(r[0])).operation == tape.event(first).operation == "add"
    assert tape.event(int(r[1])).operation == "random"


# --- any sequence of operations ---

STEPS = st.sampled_from(
    [
        *[
            "A = A + B",
            "A = A * 0.5",
            "B = np.tanh(A)",
            "A = A @ B.T @ B",
            "A += B",
            "A[0] = B[1]",
            "B = A.T.copy().T",
            "A -= 0.1 * B",
        ],
        *[
            "C = A[:2]",
            "C = B[1:]",
            "C += 1.0",
            "A[:, 1] *= 2.0",
            "A = np.concatenate([A[1:], A[:1]])",
            "np.random.shuffle(A)",
        ],
        *[
            "B = np.where(A > 0, A, 0.0)",
            "A[A > 1] = 1.0",
            "A = A - A.mean(axis=0)",
            "B = B / (1 + np.abs(B).sum())",
            "A = B",
        ],
        *[
            "x = A[0, 0] * B[1, 1]",
            "A[1, 1] = x",
            "A = np.array(A.tolist())",
            "B = np.array([r * 2.0 for r in A])",
            "A = A[[2, 0, 1]]",
        ],
        *[
            "A = np.clip(A, -1, 1)",
            "B = np.maximum(A, B)",
            "x = sum(A[0]) / 3",
            "A, B = B, A",
            "C = C * x",
            "A = np.vstack([C, A])[:3]",
        ],
    ]
)


@settings(max_examples=examples(60))
@given(st.lists(STEPS, min_size=3, max_size=25))
def test_any_sequence_of_operations(steps):
    start = "import numpy as np\nnp.random.seed(0)\n"
    start += "A = np.random.randn(3, 3)\nB = np.random.randn(3, 3)\nC = A[1:]\nx = 0.5\n"
    found = {}
    end = "A = A\nB = B\nC = C\nx = x\nkeep(A, B, C, x)\n"
    main = ModuleType("__main__")
    main.keep = lambda *values: found.update(zip("ABCx", map(np.array, values)))
    tape = trace(start + "\n".join(steps) + "\n" + end, main=main)
    assert tape.error is None, tape.error
    check(tape)
    assert not any(event.kind is Kind.OPAQUE or event.operation == "data" for event in tape.events)
    for name, value in found.items():
        assert np.array_equal(tape.values[ids_of(tape, name)], value, equal_nan=True)
