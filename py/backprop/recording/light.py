"""The notes of an iteration that is not kept: the outputs and targets that its error is made of, and all that is new. Where
that is dear, the errors of some iterations are not noted either.

A place of the program that takes part in every iteration met so far, and that no error needs, is not noted. A place that
has not been met stays noted: `if epoch == 500: eta /= 10` is seen wherever it happens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from backprop.model.recording import LASTING
from backprop.recording.notes import Notes, Structure, kind_of, kinds_of
from backprop.topology import Place

_MOST_KINDS = 8  # of iterations; a program that makes many of them is not to be foretold


@dataclass(frozen=True)
class Light:
    """The notes of an iteration that is not kept.

    structure   what they mean, as that of a whole iteration
    gates       which statements take notes
    off         the sites that are not noted
    stale       the quantities that nobody knows after such an iteration: weights, above all
    """

    structure: Structure
    gates: list[bool]
    off: frozenset[int]
    stale: frozenset[Place]


@dataclass(frozen=True)
class Met:
    """A kind of iteration that was met: its structure, its notes one by one, and the quantities of each note's numbers."""

    structure: Structure
    notes: Notes
    places: list[list[Place | None]]

    def starts(self) -> list[int]:
        """The slice of an iteration's numbers that belongs to each note."""
        at, found = 0, []
        for places in self.places:
            found.append(at)
            at += len(places)
        return found

    def counts(self) -> list[int]:
        """The count of numbers in each note; computed numbers, which stand behind them, are not counted."""
        return [
            len(places) if site < 0 else len(value) // kind_of(index).itemsize if type(value) is bytes else 1
            for (site, index, value), places in zip(self.notes, self.places)
        ]


def light_of(
    met: Sequence[Met],
    now: Met,
    gates: Sequence[tuple[int, ...]],
    changed: Mapping[int, set[int]],
    can_close: Callable[[int], bool],
    with_errors: bool = True,
) -> Light | None:
    """The `Light` notes of a program that makes iterations like `now`, with its errors or without; None if they cannot be
    had.

    `gates` are the sites behind each statement's gate, `changed` the sites that a change under another name has turned out
    to be, by its gate. `can_close` says of a site whether it can be left out at all.
    """
    if len(met) > _MOST_KINDS:
        return None
    columns = _columns_of_errors(now.structure) if with_errors else set()
    needed = _sites_of(columns, now)
    common = frozenset.intersection(*(frozenset(one.notes.sites) for one in met))
    off = {site for site in common - needed if site >= 0 and can_close(site)}
    off, kept = _left_out(off, changed)
    opened = [False]
    for gate, behind in enumerate(gates[1:], 1):
        is_closed = off.issuperset(behind) if behind else gate in changed and gate not in kept
        opened.append(not is_closed)
    stale = frozenset(
        place
        for one in met
        for site, places in zip(one.notes.sites, one.places)
        if site in off
        for place in places
        if place is not None and (place[0][0] in LASTING or place in one.structure.lasting)
    )
    return Light(_without(now, off, columns), opened, frozenset(off), stale)


def _left_out(off: set[int], changed: Mapping[int, set[int]]) -> tuple[set[int], set[int]]:
    """The sites among `off` that can be left out, and the gates of changes under another name that stay open. A site of such
    a change is left out only if every statement that makes it can be."""
    while True:
        kept = {gate for gate, sites in changed.items() if not sites <= off}
        lost = off.intersection(site for gate in kept for site in changed[gate])
        if not lost:
            return off, kept
        off = off - lost


def _columns_of_errors(structure: Structure) -> set[int]:
    """The columns of the outputs and targets from which the error is computed, and of what those among them are computed
    from: the target of a class, `p[range(m), y] -= 1`, is the output less the delta."""
    columns = {at for pair in structure.errors for at in pair if isinstance(at, int)}
    made_of = {at: {one for _, some in products for one in some} for at, products in structure.computed}
    waiting = [*columns]
    while waiting:
        more = made_of.get(waiting.pop(), set()) - columns
        columns |= more
        waiting += more
    return columns


def _sites_of(columns: set[int], met: Met) -> frozenset[int]:
    """The sites of the notes that these columns hold."""
    return frozenset(
        site
        for site, start, count in zip(met.notes.sites, met.starts(), met.counts())
        if columns.intersection(range(start, start + count))
    )


def _without(met: Met, off: set[int], needed: set[int]) -> Structure:
    """The structure of an iteration without the notes of some sites: only its errors are known."""
    notes, moved, width = Notes([], [], []), {}, 0
    signs: list[float] = []
    of_all = met.structure.signs
    for note, start, count in zip(met.notes, met.starts(), met.counts()):
        if note[0] in off:
            continue
        notes.add(*note)
        for n in range(count):
            moved[start + n] = width + n
            signs.append(1.0 if of_all is None else float(of_all[start + n]))
        width += count
    computed: list[tuple[int, list[tuple[float, list[int]]]]] = []
    for at, products in met.structure.computed:
        if at in needed and all(one in moved for _, some in products for one in some):
            moved[at] = width
            computed.append((width, [(factor, [moved[one] for one in some]) for factor, some in products]))
            signs.append(1.0)
            width += 1
    errors: list[tuple[int, Place | int]] = []
    for output, target in met.structure.errors:
        if output not in moved or (isinstance(target, int) and target not in moved):
            errors = []
            break
        errors.append((moved[output], moved[target] if isinstance(target, int) else target))
    kinds = kinds_of(notes) if notes.sites else None
    return Structure.of_errors(notes, errors, width, signs, kinds, computed)
