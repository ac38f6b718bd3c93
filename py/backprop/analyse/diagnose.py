"""Names the known mistakes, from the numbers of a recording alone.

In some of the iterations every number is looked at that the program's rule does not give. Each
known mistake says what it would have given there; the one that explains most of these numbers is
named, then the one that explains most of the rest. What is left is said to be unexplained.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from backprop.analyse.check import agree, all_agree, disagreements, is_of_a_shorter_type
from backprop.analyse.evidence import Moment, numbers_that
from backprop.analyse.findings import Finding, words_of
from backprop.analyse.health_checks import OBSERVATIONS
from backprop.analyse.judging.errors import CROSS_ENTROPY
from backprop.analyse.judging.types import Point
from backprop.analyse.later import agreed_first, uphill_since
from backprop.analyse.made_anew import made_anew
from backprop.analyse.mistakes import MISTAKES, Mistake, kind_of
from backprop.analyse.mixed_pairs import mixed_pairs
from backprop.analyse.moments import moments
from backprop.analyse.operands import check_groups
from backprop.analyse.verdict import findings_of
from backprop.equations.tex import symbol
from backprop.guard import guarded
from backprop.lessons.lens import lens_of
from backprop.model.recording import Recording

# Observations that speak of a lesson's names, or of what the verdict says better.
_OF_NAMES = ("nothing-recorded", "no-update", "never-moves", "forward-only")
_SAID_IN_LESSONS = ("negative-rate", "broadcast")  # of the verdict, beside what a lesson's equations say
_SAID_IF_SILENT = ("stale-forward",)  # where no sample comes twice, only the verdict can tell
_EXPLAINS = (
    "input-not-a-number",
    "overflow",
    "not-a-number",
    "explosion",
    "saturation",
)  # observations that explain an error which grows or stands still
# Known mistakes that no right program makes, though only in some iterations: other than a skipped update, a frozen layer.
_LATER = {
    "slope-missing-output",
    "slope-missing-hidden",
    "slope-of-net",
    "slope-twice",
    "error-sign",
    "delta-sign",
    "updated-weights",
    "transposed-weights",
    "bias-per-weight",
    "bias-with-activation",
    "gradient-not-reset",
    "wrong-input",
}
_OF_THE_NETWORK = ("net", "a", "delta", "w", "b")  # found in any program, unlike a lesson's dE_dw
_LEAST_AT_LIMIT = 3  # numbers that are the same, where weights are limited
_MOST = 24  # numbers of one line for which an explanation is sought


def diagnose(recording: Recording) -> list[Finding]:
    """The mistakes a program makes, then what else there is to observe; [] for a correct program.

    A rule other than the lesson's that is also correct is no finding (`recording.rule`). Never
    raises, whatever the recording holds.
    """
    found: list[Finding] = []
    # Where a run overflows, what follows is NaN and is passed over.
    with guarded("diagnosing a recording"), np.errstate(all="ignore"):
        seen = moments(recording)
        if recording.found is not None:
            found += _judged(recording)
            if (mixed := mixed_pairs(recording)) is not None:
                found.append(mixed)
            found += _later(recording, seen, found)
            found += _observed(recording, seen, _OF_NAMES, found)
        else:
            found += (
                _without_error(recording, _with_factors(recording, finding)) for finding in _mistakes(seen)
            )
            found += _said_in_lessons(recording, found)
            found += _observed(recording, seen, (), found)
    return found


_LOOKED_AT = 1  # the last of the iterations that the verdict by the derivative is sure to see


def cannot_explain(recording: Recording) -> bool:
    """True if finite numbers of the network itself differ from their equations from the first updates on, and no known
    mistake gives them. Of a program that is recorded by a lesson's names."""
    finite = np.isfinite(recording.loss[recording.with_error])
    if finite.any() and not finite.all():
        return False
    if all_by_equations(recording):
        return False
    with np.errstate(all="ignore"):
        unknown = [finding for finding in _mistakes(moments(recording)) if finding.kind == "unknown"]
    return any(
        finding.where and finding.where[0] in _OF_THE_NETWORK and (finding.iteration or 0) <= _LOOKED_AT
        for finding in unknown
    )


def all_by_equations(recording: Recording) -> bool:
    """True if every number that an equation makes can be checked, and is its equation's, without the rounding of a shorter
    type."""
    whole: set[tuple[int, tuple[int, ...], int]] = set()  # structures of which every number can be checked
    for block in recording.blocks:
        found = check_groups(recording, block)
        structure = block.layout, block.segments, len(found)
        if structure not in whole:
            checked = {(segment, one.step.sets, row) for one in found for segment, row in one.whose}
            for number, pattern in enumerate(recording.segments[id] for id in block.segments):
                made = {(number, one.sets, one.sample) for one in pattern.steps if one.equation}
                if not made <= checked:
                    return False
            if is_of_a_shorter_type(recording, block, found):
                return False
            whole.add(structure)
        if not all_agree(recording, block, found):
            return False
    return True


def _judged(recording: Recording) -> Iterator[Finding]:
    """The findings of the verdict on a program whose network was found, each at the first step of its line."""
    if recording.judgement is None:
        return
    steps = recording.steps(recording.kept[0]) if recording.kept else []
    for finding in findings_of(recording.judgement):
        at = next((number for number, step in enumerate(steps) if step.line == finding.line), None)
        if at is None:
            yield finding
        else:
            where = next(iter(steps[at].sets))
            yield replace(finding, where=where, iteration=recording.kept[0], step=at)


def _later(recording: Recording, seen: list[Moment], before: Sequence[Finding]) -> Iterator[Finding]:
    """The mistakes that show only after the iterations which the verdict looks at; none beside what that says."""
    if any(finding.kind in ("mistake", "unknown") for finding in before):
        return
    if (anew := made_anew(recording)) is not None:
        yield anew
    later = [one for one in _mistakes(agreed_first(recording, seen)) if one.id in _LATER]
    if later and any(len(disagreements(recording, block)[0]) for block in recording.blocks):
        yield from later  # else only rounding was explained: of slopes of 1e-17 in a run that explodes
    if (since := uphill_since(recording, seen)) is not None:
        moment, iteration = since
        facts = {"iteration": iteration + 1}
        said = Point("negative-rate-later", "mistake", 1, moment.line, facts).finding()
        yield replace(said, where=moment.ref, iteration=iteration, step=moment.step)


def _with_factors(recording: Recording, finding: Finding) -> Finding:
    """A lesson's finding with the factors that the verdict has for its line or its name."""
    points = recording.judgement.points if recording.judgement else []
    there = [one for one in points if one.beside and finding.line in (one.line, one.beside.line)]
    named = [one for one in points if one.beside and one.id == finding.id]
    beside = next((one.beside for one in [*there, *named]), None)
    return replace(finding, factors=beside.as_json()) if beside else finding


def _without_error(recording: Recording, finding: Finding) -> Finding:
    """An output delta without slope, of a program whose error is not known: it may descend the cross-entropy, so that is
    a remark."""
    verdict, variable = recording.judgement, lens_of(recording.lesson).cost
    if finding.id != "slope-missing-output" or verdict is None or variable in recording.variables:
        return finding
    if verdict.error != CROSS_ENTROPY or verdict.error_line is not None:
        return finding
    said = Point("slope-or-cross-entropy", "remark", len(verdict.layers), finding.line).finding()
    return replace(finding, kind="remark", words=said.words)


def _said_in_lessons(recording: Recording, before: Sequence[Finding]) -> list[Finding]:
    """The findings of the verdict on a lesson's program that no equation of the lesson can give (such as a broadcast)."""
    if recording.judgement is None:
        return []
    said = _SAID_IN_LESSONS if before else (*_SAID_IN_LESSONS, *_SAID_IF_SILENT)
    return [one for one in findings_of(recording.judgement) if one.id in said]


def _mistakes(seen: list[Moment]) -> list[Finding]:
    by_line: defaultdict[Any, list[tuple[Moment, int]]] = defaultdict(list)
    for moment, number in numbers_that(seen, _is_open):
        by_line[kind_of(moment), moment.line].append((moment, number))
    left = [
        _Open(moment.of(number))
        for alike in by_line.values()
        for moment, number in alike[:: 1 + len(alike) // _MOST]
    ]
    left = _without_limited(left)
    found = []
    for mistake, explained in _named(left):
        found.append(_finding(mistake.id, "mistake", explained))
        left = [one for one in left if one not in explained]
    unexplained = [one for one in left if one.differs.any()]
    if unexplained:
        found.append(_finding("unknown", "unknown", unexplained))
    return found


def _without_limited(left: list[_Open]) -> list[_Open]:
    """The numbers without weights that stand at a limit: `w = np.clip(w, -1, 1)` leaves 1 or -1 where the equation goes
    further out."""
    updates = [one for one in left if one.moment.is_update and one.differs.any()]
    codes = [abs(float(code)) for one in updates for code in one.moment.code[one.differs]]
    limits = {code for code, count in Counter(codes).items() if count >= _LEAST_AT_LIMIT}
    if not 1 <= len(limits) <= 2:  # a lower and an upper one
        return left

    def is_limited(one: _Open) -> bool:
        code, right = one.moment.code[one.differs], one.moment.right[one.differs]
        stands = np.isin(np.abs(code), list(limits)) | (code == one.moment.started[one.differs])
        at_limit = stands.all() and (np.abs(right) >= np.abs(code)).all()
        has_moved = np.ptp(one.moment.code) > 0 or (one.moment.started != one.moment.code).any()
        return bool(at_limit and (right * code >= 0).all() and has_moved)

    return [one for one in left if not (one in updates and is_limited(one))]


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
    """True if what the equation reads has not been set in this pass."""
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
        """The mistakes that give exactly these numbers."""
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
        """True if the mistake gives the program's numbers; None if that cannot be known of any."""
        unknown = True
        for way in np.atleast_2d(np.asarray(mistake.gives(self.moment), float)):
            rows = self.rows & np.isfinite(way) if way.size else self.rows & False
            unknown = unknown and not rows.any()
            if rows.any() and agree(self.moment.code[rows], way[rows]).all():
                return True
        return None if unknown else False


def _finding(id: str, kind: str, numbers: list[_Open]) -> Finding:
    """The finding at the first place where it shows."""

    def first_row(one: _Open) -> int:
        return int(np.flatnonzero(one.rows if one.rows.any() else one.differs)[0])

    one = min(numbers, key=lambda one: (one.moment.iterations[first_row(one)], one.moment.step))
    return _placed(id, kind, one.moment, int(one.moment.iterations[first_row(one)]), {})


def _placed(id: str, kind: str, moment: Moment, iteration: int, facts: dict[str, Any]) -> Finding:
    told = {
        "what": symbol(moment.ref, moment.topology)["text"],
        "node": moment.node,
        "line": moment.line,
        "count": moment.together,
        "sources": len(moment.topology.incoming(moment.node)),
    }
    return Finding(id, kind, words_of(id), told | facts, moment.line, moment.ref, iteration, moment.step)


def _observed(
    recording: Recording, seen: list[Moment], without: Collection[str], before: Sequence[Finding]
) -> Iterator[Finding]:
    """The observations beside what was found before."""
    said = any(finding.kind in ("mistake", "unknown") for finding in before)
    for observation in OBSERVATIONS:
        if observation.id in without or (said and not observation.beside_mistakes):
            continue
        sight = observation.finds(recording, seen)
        said = said or (sight is not None and observation.id in _EXPLAINS)
        if sight and sight.moment:
            rows = np.flatnonzero(sight.rows) if sight.rows is not None else [0]
            iteration = int(sight.moment.iterations[rows[0]])
            yield _placed(observation.id, observation.kind, sight.moment, iteration, sight.facts)
        elif sight:
            yield Finding(
                observation.id,
                observation.kind,
                words_of(observation.id),
                sight.facts,
                sight.line,
                sight.where,
                sight.iteration,
                sight.step,
            )
