"""NumPy's ufuncs (add, exp, maximum …) and their methods reduce, outer, at, and what is given by `out` and `where`."""

from __future__ import annotations

from typing import Any

import numpy as np

from backprop.trace.call import Call, by_name
from backprop.trace.products import matrix_product
from backprop.trace.reductions import grouped

_REDUCED = {"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min"}


def of_ufunc(call: Call) -> Any:
    """np.add(a, b), np.exp(x, out=y), np.maximum(0, z, z)."""
    ufunc: Any = call.function
    operands = list(call.args[: ufunc.nin])
    given = call.kwargs.get("out", call.args[ufunc.nin] if len(call.args) > ufunc.nin else None)
    if ufunc is np.matmul:
        return matrix_product(call.tracer, call.place, call.result, *operands)
    if ufunc.signature is not None or ufunc.nout != 1:
        return call.opaque()
    out = given[0] if isinstance(given, tuple) else given
    where = call.kwargs.get("where", True)
    if where is not True and out is not None:
        return _where(call, operands, out, where)
    if out is not None and out.dtype.kind in "iub":
        return _cut_off(call, operands, out)
    return call.tracer.elementwise(ufunc.__name__, call.place, call.result, operands)


def _cut_off(call: Call, operands: list[Any], out: Any) -> Any:
    """`np.add(w, 0.5, out=w, casting="unsafe")`: whole numbers as `out`; the sum and what is left of it."""
    ids = [call.ids_of(operand) for operand in operands]
    computed = np.asarray(call.function(*map(call.tracer.builder.value_of, ids)))
    if computed.dtype.kind == "f" and not np.array_equal(computed, out, equal_nan=True):
        call.tracer.elementwise_of(call.function.__name__, call.place, computed, ids)
        ids = [call.tracer.identity.of_array(computed, call.place)]
        return call.tracer.elementwise_of("astype", call.place, out, ids)
    return call.tracer.elementwise_of(call.function.__name__, call.place, call.result, ids)


def _where(call: Call, operands: list[Any], out: Any, where: Any) -> Any:
    """Only the elements of `out` at which `where` is true are computed."""
    mask = np.broadcast_to(where, out.shape)
    ids = [np.broadcast_to(call.ids_of(operand), out.shape)[mask] for operand in operands]
    computed = call.tracer.elementwise_of(call.function.__name__, call.place, out[mask], ids)
    call.tracer.identity.of_array(out, call.place)[mask] = call.tracer.identity.of_array(computed, call.place)
    return call.result


def of_ufunc_method(call: Call) -> Any:
    """np.add.reduce(x), np.subtract.outer(x, y), np.add.at(x, index, y)."""
    ufunc: Any = getattr(call.function, "__self__", None)
    name = ufunc.__name__
    if call.name == "outer":
        left, right = (call.ids_of(operand) for operand in call.args[:2])
        left = left.reshape(left.shape + (1,) * right.ndim)
        return call.tracer.elementwise_of(name, call.place, call.result, [left, right])
    if call.name == "reduce" and not {"initial", "where"} & call.kwargs.keys():
        groups = grouped(call.ids_of(call.args[0]), call.argument(1, "axis", 0))
        return call.tracer.reduction(_REDUCED.get(name, f"{name}.reduce"), call.place, call.result, groups)
    if call.name == "at" and ufunc.nin == 2:
        _at(call, name)
        return call.result
    if call.name == "at":
        return _unary_at(call, name)
    return call.opaque()


def _at(call: Call, name: str) -> None:
    """`np.add.at(x, index, y)`: an element that the index names more than once is changed more than once, in turn."""
    array, index, operand = call.args
    ids = call.tracer.identity.of_array(array, call.place)
    positions = np.arange(array.size).reshape(array.shape)[_plain_index(index)]
    changed = np.broadcast_to(call.ids_of(operand), positions.shape).reshape(-1)
    flat = ids.flatten()
    function: Any = call.function.__self__  # type: ignore[attr-defined]
    left = positions.reshape(-1)
    while left.size:
        once, first = np.unique(left, return_index=True)
        terms = [flat[once], changed[first]]
        value = call.tracer.builder.value_of
        result = np.asarray(function(value(terms[0]), value(terms[1])))
        call.tracer.elementwise_of(name, call.place, result, terms)
        flat[once] = call.tracer.identity.of_array(result, call.place)
        rest = np.delete(np.arange(left.size), first)
        left, changed = left[rest], changed[rest]
    ids[...] = flat.reshape(ids.shape)


def _unary_at(call: Call, name: str) -> Any:
    array, index = call.args
    ids = call.tracer.identity.of_array(array, call.place)
    made = call.tracer.elementwise_of(name, call.place, array[index], [ids[index]])
    ids[index] = call.ids_of(made)
    return call.result


def _plain_index(index: Any) -> Any:
    return np.asarray(index) if isinstance(index, list) else index


@by_name("clip")
def _clip(call: Call) -> Any:
    array, low, high = call.operands(1)[0], call.argument(1, "a_min"), call.argument(2, "a_max")
    low, high = call.kwargs.get("min", low), call.kwargs.get("max", high)
    if low is None or high is None:
        name, limit = ("minimum", high) if low is None else ("maximum", low)
        return call.tracer.elementwise(name, call.place, call.result, [array, limit])
    return call.tracer.elementwise("clip", call.place, call.result, [array, low, high])


@by_name("where")
def _where_function(call: Call) -> Any:
    if len(call.args) != 3:
        return call.opaque()
    return call.tracer.elementwise("where", call.place, call.result, call.args)


@by_name("round", "around", "round_", "fix", "sinc", "i0", "nan_to_num")
def _of_each(call: Call) -> Any:
    """A function of each element that is no ufunc."""
    name = "round" if call.name in ("around", "round_") else call.name
    return call.tracer.elementwise(name, call.place, call.result, call.operands(1))
