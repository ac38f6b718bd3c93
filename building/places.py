"""Places of a recorded run, as a lesson's text names them: "iteration=65, sample=2, delta:8"."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

OWN_PROGRAM = "program"  # the id of the lesson's own
NAMES = ("program", "iteration", "sample", "line", "equation")
_QUANTITY = re.compile(r"(Δ?[A-Za-z_]+:[\w-]+|eta|E)$")


class Unplaced(ValueError):
    """A place that is not written as places are, or that the run does not have."""


@dataclass(frozen=True)
class Place:
    """A step of a program's run: the first one that all of this fits, or the `last` one. Iterations and samples count
    from 1, as the page shows them; `quantities`: the step sets one of these, or, where none does, reads one."""

    program: str
    iteration: int = 1
    sample: int | None = None
    quantities: tuple[str, ...] = ()
    line: int | None = None
    equation: str | None = None
    last: bool = False

    def narrowed(self, text: str) -> Place:
        """This place with what the text says of it. Raises Unplaced."""
        said: dict[str, Any] = {}
        for word in filter(None, (part.strip() for part in text.split(","))):
            name, equals, value = word.partition("=")
            if word == "last":
                said["last"] = True
            elif equals and name in NAMES:
                said[name] = int(value) if name in ("iteration", "sample", "line") else value
            elif _QUANTITY.match(word):
                said["quantities"] = (*said.get("quantities", ()), word)
            else:
                raise Unplaced(
                    f"{word!r} is no place: wanted a quantity, last, or one of {', '.join(NAMES)} with ="
                )
        other = said.get("program", self.program) != self.program
        around = replace(self, sample=None, iteration=1 if other else self.iteration)
        named = {"quantities": (), "line": None, "equation": None, "last": False, **said}
        if "sample" not in said and "iteration" not in said and not other:
            named["sample"] = self.sample
        return replace(around, **named)

    def __str__(self) -> str:
        program = None if self.program == OWN_PROGRAM else self.program
        named = {"program": program, "iteration": self.iteration, "sample": self.sample}
        named |= {"line": self.line, "equation": self.equation}
        parts = [*self.quantities, *(f"{name}={value}" for name, value in named.items() if value is not None)]
        return ", ".join([*parts, *(["last"] if self.last else [])])


class Run:
    """A program's recorded run, as the build baked it: `baked` has its header, and its index as bytes."""

    def __init__(
        self, lesson: str, program: str, sources: dict[str, str], header: dict[str, Any], index: bytes
    ):
        self.lesson, self.program, self.sources, self.header = lesson, program, sources, header
        self.segments: dict[int, list[list[int]]] = {}
        whole = np.frombuffer(index, np.int32)
        at = 0
        while at < len(whole):
            iteration, _, count = whole[at : at + 3].tolist()
            end = at + 3 + 2 * count
            self.segments[iteration] = whole[at + 3 : end].reshape(-1, 2).tolist()
            at = end + 1 + int(whole[end])

    def steps(self, iteration: int) -> list[tuple[dict[str, Any], int]]:
        """The steps of a kept iteration (from 0), each with its sample, -1 for none."""
        return [
            (step, step.get("sample", sample))
            for id, sample in self.segments.get(iteration, [])
            for step in self.header["patterns"][id]["steps"]
        ]

    def has(self, place: Place) -> bool:
        """True if the run has a step of this place."""
        try:
            self.find(place)
        except Unplaced:
            return False
        return True

    def find(self, place: Place) -> dict[str, Any]:
        """The step of this place; Raises Unplaced if there is none."""
        steps = self.steps(place.iteration - 1)
        if not steps:
            raise Unplaced(f"the run of {place.program!r} does not keep iteration {place.iteration}")

        def fits(step: dict[str, Any], sample: int, reads: bool) -> bool:
            named = step["reads"] if reads else [step["sets"]]
            return (
                place.sample in (None, sample + 1)
                and place.line in (None, step["line"])
                and place.equation in (None, step["equation"], step["instance"])
                and (not place.quantities or any(ref in named for ref in place.quantities))
            )

        for reads in (False, True):
            found = [at for at, (step, sample) in enumerate(steps) if fits(step, sample, reads)]
            if found:
                number = found[-1 if place.last else 0]
                step, sample = steps[number]
                return {
                    "program": place.program,
                    "iteration": place.iteration - 1,
                    "step": number,
                    "sets": step["sets"],
                    "sample": sample,
                    "shows": self._shown(place, step["line"]),
                }
        raise Unplaced(f"no step of the run has the place {place}")

    def _shown(self, place: Place, line: int) -> list[str]:
        """The names of the parts of the page that a link to a place lights: quantities, `line:35`, `sample:0`."""
        if place.quantities:
            return [*place.quantities, f"line:{line}"]
        if place.equation:
            steps = [step for pattern in self.header["patterns"] for step in pattern["steps"]]
            lines = {step["line"] for step in steps if place.equation in (step["equation"], step["instance"])}
            return [f"line:{line}" for line in sorted(lines)]
        if place.line:
            return [f"line:{place.line}"]
        return [f"sample:{place.sample - 1}"] if place.sample else []

    # --- what a text calls a quantity ---

    def symbol(self, ref: str, kind: str = "tex") -> str:
        """Its TeX, or its text; "" where it has none."""
        return str(self.header["network"]["symbols"].get(ref, {}).get(kind, ""))

    @cached_property
    def _by_symbol(self) -> dict[str, str]:
        network = self.header["network"]
        ends = [("a", "x", network["layers"][0]), ("a", "y", network["layers"][-1])]
        also = {
            f"{letter}_{number + 1}": f"{q}:{node}"
            for q, letter, nodes in ends
            for number, node in enumerate(nodes)
        }
        also |= {f"a_{node}": f"a:{node}" for nodes in network["layers"] for node in nodes}
        symbols = {_short(symbol["tex"]): ref for ref, symbol in network["symbols"].items()}
        return {**also, **symbols}

    def refs_of_symbol(self, tex: str) -> tuple[str, ...]:
        """`\\delta_8` is delta:8; () for a formula that is not one symbol."""
        ref = self._by_symbol.get(_short(tex))
        return (ref,) if ref else ()

    def refs_of_code(self, code: str) -> tuple[str, ...]:
        """`w[8, 4]` is w:8-4, `l1_delta` every delta of layer 1; () for what the lesson's lens does not name, or for
        nothing in particular (`b[j]`)."""
        from backprop.lessons.lens import lens_of

        try:
            found = lens_of(self.lesson).watch(ast.parse(code, mode="eval").body)
            indices = [ast.literal_eval(index) for index in found[1]] if found else []
        except (SyntaxError, ValueError):
            return ()
        if not found or not all(isinstance(index, int) for index in indices):
            return ()
        watch = found[0]
        layers = self.header["network"]["layers"]
        if watch.quantity == "eta":
            return ("eta",)
        if watch.layer is not None:
            return self._refs_of_array(watch, indices)
        if watch.items:
            return (_ref(watch.quantity, tuple(indices)),) if len(indices) == watch.items else ()
        node = layers[-1][0] if watch.node == "output" else watch.node
        return (_ref(watch.quantity, node if isinstance(node, tuple) else (node,)),) if node else ()

    def _refs_of_array(self, watch: Any, indices: list[int]) -> tuple[str, ...]:
        """The quantities of an array that stands for one layer (`syn0`): all of them, or the one weight at `indices`."""
        layers = self.header["network"]["layers"]
        layer = len(layers) - 1 if watch.layer == "last" else watch.layer
        if not isinstance(layer, int) or layer >= len(layers):
            return ()
        if watch.quantity != "w":
            return () if indices else tuple(f"{watch.quantity}:{node}" for node in layers[layer])
        edges = [(to, source) for to in layers[layer] for source in layers[layer - 1]]
        if indices:
            whole = indices if len(indices) == 2 else [*indices, 0]
            source, to = whole if watch.transposed else whole[::-1]
            edges = [(layers[layer][to], layers[layer - 1][source])]
        return tuple(_ref("w", edge) for edge in edges)

    # --- edits ---

    def changes(self, edits: str, lang: str) -> list[dict[str, Any]]:
        """Edits written as in a diff (backprop/lessons/edits.py), as changes of lines of the program in this language.

        Raises ValueError for lines that do not stand in the program exactly once.
        """
        from difflib import SequenceMatcher

        from backprop.lessons.edits import apply_edits

        source = self.sources[lang]
        old, new = source.split("\n"), apply_edits(source, edits).split("\n")
        return [
            {"at": a, "remove": b - a, "insert": new[c:d]}
            for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
            if tag != "equal"
        ]


def _ref(quantity: str, index: tuple[int, ...]) -> str:
    return f"{quantity}:{'-'.join(map(str, index))}"


def _short(tex: str) -> str:
    return re.sub(r"\\mathit|[{}\s]", "", tex)
