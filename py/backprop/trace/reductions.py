"""Sums, means, largest elements …: results of which each is made of a group of elements."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from backprop.trace.call import Call, by_name
from backprop.trace.tape import Ids

_NAMES = {"amax": "max", "amin": "min", "nansum": "sum", "nanmean": "mean", "nanmax": "max", "nanmin": "min"}


def grouped(ids: Ids, axis: Any) -> Ids:
    """The ids as rows (results, elements of a result) of a reduction over an axis, over several, or over all (None)."""
    if axis is None:
        return ids.reshape(1, -1)
    axes = [int(one) % ids.ndim for one in np.atleast_1d(axis)]
    kept = [one for one in range(ids.ndim) if one not in axes]
    return ids.transpose(kept + axes).reshape(math.prod(ids.shape[one] for one in kept), -1)


@by_name("sum", "mean", "max", "min", "prod", "amax", "amin", "nansum", "nanmean", "nanmax", "nanmin")
@by_name("std", "var", "any", "all", "argmax", "argmin", "median", "ptp", "count_nonzero")
def _reduction(call: Call) -> Any:
    unlike = {"initial", "where", "ddof", "correction"} & {
        key for key, v in call.kwargs.items() if v is not None
    }
    if unlike or (call.name in ("std", "var") and len(call.args) > 4):
        return call.opaque()
    ids = call.ids_of(call.operands(1)[0])
    if not ids.ndim:
        return call.tracer.moved(call.place, call.result, ids.reshape(np.shape(call.result)))
    groups = grouped(ids, call.argument(1, "axis"))
    return call.tracer.reduction(_NAMES.get(call.name, call.name), call.place, call.result, groups)


@by_name("average")
def _average(call: Call) -> Any:
    if call.argument(2, "weights") is not None or call.argument(3, "returned"):
        return call.opaque()
    groups = grouped(call.ids_of(call.operands(1)[0]), call.argument(1, "axis"))
    return call.tracer.reduction("mean", call.place, call.result, groups)


@by_name("norm")
def _norm(call: Call) -> Any:
    """The Euclidean length; of a matrix the square root of the sum of all squares."""
    order, axis = call.argument(1, "ord"), call.argument(2, "axis")
    vectors = np.ndim(call.args[0]) == 1 or (axis is not None and np.ndim(axis) == 0)
    if order not in (None, "fro") and not (vectors and order == 2):
        return call.opaque()
    return call.tracer.reduction("norm", call.place, call.result, grouped(call.ids_of(call.args[0]), axis))


@by_name("trace")
def _trace(call: Call) -> Any:
    ids = call.ids_of(call.args[0])
    if len(call.args) > 1 or call.kwargs or ids.ndim != 2:
        return call.opaque()
    return call.tracer.reduction("sum", call.place, call.result, np.diagonal(ids).reshape(1, -1))
