"""A target that is one of the inputs of the same sample: the network is shown what it is to find.

row = [0, 1, 1]        # two inputs and the label
x, t = row, row[-1]    # wanted: row[:-1]
"""

from __future__ import annotations

from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.other_passes import has_other_passes
from backprop.analyse.judging.types import Point


def shown_target(evidence: Evidence) -> list[Point]:
    """The remark on it; none if it is not so in each pass, or if all inputs are targets, as of an autoencoder: also of one
    whose second layer has the weights of the first, `h @ W.T`."""
    last, roles = evidence.layers[-1], evidence.roles
    inputs, targets = roles.inputs, roles.outputs.target
    seen: set[tuple[int, int]] = set()
    for row in last.nets:
        for node, nets in zip(last.nodes, row):
            sample, target = nets[0].sample, next((targets[net.id] for net in nets if net.id in targets), -1)
            if target not in inputs.get(sample, {}):
                return []
            seen.add((node, inputs[sample][target]))
    if (
        len(seen) != len(last.nodes)
        or len(seen) >= len(roles.topology.layers[0])
        or has_other_passes(evidence)
    ):
        return []
    node, number = min(seen)
    read = next(net for net in roles.network.nets if net.layer == 1)
    facts = {"node": node, "input": number}
    return [Point("target-is-input", "remark", last.number, evidence.line(read.id), facts)]
