"""What a recording shows that is no mistake of the program, or that keeps a mistake from being seen.

To add one, add an entry: `finds` is handed the recording and its moments, and returns where it
shows and what its words need, or None.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from backprop.analyse.evidence import Moment, numbers_that
from backprop.analyse.findings import Words
from backprop.lessons.lens import COMPUTED, lens_of
from backprop.model.recording import Recording
from backprop.model.topology import Ref

_LARGEST_NET = 709.0  # e^710 is beyond the largest double
_STUCK_SLOPE, _FAR_OFF = 1e-3, 0.5


@dataclass(frozen=True)
class Sight:
    """Where an observation shows, and what its words name beside `what`, `node` and `line`."""

    facts: dict[str, Any]
    moment: Moment | None = None
    line: int | None = None
    rows: Any = None  # of the moment's rows, those that show it


@dataclass(frozen=True)
class Observation:
    id: str
    finds: Callable[[Recording, list[Moment]], Sight | None]
    en: Words
    zh: Words


def _nothing(recording: Recording, seen: list[Moment]) -> Sight | None:
    return Sight({}) if not _sets(recording) & COMPUTED and recording.end == "done" else None


def _no_deltas(recording: Recording, seen: list[Moment]) -> Sight | None:
    sets = _sets(recording)
    return Sight({}) if "a" in sets and "delta" not in sets and "w" in sets else None


def _no_backward(recording: Recording, seen: list[Moment]) -> Sight | None:
    """Not in a lesson that is about the forward pass alone: its lens knows neither a slope nor a delta."""
    sets = _sets(recording)
    watched = {watch.quantity for watch in lens_of(recording.lesson).watches.values()}
    if not watched & {"slope", "delta"}:
        return None
    return (
        Sight({})
        if sets & {"a", "net"} and not sets & {"slope", "delta", "w", "b"} and recording.end == "done"
        else None
    )


def _no_update(recording: Recording, seen: list[Moment]) -> Sight | None:
    sets = _sets(recording)
    cut_short = recording.end != "done" and recording.iterations < 2
    return Sight({}) if "delta" in sets and not sets & {"w", "b"} and not cut_short else None


def _cut_short(recording: Recording, seen: list[Moment]) -> Sight | None:
    if recording.end == "done" or not recording.iterations:
        return None
    return Sight({"count": recording.iterations}, line=recording.error.line if recording.error else None)


def _overflow(recording: Recording, seen: list[Moment]) -> Sight | None:
    if recording.error and recording.error.type == "OverflowError":
        return Sight({}, line=recording.error.line)
    for moment, number in numbers_that(seen, _is_beyond)[:1]:
        first = moment.of(number)
        return Sight({}, first, rows=_is_beyond(first))
    return None


def _is_beyond(moment: Moment) -> Any:
    """Where a number is none, or is made from a net that e^x cannot take."""
    beyond = ~np.isfinite(moment.code)
    if moment.quantity == "a" and moment.activation in ("sigmoid", "tanh"):
        beyond = beyond | (np.abs(moment.net) > _LARGEST_NET)
    return beyond


def _saturation(recording: Recording, seen: list[Moment]) -> Sight | None:
    """An output that is far off its target, on the flat of its activation, for as long as was looked."""
    for moment, number in numbers_that(seen, _is_stuck)[:1]:
        return Sight({}, moment.of(number))
    return None


def _is_stuck(moment: Moment) -> Any:
    node = moment.node
    is_output = moment.quantity == "delta" and node in moment.topology.outputs
    if not is_output or moment.activation not in ("sigmoid", "tanh"):
        return False
    y, t = moment.read(("a", node)), moment.read(("t", node))
    stuck = (moment.slope(y) < _STUCK_SLOPE) & (np.abs(t - y) > _FAR_OFF)
    return stuck.all(axis=-1, keepdims=True)


def _twins(recording: Recording, seen: list[Moment]) -> Sight | None:
    """Two nodes of a hidden layer with the same weights, into them and out of them, first and last."""
    states = [_state(recording, block, row) for block, row in ((0, 0), (-1, -1)) if recording.blocks]
    for layer in recording.topology.layers[1:-1]:
        for one, other in combinations(layer, 2):
            pairs = _weights_of_both(recording, one, other)
            if states and all(state.get(a) == state.get(b) is not None for state in states for a, b in pairs):
                return Sight({"node": one, "other": other})
    return None


def _weights_of_both(recording: Recording, one: int, other: int) -> list[tuple[Ref, Ref]]:
    topology = recording.topology
    pairs: list[tuple[Ref, Ref]] = [
        (("w", (one, i)), ("w", (other, i))) for i in topology.incoming(one) if i in topology.incoming(other)
    ]
    pairs += [(("w", (k, one)), ("w", (k, other))) for k in topology.downstream(one)]
    return pairs + ([(("b", one), ("b", other))] if one in topology.biases else [])


def _state(recording: Recording, block: int, row: int) -> dict[Ref, float]:
    found = recording.blocks[block]
    return {ref: float(value) for (ref, _), value in zip(recording.layouts[found.layout], found.rows[row])}


def _sets(recording: Recording) -> set[str]:
    """The kinds of quantity that the run sets, beyond its inputs."""
    inputs = recording.topology.inputs
    steps = [batch.step for part in recording.segments for batch in part.batches]
    return {step.sets[0] for step in steps if step.sets[1] not in inputs}


OBSERVATIONS = (
    Observation(
        "nothing-recorded",
        _nothing,
        Words(
            "The program ran, but none of its numbers could be taken for a net, an output or a delta.",
            "The picture follows names: which names did the lesson's program use?",
            "Keep the lesson's names for the quantities (the original can be brought back with Reset), and run again.",
        ),
        Words(
            "程序运行了，但没有哪个数能认作 net、输出或 delta。",
            "图是跟着名字走的：这一课原来的程序用的是哪些名字？",
            "各个量请沿用这一课的名字（可以用“复原”取回原来的程序），再运行一次。",
        ),
    ),
    Observation(
        "no-backward",
        _no_backward,
        Words(
            "This program only goes forward: its nets and outputs were checked. There are no deltas and no "
            "updates to check.",
            "What would each output node have to be told, so that it could do better next time?",
            "The backward pass is still to be written: deltas at the output (4.1), then in the hidden layer (4.3), "
            "then the updates (4.5, 4.8).",
        ),
        Words(
            "这个程序只有前向：net 和输出都检查过了；没有 delta 和更新，那一半无从检查。",
            "要让网络下次做得更好，得告诉每个输出节点什么？",
            "反向部分还没有写：先算输出层的 delta（式 4.1），再算隐藏层的（式 4.3），最后更新（式 4.5、4.8）。",
        ),
    ),
    Observation(
        "no-deltas",
        _no_deltas,
        Words(
            "The weights move, but no delta was seen: the forward pass was checked, the backward pass and the "
            "updates could not be.",
            "Does the program work out deltas? If it does, under which name does it keep them?",
            "A walk that only compares errors needs none. Deltas belong into the variables the lesson uses for them; "
            "then every step can be checked.",
        ),
        Words(
            "权重在变，却没有看到 delta：前向检查过了，反向和更新没法检查。",
            "程序算 delta 吗？算的话，存在哪个名字里？",
            "只靠比较误差来走，用不着 delta。要是算了 delta，就存进这一课所用的变量里，每一步就都能检查了。",
        ),
    ),
    Observation(
        "no-update",
        _no_update,
        Words(
            "Deltas are computed, but no weight ever moves: the updates could not be checked.",
            "What are the deltas for?",
            "Add the update: w ← w + ηδx (4.5) and b ← b + ηδ (4.8).",
        ),
        Words(
            "delta 算出来了，权重却从来不动：更新那一步无从检查。",
            "算出 delta 是为了什么？",
            "加上更新：w ← w + ηδx（式 4.5），b ← b + ηδ（式 4.8）。",
        ),
    ),
    Observation(
        "cut-short",
        _cut_short,
        Words(
            "The run did not come to its end: what is said here is about the first {count} iterations.",
            "Why did it end? The message under the program says so, on its line.",
            "Everything recorded up to then was checked. What would have come after cannot be told.",
        ),
        Words(
            "程序没有运行完：这里说的只是前 {count} 次迭代。",
            "为什么停了？程序下面的提示说明了原因和所在的行。",
            "在那之前记下来的都检查过了；后面会怎样，就说不了了。",
        ),
    ),
    Observation(
        "overflow",
        _overflow,
        Words(
            "A number has grown beyond what a computer can hold; what follows from it cannot be checked.",
            "Look at the sizes of the weights and of net just before, and at the learning rate.",
            "e^x is too large for any double from x = 710 on. Start with smaller weights, or take smaller steps; "
            "a sign the wrong way round makes weights grow, too.",
        ),
        Words(
            "有个数大到计算机装不下了；由它算出来的都没法检查。",
            "看看这之前权重和 net 有多大，再看看学习率。",
            "x 到 710，e^x 就超出了双精度数的范围。初始权重取小一些，或者步子小一些；符号写反了，权重也会越长越大。",
        ),
    ),
    Observation(
        "saturation",
        _saturation,
        Words(
            "Node {node} is far from its target and hardly learns: its output lies where the sigmoid is flat, "
            "so its delta vanishes.",
            "How large is its net, and how steep is the sigmoid there?",
            "With net far from 0, y(1 − y) is nearly 0 and so is delta (4.1). Start with smaller weights, so that "
            "the nets are small.",
        ),
        Words(
            "节点 {node} 离目标很远，却几乎学不动：它的输出在 sigmoid 的平坦处，delta 接近 0。",
            "它的 net 有多大？sigmoid 在那里有多陡？",
            "net 离 0 很远时，y(1 − y) 几乎是 0，delta 也就几乎是 0（式 4.1）。初始权重取小一些，net 就不会太大。",
        ),
    ),
    Observation(
        "twins",
        _twins,
        Words(
            "Nodes {node} and {other} have the same weights from beginning to end: they compute the same thing twice.",
            "What would have to be different between two nodes for their deltas to differ?",
            "Equal weights give equal outputs, equal deltas and equal updates (4.3, 4.5), so they stay equal. "
            "Start with random weights.",
        ),
        Words(
            "节点 {node} 和 {other} 的权重从头到尾都一样：同样的东西算了两遍。",
            "两个节点之间要有什么不同，它们的 delta 才会不同？",
            "权重相同，输出就相同，delta 和更新也相同（式 4.3、4.5），于是永远相同。初始权重要取随机数。",
        ),
    ),
)
