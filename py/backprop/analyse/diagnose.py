"""Names the known mistakes, from the numbers of a recording alone.

In some of the iterations every number is looked at that the program's rule does not give. Each
known mistake says what it would have given there; the one that explains most of these numbers is
named, then the one that explains most of the rest. What is left is said to be unexplained.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from backprop.analyse.check import agree
from backprop.analyse.evidence import Moment, moments, numbers_that
from backprop.analyse.findings import Finding, Words
from backprop.analyse.health_checks import OBSERVATIONS
from backprop.analyse.mistakes import MISTAKES, Mistake, kind_of
from backprop.equations.instances import symbol
from backprop.guard import guarded
from backprop.model.recording import Recording

_MOST = 24  # numbers of one line for which an explanation is sought


@dataclass(frozen=True)
class _Unexplained:
    en: Words
    zh: Words


_UNKNOWN = _Unexplained(
    Words(
        "{what} does not agree with its equation, and it is none of the mistakes known here: I cannot say why.",
        "Step to it and compare the two numbers. By what factor do they differ, and is it always the same?",
        "This is the first number that differs. Write its equation beside line {line}, put the numbers of this "
        "step into both, and see where they part.",
    ),
    Words(
        "{what} 和它的公式不一致，也不属于这里认得的任何一种错误：我说不出原因。",
        "走到这一步，比较两个数：差几倍？每次都差这么多吗？",
        "这是第一个不一致的数。把它的公式写在第 {line} 行旁边，把这一步的数都代进去，看看从哪里开始不同。",
    ),
)


def diagnose(recording: Recording) -> list[Finding]:
    """The mistakes a program makes, then what else there is to observe; [] for a correct program.

    A rule other than the lesson's that is also correct is no finding (`recording.rule`). Never
    raises, whatever the recording holds.
    """
    found: list[Finding] = []
    # Where a run overflows, what follows is NaN and is passed over.
    with guarded("diagnosing a recording"), np.errstate(all="ignore"):
        seen = moments(recording)
        found += _mistakes(seen)
        found += _observed(recording, seen)
    return found


def _mistakes(seen: list[Moment]) -> list[Finding]:
    by_line: defaultdict[Any, list[tuple[Moment, int]]] = defaultdict(list)
    for moment, number in numbers_that(seen, _is_open):
        by_line[kind_of(moment), moment.line].append((moment, number))
    left = [
        _Open(moment.of(number))
        for alike in by_line.values()
        for moment, number in alike[:: 1 + len(alike) // _MOST]
    ]
    found = []
    for mistake, explained in _named(left):
        found.append(_finding(mistake.id, "mistake", mistake, explained))
        left = [one for one in left if one not in explained]
    unexplained = [one for one in left if one.differs.any()]
    if unexplained:
        found.append(_finding("unknown", "unknown", _UNKNOWN, unexplained))
    return found


def _named(open_moments: list[_Open]) -> Iterator[tuple[Mistake, list[_Open]]]:
    """The mistakes that explain most of the numbers, each with those it explains."""
    left = open_moments
    while left:
        most = max(MISTAKES, key=lambda mistake: sum(mistake.id in one.explained_by for one in left))
        explained = [one for one in left if most.id in one.explained_by]
        if not explained:
            return
        lines = {one.moment.line for one in explained}
        explained += [one for one in left if one.moment.line in lines and most.id in one.perhaps_by]
        left = [one for one in left if one not in explained]
        kinds = {kind_of(one.moment) for one in explained}
        strangers = [one for one in left if kind_of(one.moment) in kinds and not one.explained_by]
        if len(explained) > len([one for one in strangers if one.differs.any()]):
            yield most, explained


def _differs(moment: Moment) -> Any:
    return np.isfinite(moment.right) & ~agree(moment.code, moment.right)


def _is_unset(moment: Moment) -> Any:
    """Whether what the equation reads has not been set in this pass."""
    return ~np.isfinite(moment.right) & np.isfinite(moment.code)


def _is_open(moment: Moment) -> Any:
    return _differs(moment) | _is_unset(moment)


class _Open:
    """A number that its equation does not give, and the rows where it does not."""

    def __init__(self, moment: Moment) -> None:
        self.moment = moment
        self.differs = _differs(moment)
        self.rows = (self.differs if self.differs.any() else _is_unset(moment)) & np.isfinite(moment.code)

    @cached_property
    def explained_by(self) -> set[str]:
        return {mistake.id for mistake, fits in self._tried if fits}

    @cached_property
    def perhaps_by(self) -> set[str]:
        """The mistakes of which it cannot be known what they would have given here."""
        return {mistake.id for mistake, fits in self._tried if fits is None}

    @cached_property
    def _tried(self) -> list[tuple[Mistake, bool | None]]:
        return [
            (mistake, self._fits(mistake))
            for mistake in MISTAKES
            if kind_of(self.moment) in mistake.concerns and (self.differs.any() or mistake.unset)
        ]

    def _fits(self, mistake: Mistake) -> bool | None:
        """Whether the mistake gives the program's numbers; None if that cannot be known of any."""
        unknown = True
        for way in np.atleast_2d(np.asarray(mistake.gives(self.moment), float)):
            rows = self.rows & np.isfinite(way) if way.size else self.rows & False
            unknown = unknown and not rows.any()
            if rows.any() and agree(self.moment.code[rows], way[rows]).all():
                return True
        return None if unknown else False


def _finding(id: str, kind: str, words: Any, numbers: list[_Open]) -> Finding:
    """The finding at the first place where it shows."""

    def first_row(one: _Open) -> int:
        return int(np.flatnonzero(one.rows if one.rows.any() else one.differs)[0])

    one = min(numbers, key=lambda one: (one.moment.iterations[first_row(one)], one.moment.step))
    return _placed(id, kind, words, one.moment, int(one.moment.iterations[first_row(one)]), {})


def _placed(id: str, kind: str, words: Any, moment: Moment, iteration: int, facts: dict[str, Any]) -> Finding:
    told = {
        "what": symbol(moment.ref, moment.topology)["text"],
        "node": moment.node,
        "line": moment.line,
        "count": moment.together,
        "sources": len(moment.topology.incoming(moment.node)),
    }
    languages = {"en": words.en, "zh": words.zh}
    return Finding(id, kind, languages, told | facts, moment.line, moment.ref, iteration, moment.step)


def _observed(recording: Recording, seen: list[Moment]) -> Iterator[Finding]:
    for observation in OBSERVATIONS:
        sight = observation.finds(recording, seen)
        if sight and sight.moment:
            rows = np.flatnonzero(sight.rows) if sight.rows is not None else [0]
            iteration = int(sight.moment.iterations[rows[0]])
            yield _placed(observation.id, "observation", observation, sight.moment, iteration, sight.facts)
        elif sight:
            languages = {"en": observation.en, "zh": observation.zh}
            yield Finding(observation.id, "observation", languages, sight.facts, sight.line)
