"""Passes of the same weights at another place of the program, whose inputs are in the changes of the weights, too.

u, v = tanh(A @ W), tanh(B @ W)             # a pair of inputs, as in a siamese network
W -= rate * (A.T @ du - B.T @ dv)

The network that was found is the one of the first place; so the second half of the change is not explained by it. The
same holds for weights that a sample meets twice, as in an autoencoder with tied weights: `h = f(X @ W)`, `y = f(h @ W.T)`.
A pass that only makes a target, `r + 0.9 * value(s2)`, is none: its inputs are in no change.
"""

from __future__ import annotations

from itertools import pairwise

from backprop.analyse.judging.evidence import Evidence
from backprop.roles.inputs_again import multiplies_differences, multiplies_inputs_again
from backprop.trace.tape import Kind

_MOST_ANCESTORS = 60  # of an output


def has_other_passes(evidence: Evidence) -> bool:
    """True if a change of weights depends on such a pass. The same inputs multiplied again are no other pass."""
    roles, graph = evidence.roles, evidence.roles.graph
    forward = set(roles.weights.place.values())
    behind = _behind_outputs(evidence)
    others: dict[int, int] = {}  # a weight of each such product, by its event
    for number, event in enumerate(graph.events):
        if event.kind is not Kind.PRODUCT or event.where in forward:
            continue
        for one, other in (event.operands, event.operands[::-1]):
            learned = one[roles.weights.root[one] >= 0]
            if not learned.size or not evidence.values[other].any():
                continue  # of nothing but zeros no change is made
            is_given = not evidence.varies[other].any()
            if not evidence.is_input[other].all() if is_given else number in behind:
                others[number] = int(learned[0])
    if not others:
        return False
    for update, before in _updates(evidence):
        needed = graph.ancestors(update, max(min(others), before))
        for number in needed & others.keys():
            again = multiplies_inputs_again(graph, others[number], number, needed)
            if again or multiplies_differences(graph, others[number], number, needed):
                return True
    return False


def _updates(evidence: Evidence) -> set[tuple[int, int]]:
    """The event of each update of weights, and that of the one before it, 0 for the first: what lies further back belongs to
    another change."""
    found: set[tuple[int, int]] = set()
    for made in evidence.roles.weights.updates.values():
        events = [0, *sorted({update.event for update in made})]
        found.update((update, before) for before, update in pairwise(events))
    return found


def _behind_outputs(evidence: Evidence) -> set[int]:
    """The events that the outputs are computed from, element by element: from products of weights that are no nets, if the
    last nets lie further back."""
    outputs = evidence.outputs[0][:1].ravel().tolist() if evidence.passes else []
    owner = evidence.tape.owner
    return {
        int(owner[one])
        for id in outputs
        if id >= 0
        for one in evidence.ancestors(id, _MOST_ANCESTORS, elementwise=True)
    }
