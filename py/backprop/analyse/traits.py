"""The properties of a program's rule that are right but unusual, such as momentum, in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from backprop.lessons.lens import lens_of
from backprop.model.recording import Recording
from backprop.texts import Words, sentence


@dataclass(frozen=True)
class Trait:
    """A property of the program's rule that is right but unusual, such as momentum: kebab-case id, sentence by
    language."""

    id: str
    words: Words


def traits(recording: Recording) -> list[Trait]:
    """The unusual properties of the recording's rule; none if it is the lesson's own."""
    rule, usual = recording.rule, _activation_of(recording.lesson)
    topology = recording.topology
    found = [
        Trait("activation", sentence("rules", "activation", layer=layer, name=name))
        for layer, nodes in enumerate(topology.layers[1:], 1)
        if (name := rule.activation_of(nodes[0], topology)) != usual
    ]
    unusual = {
        "cross-entropy": rule.cost == "cross-entropy",
        "sign": rule.sign < 0,
        "scale": rule.scale != 1,
        "averaged": rule.averaged,
        "momentum": rule.momentum != 0,
        "rate": rule.rate != 1,
        "l1": rule.l1 != 0,
        "l2": rule.l2 != 0,
    }
    return found + [Trait(id, sentence("rules", id, **vars(rule))) for id, is_so in unusual.items() if is_so]


@cache
def _activation_of(lesson: str) -> str:
    """A lesson's own activation; asked for with every chunk, and in a file."""
    return lens_of(lesson).activation
