"""Passes of the same weights at another place of the program, whose inputs are in the changes of the weights, too.

u, v = tanh(A @ W), tanh(B @ W)             # a pair of inputs, as in a siamese network
W -= rate * (A.T @ du - B.T @ dv)

The network that was found is the one of the first place; so the second half of the change is not explained by it.
"""

from __future__ import annotations

import numpy as np

from backprop.analyse.judging.evidence import Evidence
from backprop.trace.tape import Kind


def has_other_passes(evidence: Evidence) -> bool:
    """True if a change of weights depends on such a pass. The same inputs multiplied again are no other pass."""
    roles, graph = evidence.roles, evidence.roles.graph
    forward = set(roles.weights.place.values())
    known = np.zeros(graph.size, bool)
    for net in roles.network.nets:
        known[net.inputs] = True
    others = []
    for number, event in enumerate(graph.events):
        if event.kind is not Kind.PRODUCT or event.where in forward:
            continue
        for one, other in (event.operands, event.operands[::-1]):
            if roles.weights.is_weight[one].any() and not evidence.varies[other].any():
                others += [number] if not known[other].all() else []
    if not others:
        return False
    updates = {update.event for made in roles.weights.updates.values() for update in made}
    return any(not graph.ancestors(update, min(others)).isdisjoint(others) for update in updates)
