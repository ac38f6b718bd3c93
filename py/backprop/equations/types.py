"""The type of an equation that is written out for one quantity, such as net of node 4, and the keys of its operands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from backprop.texts import Words, sentence
from backprop.topology import Ref

# A number of the network, or a column of numbers: of the current sample, or what the second argument asks for.
Read = Callable[..., Any]
BEFORE = "before"  # a weight as it was before it was last changed
EACH = "each"  # the numbers of all the samples that an update takes together, along the first axis


@dataclass(frozen=True)
class Instance:
    """An equation written out for one quantity of one network.

    `reads` lists the quantities on its right side: those *before* the step. Its TeX (`write`) and what it says in words
    (`tell`) are put together only when they are asked for: of the many rules that are tried, few are shown. `asks` are
    its `operands` where they are known without evaluating it.
    """

    ref: Ref
    arrow: str
    write: Callable[[], str]
    reads: tuple[Ref, ...]
    tell: Callable[[], Words]
    signs: tuple[str, str] | None
    evaluate: Callable[[Read], Any]
    asks: tuple[tuple[Ref, Any], ...] = ()

    @cached_property
    def operands(self) -> tuple[tuple[Ref, Any], ...]:
        """The operands of `evaluate`, each once: pairs of a quantity and None (its number now), BEFORE or EACH."""
        if self.asks:
            return self.asks
        found: dict[tuple[Ref, Any], None] = {}

        def read(ref: Ref, key: Any = None) -> float:
            found[ref, key] = None
            return 1.0

        self.evaluate(read)
        return (*found,)

    @property
    def right(self) -> str:
        """TeX of the right side, in which «ref» stands for a quantity and · for a product."""
        return self.write()

    @property
    def words(self) -> Words:
        """A sentence in each language that says what the number means."""
        return self.tell()

    @property
    def sense(self) -> dict[str, Words] | None:
        """The meaning of its "plus" and "minus", in each language; None if they have no meaning of their own."""
        if self.signs is None:
            return None
        plus, minus = (sentence("signs", sign) for sign in self.signs)
        return {
            "plus": sentence("signs", "plus", meaning=plus),
            "minus": sentence("signs", "minus", meaning=minus),
        }

    def as_json(self) -> dict[str, Any]:
        """The parts that the page shows."""
        shown: dict[str, Any] = {"arrow": self.arrow, "right": self.right, "words": self.words}
        return shown | ({"sense": sense} if (sense := self.sense) else {})
