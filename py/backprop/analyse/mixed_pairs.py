"""Inputs that meet other targets in each pass through the data: one of the two is shuffled without the other.

for epoch in range(100):
    np.random.shuffle(X)         # y keeps its order
    for x, t in zip(X, y): …
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from backprop.analyse.findings import Finding
from backprop.analyse.judging.types import Point
from backprop.model.recording import Recording
from backprop.texts import four_digits
from backprop.topology import Ref, inputs_of, targets_of

_LEAST_PASSES = 4  # through the data; in fewer, two sets of targets that take turns look like it
_LEAST_SAMPLES = 3
_MOST_PASSES = 8
_MOST_ITERATIONS = 400
_MOST_NUMBERS = 1000  # of inputs and targets in one iteration

Numbers = tuple[float, ...]
Pass = dict[Numbers, Numbers]
"""The target of each input."""


def mixed_pairs(recording: Recording) -> Finding | None:
    """The finding on it: the program shuffles something while it learns, and from one pass through the data to the next the
    inputs are the same, each once, and so are the targets, but which belong together goes on changing.

    So samples that are equal, noise, labels that are drawn anew, and tables that repeat an input say nothing.
    """
    judgement = recording.judgement
    if judgement is None or judgement.shuffled_line is None:
        return None
    passes = [*islice(_passes(recording), _MOST_PASSES)]
    if len(passes) < _LEAST_PASSES:
        return None
    repeats = (
        all(one == other for one, other in zip(passes, passes[period:]))
        for period in range(1, len(passes) // 2 + 1)
    )
    if any(repeats):
        return None
    first, second = passes[:2]
    x = next((x for x in first if first[x] != second[x]), None)
    if x is None:
        return None
    facts = {"x": _said(x), "t": _said(first[x]), "other": _said(second[x])}
    return Point("mixed-pairs", "mistake", len(judgement.layers), judgement.shuffled_line, facts).finding()


def _said(numbers: Numbers) -> str:
    return ", ".join(map(four_digits, numbers[:4])) + (", …" if len(numbers) > 4 else "")


def _passes(recording: Recording) -> Iterator[Pass]:
    """The passes through the data, as long as all have the same inputs, each once, and the same targets, at least of two
    kinds; a pass that repeats the one before ends them, if that was the first."""
    first: Pass = {}
    here: Pass = {}
    for x, t in _pairs(recording):
        if x in here:
            if not _is_alike(here, first or here):
                return
            yield here
            first, here = first or here, {}
        here[x] = t


def _is_alike(here: Pass, first: Pass) -> bool:
    """True if a pass has the inputs and the targets of the first one."""
    is_known = len(first) >= _LEAST_SAMPLES and len({*first.values()}) > 1
    return is_known and here.keys() == first.keys() and Counter(here.values()) == Counter(first.values())


def _pairs(recording: Recording) -> Iterator[tuple[Numbers, Numbers]]:
    """The inputs and targets of the samples in the order in which they passed, from the first iteration on; up to one that
    is not kept, or of which they are not known."""
    inputs, targets = inputs_of(recording.topology), targets_of(recording.topology)
    for number, iteration in enumerate(recording.kept[:_MOST_ITERATIONS]):
        if number != iteration:
            return
        state, passes = recording.open(iteration)
        for _, values in passes:
            state |= values
            rows = dict.fromkeys(row for ref, row in values if ref == targets[0])
            if len(rows) * (len(inputs) + len(targets)) > _MOST_NUMBERS:
                return
            for row in rows:
                x, t = (_numbers(state, refs, row) for refs in (inputs, targets))
                if x is None or t is None:
                    return
                yield x, t


def _numbers(state: dict[tuple[Ref, int | None], float], refs: list[Ref], row: int | None) -> Numbers | None:
    """The numbers of a sample; None if one is not known."""
    found = [state.get((ref, row), state.get((ref, None))) for ref in refs]
    return None if None in found else tuple(one for one in found if one is not None)
