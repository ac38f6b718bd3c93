"""Tracing NumPy: which events its functions make, and which of them only move numbers."""

import pytest
from backprop.trace import Bounds, Kind, trace
from traced import events_after_start, ids_of, traced

pytestmark = pytest.mark.filterwarnings("ignore")

MOVES = [
    *[
        "X.T",
        "X.reshape(4, 3)",
        "X[1]",
        "X[:, 1:3]",
        "X[1, 2]",
        "X[[0, 2]]",
        "X[:, [0]]",
        "X[X[:, 0] > 2]",
        "X[::-1]",
    ],
    *[
        "np.array(X)",
        "X.copy()",
        "np.copy(X)",
        "np.asarray(L)",
        "np.array(L)",
        "X.astype(float)",
        "np.float64(X)",
    ],
    *["np.concatenate([X, Y])", "np.concatenate((X, Y), axis=1)", "np.stack([u, u])", "np.vstack([X, Y])"],
    *[
        "np.hstack([X, Y])",
        "np.c_[X, u]",
        "np.r_[u, v]",
        "np.append(u, v)",
        "np.append(X, Y, axis=0)",
        "np.dstack([X, Y])",
    ],
    *[
        "np.column_stack([u, u])",
        "np.insert(u, 1, v[0])",
        "np.delete(u, 0)",
        "np.repeat(u, 2)",
        "np.tile(u, (2, 1))",
    ],
    *[
        "X.flatten()",
        "X.ravel()",
        "np.ravel(X.T)",
        "X.flatten('F')",
        "np.transpose(X)",
        "np.squeeze(X[:1])",
        "u[None, :]",
    ],
    *[
        "np.expand_dims(u, 0)",
        "np.atleast_2d(u)",
        "u[:, np.newaxis]",
        "np.roll(u, 1)",
        "np.flip(X)",
        "np.fliplr(X)",
    ],
    *[
        "np.take(X, [0, 2], axis=1)",
        "X.take([1])",
        "np.diag(X[:, :3])",
        "np.broadcast_to(u, (2, 3))",
        "np.rot90(X)",
    ],
    *[
        "np.split(X, 3)[1]",
        "np.array_split(X, 2)[0]",
        "np.moveaxis(T, 0, 2)",
        "np.swapaxes(T, 0, 1)",
        "T.swapaxes(0, 2)",
    ],
    *[
        "np.block([[X], [Y]])",
        "np.einsum('ij->ji', X)",
        "np.sort(u)",
        "np.compress([True, False, True], u)",
        "M.T",
        "M[0]",
    ],
    *[
        "np.asarray(M)",
        "M.A",
        "np.array([X[0], X[1]])",
        "np.array([u[0], u[1]])",
        "np.array(X.tolist())",
        "np.resize(u, 2)",
    ],
    *[
        "copy.deepcopy(X)",
        "copy.deepcopy({'w': [X]})['w'][0]",
        "copy.copy(X)",
        "np.array([list(row) for row in X])",
    ],
    *[
        "np.array([a for a, b in zip(u, v)])",
        "np.array(sorted(u))",
        "np.array(list(reversed(u)))",
        "np.array(list(map(float, u)))",
    ],
    *[
        "np.random.permutation(X)",
        "rng.permutation(X)",
        "rng.permuted(X)",
        "np.random.permutation(u)",
        "rng.choice(X, 2)",
    ],
    *[
        "np.random.choice(u, 2)",
        "np.array(random.sample(list(u), 2))",
        "np.array([random.choice(u)])",
        "X[np.random.permutation(3)]",
    ],
    *[
        "np.take_along_axis(X, np.argsort(X, axis=1), axis=1)",
        "np.pad(u, 0)",
        "X.squeeze()",
        "np.ascontiguousarray(X.T)",
    ],
    *[
        "np.array([x for x in u.flat])",
        "np.array([x for _, x in np.ndenumerate(X)])",
        "np.array([x for x in np.nditer(X)])",
        "np.array([x for x in np.nditer(X.T, order='F')])",
        "np.apply_along_axis(np.flip, 0, X)",
        "np.array([u.item(0), u[1].item()])",
        "np.array(tuple(u))",
        "np.array([*u])",
    ],
]


@pytest.mark.parametrize("expression", MOVES)
def test_moves_make_no_new_numbers(expression):
    tape = traced(f"r = {expression}\n")
    r = ids_of(tape, "r")
    known = {
        id for event in tape.events if event.operation in ("random", "constant") for id in event.ids.flat
    }
    assert set(r.flat) <= known
    assert {event.operation for event in events_after_start(tape)} <= {
        *("literal", "greater", "data", "argsort", "random")  # of what tells where to
    }


OPERATIONS = [
    *[
        ("X + Y", "add"),
        ("X - u[:, None]", "subtract"),
        ("2 * X", "multiply"),
        ("X / 2", "divide"),
        ("X ** 2", "power"),
    ],
    *[
        ("-X", "negative"),
        ("np.exp(X)", "exp"),
        ("np.tanh(X)", "tanh"),
        ("np.add(X, Y)", "add"),
        ("np.maximum(0, X)", "maximum"),
    ],
    *[
        ("np.multiply(X, Y)", "multiply"),
        ("np.sign(X)", "sign"),
        ("np.abs(X)", "absolute"),
        ("abs(X)", "absolute"),
    ],
    *[
        ("np.where(X > 0.5, X, 0)", "where"),
        ("np.clip(X, 0.2, 0.8)", "clip"),
        ("X.clip(0.2, 0.8)", "clip"),
        ("X > 0.5", "greater"),
    ],
    *[
        ("np.clip(X, 0.2, None)", "maximum"),
        ("np.round(X)", "round"),
        ("np.square(X)", "square"),
        ("np.outer(u, v)", "multiply"),
    ],
    *[
        ("np.subtract.outer(u, v)", "subtract"),
        ("X @ W", "matmul"),
        ("X.dot(W)", "matmul"),
        ("np.dot(X, W)", "matmul"),
    ],
    *[
        ("X @ v", "matmul"),
        ("u @ X", "matmul"),
        ("np.dot(u, u)", "matmul"),
        ("np.matmul(X, W)", "matmul"),
        ("np.inner(X, Y)", "matmul"),
    ],
    *[
        ("np.vdot(X, Y)", "matmul"),
        ("np.tensordot(X, W, axes=1)", "matmul"),
        ("np.tensordot(X, Y, axes=([0], [0]))", "matmul"),
    ],
    *[
        ("np.tensordot(X, Y)", "matmul"),
        ("np.einsum('ij,jk->ik', X, W)", "matmul"),
        ("np.einsum('ij,kj', X, Y)", "matmul"),
    ],
    *[
        ("np.einsum('ij,ij->ij', X, Y)", "multiply"),
        ("np.einsum('ij->i', X)", "sum"),
        ("np.einsum('i,j->ij', u, v)", "multiply"),
    ],
    *[
        ("np.einsum('ij,ij->i', X, Y)", "sum"),
        ("np.einsum('nij,nj->ni', T, T[:, 0])", "matmul"),
        ("T @ W", "matmul"),
    ],
    *[
        ("M * M", "matmul"),
        ("M * 2", "multiply"),
        ("np.multiply(M, M)", "multiply"),
        ("np.dot(3.0, X)", "multiply"),
    ],
    *[
        ("np.sum(X)", "sum"),
        ("X.sum(axis=0)", "sum"),
        ("X.sum(1, keepdims=True)", "sum"),
        ("np.mean(X, axis=1)", "mean"),
    ],
    *[
        ("X.mean()", "mean"),
        ("np.max(X, axis=0)", "max"),
        ("X.min()", "min"),
        ("np.prod(u)", "prod"),
        ("np.std(X, axis=0)", "std"),
    ],
    *[
        ("X.var()", "var"),
        ("np.average(X, axis=0)", "mean"),
        ("np.linalg.norm(X)", "norm"),
        ("np.linalg.norm(u)", "norm"),
    ],
    *[
        ("np.linalg.norm(X, axis=1)", "norm"),
        ("np.add.reduce(X)", "sum"),
        ("np.add.reduce(X, axis=1)", "sum"),
        ("sum(u)", "sum"),
    ],
    *[
        ("sum(X)", "sum"),
        ("max(u)", "max"),
        ("np.sum(T, axis=(0, 2))", "sum"),
        ("M.sum(axis=0)", "sum"),
        ("np.argmax(X, axis=1)", "argmax"),
    ],
    *[
        ("X.any()", "any"),
        ("np.trace(X[:, :3])", "sum"),
        ("np.sum([u, u], axis=0)", "sum"),
        ("np.max(M)", "max"),
        ("math.exp(u[0])", "exp"),
    ],
    *[
        ("np.vectorize(lambda a: a * 2.0)(X)", "multiply"),
        ("np.vectorize(math.exp)(u)", "exp"),
        ("np.multiply.outer(u, v)", "multiply"),
        ("np.kron(u, X)", "multiply"),
        ("np.linalg.multi_dot([M, X, W])", "matmul"),
        ("np.linalg.multi_dot(arrays=[M, X, W])", "matmul"),
        ("np.apply_along_axis(lambda row: row * 2.0, 1, X)", "multiply"),
        ("np.apply_along_axis(lambda row: row * 2.0, axis=1, arr=X)", "multiply"),
        ("np.piecewise(X, condlist=[X < 0.5], funclist=[np.exp, np.exp])", "exp"),
        ("np.piecewise(X, [X < 0.5], [np.exp, np.exp])", "exp"),
        ("np.frompyfunc(lambda a: a * 2.0, 1, 1)(u)", "multiply"),
    ],
    *[
        ("np.logical_and(X > 0, Y > 0)", "logical_and"),
        ("(X > 0) * (Y > 0)", "multiply"),
        ("(X > 0) & (Y > 0)", "bitwise_and"),
    ],
    *[
        ("~(X > 0)", "invert"),
        ("np.reciprocal(X)", "reciprocal"),
        ("np.float32(X)", "astype"),
        ("X.astype(int)", "astype"),
    ],
    *[
        ("np.dot(L, L)", "matmul"),
        ("np.array(L) + L", "add"),
        ("np.exp(L)", "exp"),
        ("np.mean(L)", "mean"),
        ("np.expm1(u[0])", "expm1"),
    ],
]


@pytest.mark.parametrize(("expression", "operation"), OPERATIONS)
def test_operations(expression, operation):
    tape = traced(f"r = {expression}\n")
    made = events_after_start(tape)
    assert made[-1].operation == operation
    assert not any(event.kind is Kind.OPAQUE for event in made)
    assert not any(event.operation == "data" for event in made)
    bound = [binding for binding in tape.bindings if binding.target == "r"]
    assert not bound or set(bound[0].ids.flat) <= {id for event in made for id in event.ids.flat}


@pytest.mark.parametrize(
    "expression", ["np.cumsum(u)", "np.linalg.inv(M)", "np.median(u) + np.percentile(u, 30)", "M ** 2"]
)
def test_what_is_not_known_is_opaque_on_all_its_operands(expression):
    tape = traced(f"r = {expression}\n")
    assert any(event.kind is Kind.OPAQUE and len(event.operands[0]) >= 3 for event in tape.events)


def test_results_keep_their_shape():
    tape = traced("r = X @ W\ns = X.sum(axis=1, keepdims=True)\nt = X.sum()\n")
    assert [ids_of(tape, name).shape for name in "rst"] == [(3, 2), (3, 1), ()]
    assert tape.event(int(ids_of(tape, "r")[0, 0])).shape == (3, 2)


def test_terms_of_a_product():
    tape = traced("r = X @ W\n")
    x, w, r = (ids_of(tape, name) for name in "XWr")
    assert list(tape.terms(int(r[1, 1]))) == list(zip(x[1].tolist(), w[:, 1].tolist()))


def test_cells_filled_with_one_number_are_numbers_of_their_own():
    tape = traced("r = np.full(3, 0.5)\ns = np.zeros(3)\ns[:] = 1\n")
    assert len(set(ids_of(tape, "r").tolist())) == len(set(ids_of(tape, "s").tolist())) == 3


def test_unpacked_rows():
    tape = traced("for a, b, c, d in X:\n    r = a * b\np, q = L[0]\nw0, w1, w2 = u\nr = w0 * w1\n")
    assert tape.operands(int(ids_of(tape, "r"))) == ids_of(tape, "u")[:2].tolist()
    assert ids_of(tape, "a") == ids_of(tape, "X")[2, 0]


def test_float32_and_whole_numbers_behave_as_without_tracing():
    tape = traced(
        "f = np.ones(3, np.float32)\nn = 3\nr = f * n\nok = [n]\ns = f * ok[0]\nassert r.dtype == s.dtype == np.float32\n"
    )
    assert tape.ended == "done"


def test_large_arrays_are_not_expanded():
    tape = trace(
        "import numpy as np\nX = np.random.rand(512, 784)\nW = np.random.rand(784, 100)\nr = np.tanh(X @ W)\ns = X.T @ r\n",
        bounds=Bounds(numbers=10**7, seconds=2),
    )
    assert tape.ended == "done"
    assert tape.events[-1].shape == (784, 100)
