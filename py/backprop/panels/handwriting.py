"""A digit that the reader draws, as one more sample of the network that is shown.

Its pixels are those of `bitmap.pixels_of`, scaled as the program scales its own. Its numbers are computed by the equations,
by the rule that the program follows, from the weights that stand at the place shown; so they say nothing about the program's
own lines. With the digit that it should be, its deltas and one update follow, for this sample alone.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from backprop.analyse.check import checks_of
from backprop.bitmap import DARKEST, PIXELS, DrawingError, cells_of, pixels_of
from backprop.equations.instances import instance
from backprop.equations.rule import Rule
from backprop.equations.types import Instance
from backprop.lessons.lens import data_files
from backprop.model.patterns import SegmentPattern, StepPattern
from backprop.model.recording import Recording, to_json
from backprop.texts import sentence
from backprop.topology import Ref, Topology, ref_name, ref_of

_SHOWN = ("a", "net", "slope", "delta", "w", "b")
_PHASES = ("forward", "backward", "update")
_COMPARED = 20  # samples: enough to tell how the program scales its pixels
# A rule's fields that belong to one step, or need the update before.
_LEFT_OUT = ("samples", "passes", "momentum")


class _Group(NamedTuple):
    """The steps that set one quantity of one layer (0: the inputs), as the program makes them."""

    quantity: str
    layer: int
    line: int
    phase: str
    equation: str | None

    def refs(self, topology: Topology) -> Iterator[Ref]:
        """The quantities, in the order of their nodes."""
        for node in topology.layers[self.layer]:
            if self.quantity == "w":
                yield from (("w", (node, source)) for source in topology.incoming(node))
            elif self.quantity != "b" or node in topology.biases:
                yield self.quantity, node


# --- at the end of a run: what is needed of it ---


def handwriting(recording: Recording) -> dict[str, Any] | None:
    """The facts about a run that `read` needs: `sizes`, `biases`, `rule`, `groups` of steps, the `scale` of a pixel, `eta`;
    `differs`, the quantities that differ from their equations ("delta", "w", …), and `momentum`, true if the program has
    it. Or `refused`: the reason why the network cannot be given a drawing, by language. None for a run that recorded
    nothing, or ended by an error before its first whole forward pass.
    """
    iteration, topology = _example(recording), recording.topology
    if iteration is None:
        return None
    sizes = [len(layer) for layer in topology.layers]
    if sizes[0] != PIXELS**2 or not _is_plain(topology, sizes):
        return {"refused": sentence("handwriting", "inputs", count=sizes[0])}
    samples = recording.samples[:_COMPARED]
    scale = _scale(samples, recording.lesson)
    if scale is None:
        return {"refused": sentence("handwriting", "scaled")}
    if not _stand_for_digits(samples, scale, recording.lesson):
        return {"refused": sentence("handwriting", "targets")}
    checks = checks_of(recording, iteration)
    differs = sorted({check.where[0] for check in checks if not check.agrees})
    computed = {("a", node) for layer in topology.layers[1:] for node in layer}
    is_whole = computed <= {check.where for check in checks}
    if {"net", "a"} & {*differs} or (not is_whole and recording.end == "done"):
        return {"refused": sentence("handwriting", "forward")}
    if not is_whole:
        return None
    rule = {field.name: getattr(recording.rule, field.name) for field in fields(Rule)}
    return {
        "sizes": sizes,
        "biases": topology.biases,
        "rule": {name: value for name, value in rule.items() if name not in _LEFT_OUT},
        "groups": _groups(recording, iteration),
        "scale": scale,
        "eta": recording.value("eta", iteration=iteration),
        "differs": differs,
        "momentum": recording.rule.momentum != 0,
    }


def _example(recording: Recording) -> int | None:
    """The last kept iteration that changes a weight; where none does, the last; None where none is kept."""
    changes = [any(step.sets[0] in ("w", "b") for step in segment.steps) for segment in recording.segments]
    trained = [
        int(block.iterations[-1]) for block in recording.blocks if any(changes[n] for n in block.segments)
    ]
    return [*recording.kept[-1:], *trained][-1] if recording.blocks else None


def _is_plain(topology: Topology, sizes: list[int]) -> bool:
    """True if each node has a connection from every node of the layer before, and there are several outputs."""
    return sizes[-1] > 1 and {*topology.edges} == {*Topology.from_sizes(sizes).edges}


def _groups(recording: Recording, iteration: int) -> list[_Group]:
    """The groups of steps in an iteration, one for each quantity of each layer: forward, backward, then the update."""
    found: dict[tuple[str, int], _Group] = {}
    for step in recording.steps(iteration):
        for ref in step.sets:
            place = ref[0], recording.topology.layer_of(ref)
            if ref[0] in _SHOWN and place not in found:
                found[place] = _Group(*place, step.line, step.phase, step.equation)
    return sorted(found.values(), key=lambda group: _PHASES.index(group.phase))


@cache
def _scanned(lesson: str) -> Mapping[bytes, int]:
    """The lesson's own digits: which digit it is, by its pixels as bytes."""
    import gzip  # only here: the page starts without it

    (data,) = data_files(lesson).values()
    text = gzip.decompress(data).decode().strip().replace("\n", ",")
    rows = (
        np.fromstring(text, sep=",").reshape(-1, PIXELS**2 + 1).astype(np.uint8)
    )  # much faster than np.loadtxt
    return {row[:-1].tobytes(): int(row[-1]) for row in rows}


def _scale(samples: Sequence[Mapping[str, Any]], lesson: str) -> float | None:
    """The factor by which the program scales each pixel; None if its samples are not the digits times one number."""
    given = np.array([sample["x"] for sample in samples])
    if not given.size or not np.isfinite(given).all() or given.min() < 0 or given.max() == 0:
        return None
    scale = float(given.max()) / DARKEST
    rows = np.rint(given / scale)
    known = all(row.tobytes() in _scanned(lesson) for row in rows.astype(np.uint8))
    return scale if known and np.allclose(rows * scale, given) else None


def _stand_for_digits(samples: Sequence[Mapping[str, Any]], scale: float, lesson: str) -> bool:
    """True if the highest target of each sample is that of its digit: output 0 for digit 0, and so on."""
    pixels = [np.rint(np.array(sample["x"]) / scale).astype(np.uint8).tobytes() for sample in samples]
    return all(
        len(sample["t"]) and int(np.argmax(sample["t"])) == _scanned(lesson)[row]
        for sample, row in zip(samples, pixels)
    )


# --- a drawing ---


def read(given: str, state: str, bits: str, digit: int, iteration: int) -> str:
    """A drawing as one more iteration of the run, in the form of `session.stretch`; JSON.

    `given` is that of `handwriting`, `state` has the weights, biases and eta at the place shown; both JSON. `bits` are the
    drawing's 1024 cells, `digit` is what it should be (-1: not said, so there is only a forward pass), `iteration` the
    number that the page gives to it. Beside the chunk: `pixels` as the network sees them (64, from 0 to 16), `answer`
    (the node of the highest output, from 0), its `output`; with a digit the output for that before and after the update
    (`was`, `becomes`). Or `refused`: by language, what is wrong with the drawing.
    """
    try:
        pixels = pixels_of(cells_of(bits)).ravel()
    except DrawingError as error:
        return to_json({"refused": sentence("handwriting", error.id)})
    run: dict[str, Any] = json.loads(given)
    known = {ref_of(name): value for name, value in json.loads(state).items()}
    if None in known.values():  # JSON has no NaN
        return to_json({"refused": sentence("handwriting", "unknown")})
    eta: dict[Ref, float] = {} if run["eta"] is None else {("eta", None): run["eta"]}
    drawn = _Drawn(run, eta | known, pixels * run["scale"], digit)
    outputs = [drawn.numbers["a", node] for node in drawn.topology.outputs]
    answer = int(np.argmax(outputs))
    said: dict[str, Any] = {"pixels": pixels.tolist(), "answer": answer, "output": outputs[answer]}
    if digit >= 0:
        said |= {"was": outputs[digit], "becomes": drawn.outputs_afterwards()[digit]}
    return to_json(drawn.as_chunk(iteration) | said)


def _value(written: Instance, numbers: Mapping[Ref, float]) -> float:
    """The value of an equation, computed with these numbers."""
    with np.errstate(all="ignore"):
        return float(written.evaluate(lambda ref, *_: numbers[ref]))


class _Drawn:
    """A drawing on its way through the network: every step with its number."""

    def __init__(self, given: Mapping[str, Any], state: Mapping[Ref, float], x: Any, digit: int) -> None:
        self.topology = replace(Topology.from_sizes(given["sizes"]), biases=tuple(given["biases"]))
        activation = given["rule"]["activation"]
        named = activation if isinstance(activation, str) else tuple(activation)  # JSON has no tuples
        self.rule = Rule(**{**given["rule"], "activation": named})
        self.state = dict(state)
        self.x = [float(value) for value in x]
        outputs = self.topology.outputs
        self.targets = [] if digit < 0 else [float(k == digit) for k in range(len(outputs))]
        self.groups = [
            group
            for group in (_Group(*one) for one in given["groups"])
            if digit >= 0 or group.phase == "forward"
        ]
        self.numbers: dict[Ref, float] = {
            **self.state,
            **{("a", node): value for node, value in zip(self.topology.inputs, self.x)},
            **{("t", node): value for node, value in zip(outputs, self.targets)},
        }
        self.steps: list[tuple[StepPattern, Instance]] = []
        self.made: list[float] = []  # the number of each step
        for group in self.groups:
            self._make(group)

    def _make(self, group: _Group) -> None:
        """The steps of a group, each by its equation."""
        for ref in group.refs(self.topology):
            written = self._instance(ref)
            if written is None:
                continue
            number = _value(written, self.numbers)
            at = len(self.made)
            step = StepPattern(group.line, group.phase, group.equation, None, ref, None, at, written.reads)
            self.steps.append((step, written))
            self.made.append(number)
            self.numbers[ref] = number

    def _instance(self, ref: Ref) -> Instance | None:
        return instance(ref, self.topology, self.rule)

    def outputs_afterwards(self) -> list[float]:
        """The outputs for the same drawing once the weights are changed."""
        numbers = dict(self.numbers)
        for group in self.groups:
            if group.phase == "forward":
                for ref in group.refs(self.topology):
                    if written := self._instance(ref):
                        numbers[ref] = _value(written, numbers)
        return [numbers["a", node] for node in self.topology.outputs]

    def as_chunk(self, iteration: int) -> dict[str, Any]:
        """The drawing as a recording of one iteration with one segment: header, index, values in base64."""
        steps = [step for step, _ in self.steps]
        names = {number: f"{ref_name(step.sets)} drawn" for number, step in enumerate(steps)}
        targets: list[Ref] = [("t", node) for node in self.topology.outputs[: len(self.targets)]]
        also = tuple(((ref, None), len(steps) + n, 0) for n, ref in enumerate(targets))
        pattern = SegmentPattern(len(steps) + len(targets), tuple(steps), also)
        before = [*self.state]
        values = [*(self.state[ref] for ref in before), *self.made, *self.targets]
        header = {
            "patterns": [pattern.as_json((), names, {})],
            "layouts": [[ref_name(ref) for ref in before]],
            "instances": {names[n]: written.as_json() for n, (_, written) in enumerate(self.steps)},
            "samples": [{"x": self.x, "t": self.targets}],
        }
        index = np.array([iteration, 0, 1, 0, 0, 0], np.int32)
        parts = {"index": index, "values": np.array(values), "loss": np.empty(0)}
        return {
            "header": header,
            **{name: b64encode(part.tobytes()).decode() for name, part in parts.items()},
        }
