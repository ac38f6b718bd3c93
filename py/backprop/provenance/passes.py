"""The passes of a traced iteration: which numbers on its tape belong to which sample."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from backprop.provenance.iteration import TracedIteration
from backprop.topology import Place, Ref

_PARAMETERS = ("w", "b")


@dataclass
class Pass:
    """The pass of one sample through the network: the ids of its quantities, their recorded numbers, and its targets
    (NaN: not known).

    `sample` is None if it is not known; `outputs` are the ids of the outputs, in the order of the nodes.
    """

    sample: int | None
    ids: dict[Ref, int] = field(default_factory=dict)
    values: dict[Ref, float] = field(default_factory=dict)
    targets: list[float] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)


def passes_of(traced: TracedIteration) -> list[Pass]:
    """The passes of which all outputs are known on the tape, in their order."""
    recording, found = traced.recording, []
    block, _ = recording.find(traced.iteration)
    state, segments = recording.open(traced.iteration)
    first, steps = 0, recording.steps(traced.iteration)
    for pattern, (_, values) in zip(block.segments, segments):
        count = len(recording.segments[pattern].steps)
        rows: dict[int | None, Pass] = {}
        for offset, step in enumerate(recording.segments[pattern].steps):
            if step.sets[0] in _PARAMETERS:
                continue
            here = rows.setdefault(step.sample, Pass(steps[first + offset].sample))
            here.values |= steps[first + offset].sets
            if first + offset in traced.steps:
                here.ids[step.sets] = traced.steps[first + offset]
        for row, one in rows.items():
            _complete(traced, one, row, state | values)
        found += [one for one in rows.values() if one.outputs]
        first += count
        state |= {place: value for place, value in values.items() if place[1] is None}
    return found


def _complete(traced: TracedIteration, one: Pass, row: int | None, known: dict[Place, float]) -> None:
    """Add targets and outputs to a pass; an output that is just its net is that."""
    nodes = traced.recording.topology.outputs
    outputs = [one.ids.get(("a", node), one.ids.get(("net", node))) for node in nodes]
    if all(id is not None for id in outputs):
        one.outputs = [id for id in outputs if id is not None]
    for node in nodes:
        ref: Ref = ("t", node)
        one.targets.append(known.get((ref, row), known.get((ref, None), np.nan)))


def versions_of(traced: TracedIteration) -> dict[Ref, list[int]]:
    """The ids of each weight and bias, in the order in which they were made or first used."""
    found: dict[Ref, set[int]] = defaultdict(set)
    for ref, some in traced.by_ref.items():
        if ref[0] in _PARAMETERS:
            found[ref] |= {one.id for one in some}
    return {ref: sorted(ids) for ref, ids in found.items()}


def version_in(ref: Ref, versions: list[int], one: Pass) -> int | None:
    """The version of a weight that a pass used: the last one that was there before the net that it is a part of."""
    node = ref[1][0] if isinstance(ref[1], tuple) else ref[1]
    net = one.ids.get(("net", node), max(one.outputs))
    before = [id for id in versions if id < net]
    return before[-1] if before else None
