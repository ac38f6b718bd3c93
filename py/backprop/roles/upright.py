"""Nets that a program computes with the other sign, the right way up.

    a = 1 / (1 + np.exp(-X @ W))      # -X is multiplied: what the program sums up is the negative of net

The recording shows net = X @ W, with the program's number times -1.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from backprop.roles.find import Roles, renumbered
from backprop.roles.network import Net


def upright(roles: Roles) -> Roles:
    """The roles with nets of negated inputs written as sums over the inputs themselves; `net.sign` is -1 there."""
    turned = {net.id: made for net in roles.network.nets if (made := _turned(roles, net)) is not None}
    if not turned:
        return roles
    nets = [turned.get(net.id, net) for net in roles.network.nets]
    network = replace(roles.network, nets=nets, of={(net.neuron, net.sample): net for net in reversed(nets)})
    deltas = replace(
        roles.deltas,
        of={
            id: replace(delta, net=turned[id], scale=-delta.scale) if id in turned else delta
            for id, delta in roles.deltas.of.items()
        },
    )
    activation = dict(roles.outputs.activation)
    for net in roles.network.nets:
        if net.id in turned:
            for before, after in zip(net.inputs.tolist(), turned[net.id].inputs.tolist()):
                below = int(roles.network.source[after])
                if activation.get(below) == before:
                    activation[below] = after
    outputs = replace(roles.outputs, activation=activation)
    return renumbered(replace(roles, network=network, deltas=deltas, outputs=outputs), roles.ones == "bias")


def _turned(roles: Roles, net: Net) -> Net | None:
    """A net whose every input is another number's negative, as the sum over those; None for other nets."""
    tape = roles.tape
    if net.biases or any(tape.event(id).operation != "negative" for id in net.inputs.tolist()):
        return None
    return replace(net, inputs=np.array([tape.operands(id)[0] for id in net.inputs.tolist()]), sign=-1)
