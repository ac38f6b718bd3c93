"""The playground's figures beside the network: each node's output all over the plane, and the error on both data sets.

A program of that lesson leaves its points in `train` and `test`, the names of its inputs in `inputs`, its error in
`cost`; the weights are those of its recording. All numbers are dimensionless.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop import data
from backprop.model.recording import Recording, to_json
from backprop.network import ACTIVATIONS
from backprop.topology import Ref, ref_name

SIDE = 100  # of a map: so many points each way
_MARGIN = 0.08  # around the points, of their width and height
_RANGE = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}  # the others have none of their own

Array = NDArray[np.float64]


def shown(recording: Recording) -> dict[str, Any] | None:
    """For the page: what stays the same in a run (`given`), and the maps at its end (`maps`); None where a name is
    missing or not what it should be.

    `given`: inputs, cost, activation of each layer, layers, train and test points, the `span` of x1 and x2 that
    the maps cover, and the first iteration whose error is no finite number, if there is one.
    """
    given = _given(recording)
    if given is None or not recording.blocks:
        return None
    iteration, topology = recording.kept[-1], recording.topology
    after = recording.state_after(iteration)
    refs: list[Ref] = [*(("w", edge) for edge in topology.edges), *(("b", node) for node in topology.biases)]
    state = {ref_name(ref): after.get((ref, None), math.nan) for ref in refs}
    return {"given": given, "iteration": iteration, "maps": _maps(given, state)}


def maps(given: str, state: str) -> str:
    """The maps for one position of a run, as JSON. `given` is that of `shown`, `state` has the weights ("w:4-1") and
    biases ("b:4") there; both JSON."""
    known = {
        ref: math.nan if value is None else value for ref, value in json.loads(state).items()
    }  # JSON has no NaN
    return to_json(_maps(json.loads(given), known))


def points(text: str) -> str:
    """Points given as text (see `data.from_csv`), for the page: the `literal` to put into the program, or why the text
    was `refused`: id, line and what stood there. JSON."""
    try:
        return to_json({"literal": data.as_literal(data.from_csv(text))})
    except data.CsvError as error:
        return to_json({"refused": {"id": error.id, "line": error.line, "given": error.given}})


def _given(recording: Recording) -> dict[str, Any] | None:
    found = recording.variables
    try:
        sets = {name: np.asarray(found[name], float).reshape(-1, 3) for name in ("train", "test")}
        inputs, cost = [str(name) for name in found["inputs"]], str(found["cost"])
        data.features(sets["train"][:1], inputs)
    except (KeyError, TypeError, ValueError):
        return None
    every = np.vstack([*sets.values()])
    if (
        not len(every)
        or len(inputs) != len(recording.topology.inputs)
        or len(recording.topology.outputs) != 1
    ):
        return None
    low, high = every[:, :2].min(axis=0), every[:, :2].max(axis=0)
    margin = _MARGIN * np.where(high > low, high - low, 1)
    known = recording.with_error
    lost = known[~np.isfinite(recording.loss[known])]
    return {
        "inputs": inputs,
        "cost": cost,
        "activation": [
            recording.rule.activation_of(nodes[0], recording.topology)
            for nodes in recording.topology.layers[1:]
        ],
        "layers": recording.topology.layers,
        **{name: np.round(points, 4).tolist() for name, points in sets.items()},
        "is_classes": bool(np.isin(every[:, 2], (0, 1)).all()),
        "span": np.transpose([low - margin, high + margin]).tolist(),
        "lost": int(lost[0]) if len(lost) else None,
    }


def _maps(given: Mapping[str, Any], state: Mapping[str, float]) -> dict[str, Any]:
    """Each node's output at SIDE × SIDE points, a byte each, from the top row down: 1 to 255, 128 for the middle of its
    range, 0 for NaN and infinity. `ranges`: the outputs that 1 and 255 stand for."""
    (left, right), (bottom, top) = given["span"]
    across, down = np.meshgrid(np.linspace(left, right, SIDE), np.linspace(top, bottom, SIDE))
    plane = np.column_stack([across.ravel(), down.ravel()])
    bytes_of, ranges = {}, {}
    names = [None, *given["activation"]]
    for nodes, name, outputs in zip(given["layers"], names, _outputs(given, state, plane)):
        for node, values in zip(nodes, outputs.T):
            bounds = _bounds(values, name, node in given["layers"][-1] and given["is_classes"])
            bytes_of[node], ranges[node] = _bytes(values, bounds), bounds
    told = {name: _told(given, state, np.array(given[name])) for name in ("train", "test")}
    return {"bytes": bytes_of, "ranges": ranges, **told}


def _outputs(given: Mapping[str, Any], state: Mapping[str, float], points: Array) -> list[Array]:
    """The outputs of every layer for these points, the inputs first."""
    found = [data.features(points, given["inputs"])]
    layers = given["layers"]
    with np.errstate(all="ignore"):  # weights that have run away
        for below, here, name in zip(layers, layers[1:], given["activation"]):
            weights = np.array([[state.get(f"w:{j}-{i}", 0.0) for i in below] for j in here])
            biases = np.array([state.get(f"b:{j}", 0.0) for j in here])
            found.append(ACTIVATIONS[name].value(found[-1] @ weights.T + biases))  # 3.8
    return found


def _bounds(values: Array, activation: str | None, is_answer: bool) -> tuple[float, float]:
    """The range of an activation; if it has none, the range of the values, the same to both sides of 0."""
    if is_answer:
        return 0.0, 1.0
    if activation in _RANGE:
        return _RANGE[activation]
    finite = values[np.isfinite(values)]
    most = float(np.abs(finite).max(initial=0)) or 1.0
    return -most, most


def _bytes(values: Array, bounds: tuple[float, float]) -> str:
    low, high = bounds
    with np.errstate(all="ignore"):
        scaled = np.clip((values - low) / (high - low), 0, 1) * 254 + 1
    return base64.b64encode(
        np.where(np.isnan(scaled), 0, np.round(scaled)).astype(np.uint8).tobytes()
    ).decode()


def _told(
    given: Mapping[str, Any], state: Mapping[str, float], points: Array
) -> dict[str, float | None] | None:
    """The mean error of these points, and which part of them lies on the right side; None without points.

    Of a set for regression there is no right side; what is no finite number is None.
    """
    if not len(points):
        return None
    y, t = _outputs(given, state, points)[-1][:, 0], points[:, 2]
    with np.errstate(all="ignore"):
        if given["cost"] == "cross-entropy":
            each = -np.where(t > 0, t * np.log(y), 0) - np.where(t < 1, (1 - t) * np.log(1 - y), 0)
        else:
            each = (t - y) ** 2 / 2  # 4.9
    error, right = float(each.mean()), float(((y > 0.5) == (t > 0.5)).mean())
    is_known = bool(np.isfinite(y).all())
    return {
        "error": error if math.isfinite(error) else None,
        "right": right if given["is_classes"] and is_known else None,
    }
