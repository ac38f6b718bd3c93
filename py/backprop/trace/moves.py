"""Functions that only move numbers: they are run once more, on the ids.

`np.concatenate([a, b])` of two arrays is `np.concatenate` of their ids; whether a function that the tape does not know
is of this kind shows when its result is what the moved ids have as their values.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

import numpy as np

from backprop.trace.call import CONTROLS, Call, by_name, parameters_of
from backprop.trace.identity import SCALARS, is_array
from backprop.trace.tape import Ids, Kind
from backprop.trace.whole import is_a, plainly


def run_on_ids(call: Call) -> Ids:
    """The function's result when each number is its id + 1, so that 0 stands for what it filled in."""
    if call.method:
        array, *rest = call.args
        ids: Any = np.asanyarray(_ids(call, array))
        moved: Any = getattr(ids, call.name)(*map(plainly, rest), **_kept(call))
    else:
        names = parameters_of(call.function)
        args = [
            plainly(arg) if position < len(names) and names[position] in CONTROLS else _ids(call, arg)
            for position, arg in enumerate(call.args)
        ]
        moved = call.function(*args, **_kept(call))
    return np.asarray(moved).astype(np.int64, copy=False)


def _kept(call: Call) -> dict[str, Any]:
    return {
        name: plainly(value) if name in CONTROLS else _ids(call, value)
        for name, value in call.kwargs.items()
        if name not in ("dtype", "out", "casting", "subok")
    }


def _ids(call: Call, value: Any) -> Any:
    """The value with ids + 1 in place of its numbers."""
    if is_array(value):
        ids = call.tracer.identity.of_array(value, call.place) + 1
        return ids.view(np.matrix) if is_a(value, np.matrix) else ids
    if type(value) in SCALARS:
        return call.tracer.identity.of_scalar(value, call.place) + 1
    if is_a(value, (list, tuple)):
        call.tracer.identity.of(value, call.place)  # together, if they have none yet
        items = [_ids(call, item) for item in value]
        return tuple(items) if is_a(value, tuple) else items
    return value


def of_unknown(call: Call) -> Any:
    """A function of NumPy that has no rule: a view, a move, or opaque."""
    result = call.result
    if call.kwargs.get("out") is not None:
        check_unchanged(call, [call.kwargs["out"]])
        return result
    single = type(result) in SCALARS and np.size(call.operands(1)[0]) == 1
    if not (is_a(result, np.ndarray) or single) or call.tracer.identity.knows(result):
        return call.opaque()
    if not _could_be_move(call):
        return call.opaque()
    try:
        ids = run_on_ids(call)
    except Exception:  # not a function that whole numbers can be moved by
        return call.opaque()
    return _filled(call, ids) if _is_move(call, ids) else call.opaque()


def _could_be_move(call: Call) -> bool:
    """True if the result has nothing but zeros and the operands' numbers in it."""
    operands = [ids for arg in call.data() for ids in call.tracer.identity.all_in(arg, call.place)]
    if not operands or np.asarray(call.result).dtype.kind not in "fiub":
        return False
    result = np.asarray(call.result, np.float64)
    values = call.tracer.builder.value_of(np.concatenate(operands))
    return bool(np.isin(result[~np.isnan(result)], np.append(values, 0.0)).all())


def _is_move(call: Call, ids: Ids) -> bool:
    result = call.result
    if ids.shape != np.shape(result) or not (is_array(result) or type(result) in SCALARS) or not ids.any():
        return False
    moved = ids > 0
    if ids.min() < 0 or ids.max() > len(call.tracer.builder.values):
        return False
    values = call.tracer.builder.value_of(ids[moved] - 1)
    return bool(np.array_equal(values, np.asarray(result)[moved], equal_nan=True))


def _filled(call: Call, ids: Ids) -> Any:
    """Give new ids to the numbers that an operation filled in, such as the zeros of `np.triu`."""
    new = ids == 0
    if new.any():
        count = int(new.sum())
        first = call.tracer.builder.event(
            "constant", Kind.SOURCE, call.place, np.asarray(call.result)[new], ()
        )
        ids = ids.copy()
        ids[new] = np.arange(first + 1, first + 1 + count)
    return call.tracer.identity.give(call.result, ids - 1, call.place)


# --- arrays made of others ---


@by_name(
    "array",
    "asarray",
    "asanyarray",
    "ascontiguousarray",
    "asfortranarray",
    "matrix",
    "asmatrix",
    "mat",
    "astype",
)
@by_name("copy", "__copy__", "float64", "float32", "flatten", "getA", "getA1", "require", "asarray_chkfinite")
def _array(call: Call) -> Any:
    """Record an operation that copies numbers into a new array, perhaps of another shape or type."""
    result = call.result
    if not is_a(result, np.ndarray) or call.tracer.identity.knows(result):
        return result
    value = call.operands(1)[0]
    if call.name in ("flatten", "copy", "__copy__") and len(call.args) + len(call.kwargs) > 1:
        return of_unknown(call)
    ids = call.tracer.identity.of(value, call.place)
    if ids is None or ids.size != result.size:
        return call.tracer.source("data", call.place, result)
    return call.tracer.moved(call.place, result, ids.reshape(result.shape))


@by_name("tolist", "item", "tobytes")
def _taken_out(call: Call) -> Any:
    if call.name == "tobytes":
        return call.result
    ids = call.ids_of(call.args[0])
    rest = map(plainly, call.args[1:])
    moved = ids.tolist() if call.name == "tolist" else ids.item(*rest)
    return call.tracer.identity.give(call.result, moved, call.place)


# --- arrays made of nothing ---


@by_name("zeros", "zeros_like", "empty", "empty_like", "ones", "ones_like")
def _made(call: Call) -> Any:
    operation = "ones" if call.name.startswith("ones") else "zeros"
    return call.tracer.source(operation, call.place, call.result)


@by_name("arange", "indices")
def _positions(call: Call) -> Any:
    """Mostly an index: numbered when it is first an operand."""
    return call.result


@by_name("eye", "identity", "linspace", "logspace", "loadtxt", "genfromtxt", "fromstring", "tri")
def _data(call: Call) -> Any:
    return call.tracer.source("data", call.place, call.result)


@by_name("full", "full_like")
def _full(call: Call) -> Any:
    """Cells of their own, filled with one number; the number itself if it was computed."""
    value = call.argument(1, "fill_value")
    number = call.tracer.identity.ids.get(id(value), -1)
    if number < 0 and type(value) in SCALARS:
        return call.tracer.source("constant", call.place, call.result)
    ids = np.broadcast_to(call.ids_of(value), np.shape(call.result))
    return call.tracer.moved(call.place, call.result, ids)


# --- changes in place ---


@by_name(
    "copyto",
    "put",
    "place",
    "putmask",
    "fill_diagonal",
    "put_along_axis",
    "fill",
    "sort",
    "partition",
    "itemset",
)
def _in_place(call: Call) -> Any:
    """np.copyto(a, b), a.fill(0), a.sort(): the same with the ids, or the changed elements as opaque ones."""
    changed = call.args[0]
    if not is_array(changed):
        return of_unknown(call) if call.result is not None else None
    if call.result is not None:  # np.sort(x) gives a new array
        return _sorted(call, changed)
    if call.name == "sort":
        return _sorted(call, changed)
    ids = call.tracer.identity.of_array(changed, call.place)
    before = ids.copy()
    moved = _changed_ids(call, changed)
    if moved is not None and np.array_equal(call.tracer.builder.value_of(moved), changed, equal_nan=True):
        ids[...] = moved
        return call.result
    ids[...] = before
    check_unchanged(call, [changed])
    return call.result


def _changed_ids(call: Call, changed: Any) -> Ids | None:
    """The ids of the array after the change, if its function can move ids."""
    ids = call.tracer.identity.of_array(changed, call.place).copy()
    again = Call(call.tracer, call.place, call.function, call.name, call.args, call.kwargs, None)
    names = ("a", "indices") if call.method and call.name == "put" else parameters_of(call.function)
    rest = [
        plainly(arg) if position + 1 < len(names) and names[position + 1] in CONTROLS else _ids(again, arg)
        for position, arg in enumerate(call.args[1:])
    ]
    ids += 1
    try:
        (getattr(ids, call.name) if call.method else functools.partial(call.function, ids))(
            *rest, **_kept(call)
        )
    except Exception:
        return None
    moved: Ids = ids - 1
    return moved if moved.min(initial=0) >= 0 else None


def _sorted(call: Call, array: Any) -> Any:
    """The ids in the order of their values."""
    ids = call.tracer.identity.of_array(array, call.place)
    axis = call.argument(1, "axis", -1)
    values = call.tracer.builder.value_of(ids)
    order = np.argsort(values, axis=axis, kind="stable")
    moved = np.take_along_axis(
        ids if axis is not None else ids.reshape(-1), order, axis=axis if axis is not None else 0
    )
    if call.result is None:
        ids[...] = moved
        check_unchanged(call, [array])
        return None
    return call.tracer.moved(call.place, call.result, moved.reshape(np.shape(call.result)))


def check_unchanged(call: Call, arrays: Iterable[Any]) -> None:
    """Arrays that something unknown may have changed: if it did, its elements are made of all operands."""
    for array in arrays:
        if not is_array(array) or not array.size or not call.tracer.identity.knows(array):
            continue
        ids = call.tracer.identity.of_array(array, call.place)
        if not np.array_equal(call.tracer.builder.value_of(ids), array, equal_nan=True):
            found = [one for arg in call.args for one in call.tracer.identity.all_in(arg, call.place)]
            operands = np.unique(np.concatenate(found))
            first = call.tracer.builder.event(call.name, Kind.OPAQUE, call.place, array, (operands,))
            ids[...] = np.arange(first, first + array.size).reshape(array.shape)
