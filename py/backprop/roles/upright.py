"""Nets that a program computes with the other sign, the right way up.

    a = 1 / (1 + np.exp(-X @ W - b))  # -X is multiplied: what the program sums up is the negative of net
    a = 1 / (1 + np.exp(-W @ x))      # so it is where the weights are negated

The recording shows net = X @ W + b, with the program's number times -1.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from backprop.roles.delta import Delta
from backprop.roles.find import Roles, renumbered
from backprop.roles.net import Net


def upright(roles: Roles) -> Roles:
    """The roles with nets of negated inputs or weights written as sums over these themselves; `net.sign` is -1 there."""
    turned = {net.id: made for net in roles.network.nets if (made := _turned(roles, net)) is not None}
    if not turned:
        return roles
    nets = [turned.get(net.id, net) for net in roles.network.nets]
    network = replace(roles.network, nets=nets, of={(net.neuron, net.sample): net for net in reversed(nets)})
    deltas = replace(
        roles.deltas,
        of={
            id: _with_net(delta, turned[id]) if id in turned else delta
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


def _with_net(delta: Delta, net: Net) -> Delta:
    """The delta of a net the right way up: where its inputs have the other sign now, so has its scale."""
    turns = not np.array_equal(net.inputs, delta.net.inputs)
    return replace(delta, net=net, scale=-delta.scale if turns else delta.scale)


def _turned(roles: Roles, net: Net) -> Net | None:
    """A net in which the negative of every input or of every weight stands, as the sum over those; None for other nets."""
    if net.sign < 0:
        return None
    tape, mirrored = roles.tape, roles.weights.mirrored
    biases = [(id, -sign) for id, sign in net.biases]
    if all(id in mirrored for id in net.weights.tolist()):
        weights = np.array([mirrored[id] for id in net.weights.tolist()])
        return replace(net, weights=weights, biases=biases, sign=-1)
    if any(tape.event(id).operation != "negative" for id in net.inputs.tolist()):
        return None
    inputs = np.array([tape.operands(id)[0] for id in net.inputs.tolist()])
    return replace(net, inputs=inputs, biases=biases, sign=-1)
