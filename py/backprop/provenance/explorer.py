"""Questions about one number of a recorded run: where it comes from, and the curve of the error over it.

    root = origin(rec, "delta", 4, iteration=0, sample=0)
    for part in root.parts:
        part.node.ref, part.node.value, part.node.line

The network is looked for once for each recording; the iteration that was traced last is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from backprop.model.recording import Recording
from backprop.provenance.errors import Descended
from backprop.provenance.iteration import Progress, Source, TracedIteration, source_of, traced_iteration
from backprop.provenance.nudge import Nudge, Nudger
from backprop.provenance.tree import Node, Part, Tree
from backprop.topology import QUANTITIES, Ref


class Explorer:
    """Answers about one recorded run."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self._iteration = -1
        self._tree: Tree | None = None

    @cached_property
    def source(self) -> Source:
        """The data that tracing an iteration needs. Raises Untold."""
        return source_of(self.recording)

    @cached_property
    def descended(self) -> Descended:
        """The error that the program descends. Raises Untold."""
        return Descended(self.source)

    def tree(self, iteration: int, progress: Progress | None = None) -> Tree:
        """The tree of an iteration's numbers. Raises Untold, ValueError as `traced_iteration` does."""
        if self._tree is None or self._iteration != iteration:
            self._tree = None  # before the next one needs the memory
            self._tree = Tree(traced_iteration(self.recording, iteration, self.source, progress))
            self._iteration = iteration
        return self._tree

    def traced(self, iteration: int, progress: Progress | None = None) -> TracedIteration:
        """An iteration, traced. Raises as `tree` does."""
        return self.tree(iteration, progress).traced

    def nudge(
        self, ref: Ref, iteration: int, sample: int | None = None, progress: Progress | None = None
    ) -> Nudge:
        """The error over one number of an iteration. Raises as `tree` does."""
        return Nudger(self.traced(iteration, progress), self.descended).nudge(ref, sample)


_explorers: WeakKeyDictionary[Recording, Explorer] = WeakKeyDictionary()


def explorer_of(recording: Recording) -> Explorer:
    """The one explorer of a recording."""
    if recording not in _explorers:
        _explorers[recording] = Explorer(recording)
    return _explorers[recording]


@dataclass(frozen=True)
class Origin:
    """A number of a run and what it was computed from: a tree that is opened level by level.

    `node` is the number itself. `parts` are what the program made it of, whole sums and products at a time; `uses`
    what it is used for; `opened` takes one of them as the next number.
    """

    tree: Tree
    node: Node

    @property
    def parts(self) -> tuple[Part, ...]:
        """All parts, in the program's order."""
        return self.tree.parts(self.node.handle, whole=True).parts

    @property
    def uses(self) -> tuple[Node, ...]:
        """The next numbers with a name that this one is used for."""
        return tuple(part.node for part in self.tree.uses(self.node.handle, whole=True).parts)

    def opened(self, node: Node) -> Origin:
        """Another number of the same tree."""
        return Origin(self.tree, node)


def origin(
    recording: Recording, quantity: str, key: Any = None, *, iteration: int, sample: int | None = None
) -> Origin:
    """The origin of a number of a run: `origin(rec, "delta", 4, iteration=0, sample=0)`.

    The number is that of `rec.value`, in the program's own sign. The run is repeated from the random state that it
    began in, and the iteration traced. Raises Untold where that cannot be done (no network, an iteration too long, a
    program that computes other numbers the second time), ValueError as `Recording.value` does.
    """
    ref = _checked(quantity, key)
    tree = explorer_of(recording).tree(iteration)
    return Origin(tree, tree.node(tree.handle(tree.traced.find(ref, sample))))


def nudge(
    recording: Recording, quantity: str, key: Any = None, *, iteration: int, sample: int | None = None
) -> Nudge:
    """The error as a function of one number: `nudge(rec, "w", (8, 5), iteration=0)`, `nudge(rec, "net", 8, …)`.

    The program's own forward part is run again with the number a little larger and smaller. Of a weight, the version
    that the sample's forward pass used, and the error of all samples that used it. Raises as `origin` does, and Untold
    for a number that the error does not depend on.
    """
    return explorer_of(recording).nudge(_checked(quantity, key), iteration, sample)


def _checked(quantity: str, key: Any) -> Ref:
    if quantity not in QUANTITIES:
        raise ValueError(f"unknown quantity {quantity!r}: wanted one of {', '.join(QUANTITIES)}")
    return quantity, key
