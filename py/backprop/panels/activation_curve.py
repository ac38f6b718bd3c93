"""The figure of one neuron: its activation as a curve, and every way to its slope, for each iteration's net.

All numbers are dimensionless.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from backprop.equations.instances import instance
from backprop.model.recording import Recording
from backprop.network import ACTIVATIONS

_CURVES = ("sigmoid", "tanh", "relu")
_LEAST, _MOST = 6.0, 40.0  # how far the curves reach on either side of a net of 0
_COUNT = 121  # points of a curve
_MOST_POINTS = 400
_H = 1e-5  # half the width of the central difference


def neuron(recording: Recording) -> dict[str, Any] | None:
    """The curves, and a point on them for each iteration; None where the network is more than one neuron.

    `activation` is the program's own; `points` is keyed by iteration.
    """
    if len(recording.topology.nodes) != 2 or not recording.blocks:
        return None
    nets = {k: net for k in recording.kept[:_MOST_POINTS] if math.isfinite(net := _net(recording, k))}
    reach = min(max(_LEAST, *(1.1 * abs(net) for net in nets.values())), _MOST) if nets else _LEAST
    grid = np.linspace(-reach, reach, _COUNT)
    activation = recording.rule.activation_of(recording.topology.outputs[0], recording.topology)
    names = [*dict.fromkeys([activation, *_CURVES])]
    return {
        "activation": activation,
        "net": grid.round(4).tolist(),
        "curves": {name: ACTIVATIONS[name].value(grid).round(5).tolist() for name in names},
        "points": {k: _point(net, names) for k, net in nets.items()},
    }


def _net(recording: Recording, iteration: int) -> float:
    """The neuron's net as the iteration left it; worked out (4.11) where the program does not keep it."""
    state = recording.state_after(iteration)
    ref = ("net", recording.topology.outputs[0])
    written = instance(ref, recording.topology)
    try:
        if written and (ref, None) not in state:
            return float(written.evaluate(lambda ref: state[ref, None]))
        return state[ref, None]
    except KeyError:
        return math.nan


def _point(net: float, names: list[str]) -> dict[str, Any]:
    """The neuron's point on the curve: each activation's value and slope, and the slope of its own, the first, by three
    formulas."""
    kinds = {name: ACTIVATIONS[name] for name in names}
    value = kinds[names[0]].value
    y = float(value(net))
    return {
        "net": net,
        "on": {name: [float(f.value(net)), float(f.slope(f.value(net)))] for name, f in kinds.items()},
        "measured": float((value(net + _H) - value(net - _H)) / (2 * _H)),
        "of_output": y * (1 - y),  # 1.4
        "of_net": net * (1 - net),  # the mistake: 1.4 of the wrong number
    }
