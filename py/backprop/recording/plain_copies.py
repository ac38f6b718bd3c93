"""Puts a plain copy beside each stretch of a program that takes notes: the way of the iterations that are not kept.

    for j in hidden:                         if NOTED[9]:
        net[j] = …                               for j in hidden:
        if NOTED[3]: note net[j]      →              net[j] = …
                                                     if NOTED[3]: note net[j]
                                             else:
                                                 for j in hidden:
                                                     net[j] = …

One test takes the place of many. Inner stretches have copies of their own, for what is noted in part.

Where a copy runs, the turns of comprehensions are not counted, nor those of loops that do little in a turn: the turns of the
loops around them still are.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from backprop.recording.hooks import (
    ANY_ERROR,
    APPLIED,
    COUNT,
    ENTERED,
    LEFT,
    NOTED,
    START,
    TURNED,
    UPDATED,
    VALUE,
)
from backprop.recording.note_code import gated
from backprop.syntax_tree import children, fix_missing_locations, walk

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_COMPOUND = (*_LOOPS, ast.If, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)
# Statements that stand but once: definitions, and declarations that must come before every use of a name.
_SINGLE = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Global,
    ast.Nonlocal,
    ast.Import,
    ast.ImportFrom,
)
_NOTING = (VALUE, START, UPDATED, APPLIED)
_TAKING_ALL = {"sum", "min", "max", "list", "tuple", "set", "dict", "sorted", "any", "all"}


def add_plain_copies(tree: ast.Module, first_gate: int) -> dict[int, tuple[int, ...]]:
    """Rewrite an instrumented tree in place; the gates of the copies, numbered from `first_gate`, each with the gates that
    stand in its stretch: it is closed where all of them are."""
    copies = _Copies(first_gate)
    copies.blocks_in(tree, False)
    fix_missing_locations(tree)
    return copies.gates


@dataclass(frozen=True)
class _Facts:
    """The facts about a statement: the gates of its notes (a note in an expression has the gate of its site), and whether it
    holds a mark of a training loop, a loop, a note in an expression, a counter that a copy can do without, or a statement
    that must not be copied."""

    members: tuple[int, ...]
    marks: bool
    repeats: bool
    notes_in_expressions: bool
    counts: bool
    is_single: bool

    @classmethod
    def of(cls, node: ast.AST, of_statement: Callable[[ast.stmt], _Facts]) -> _Facts:
        """The facts of a node, with all that is in it; `of_statement` gives those of a statement within it."""
        members: list[int] = []
        marks = repeats = notes = counts = single = False
        parts = [node]
        for part in parts:  # it grows meanwhile
            if isinstance(part, ast.Call) and (hook := _hook(part.func)) is not None:
                marks = marks or hook in (TURNED, ENTERED, LEFT)
                if hook in _NOTING:
                    notes = True
                    members.append(part.args[0].value + 1)  # type: ignore[attr-defined]
            elif isinstance(part, ast.If) and (gate := _gate_of(part)) is not None:
                members.append(gate)
            repeats = repeats or isinstance(part, _LOOPS)
            counts = counts or _needs_no_count(part)
            single = single or isinstance(part, _SINGLE)
            for child in children(part):
                if not isinstance(child, ast.stmt):
                    parts.append(child)
                    continue
                inner = of_statement(child)
                members += inner.members
                marks, repeats = marks or inner.marks, repeats or inner.repeats
                notes, counts = notes or inner.notes_in_expressions, counts or inner.counts
                single = single or inner.is_single
        return cls(tuple(dict.fromkeys(members)), marks, repeats, notes, counts, single)


class _Copies:
    def __init__(self, first_gate: int) -> None:
        self.first = first_gate
        self.gates: dict[int, tuple[int, ...]] = {}
        self._known: dict[int, tuple[ast.AST, _Facts]] = {}  # by the id of a node, which is kept alive

    def facts(self, node: ast.stmt) -> _Facts:
        """The facts about a statement before copies were put into it."""
        if id(node) not in self._known:
            self._known[id(node)] = node, _Facts.of(node, self.facts)
        return self._known[id(node)][1]

    def blocks_in(self, node: ast.AST, is_repeated: bool) -> None:
        """Go through every block within a node; what stands in a loop or a function runs many times."""
        is_repeated = is_repeated or isinstance(node, (*_LOOPS, ast.FunctionDef, ast.AsyncFunctionDef))
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list):
                setattr(node, name, self.block(body, is_repeated))
        for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            self.blocks_in(part, is_repeated)

    def block(self, body: list[ast.stmt], is_repeated: bool) -> list[ast.stmt]:
        """A body with plain copies of its stretches; `is_repeated`: it stands in a loop, so that copies are worth it."""
        made: list[ast.stmt] = []
        for stretch in self.stretches(body) if is_repeated else [[one] for one in body]:
            members = self.members(stretch) if is_repeated else ()
            is_worth_it = is_repeated and self.is_worth_it(stretch, members) and self.can_be_twice(stretch)
            plain = [one for part in stretch for one in self.plain(part)] if is_worth_it else []
            for one in stretch:
                if _gate_of(one) is None:
                    self.blocks_in(one, is_repeated)
            if is_worth_it:
                if len(stretch) > 1:
                    # A note may be taken in a light iteration, too; no turns are counted there.
                    stretch = [part for one in stretch for part in self.counting(one)]
                gate = self.first + len(self.gates)
                self.gates[gate] = members
                stretch = [ast.copy_location(gated(gate, stretch, plain), stretch[0])]
            made += stretch
        return made

    def counting(self, node: ast.stmt) -> list[ast.stmt]:
        """A statement of a stretch; one that only counts has a gate of its own, which is closed in every light iteration."""
        facts = self.facts(node)
        return self.block([node], True) if facts.counts and not facts.members else [node]

    def stretches(self, body: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
        """A block in stretches: a compound statement by itself, or simple ones with their notes in a row."""
        run: list[ast.stmt] = []
        for one in body:
            is_alone = isinstance(one, (*_COMPOUND, *_SINGLE)) and _gate_of(one) is None and not _is_run(one)
            if is_alone or self.facts(one).marks:
                yield from self.trimmed(run)
                run = []
                yield [one]
            else:
                run.append(one)
        yield from self.trimmed(run)

    def trimmed(self, run: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
        """A run of simple statements, apart from those before its first note or counter and after its last."""
        noting = [n for n, one in enumerate(run) if self.facts(one).members or self.facts(one).counts]
        start, end = (max(0, noting[0] - 1), noting[-1] + 1) if noting else (0, 0)
        for part in (run[:start], run[start:end], run[end:]):
            if part:
                yield part

    def members(self, stretch: Sequence[ast.stmt]) -> tuple[int, ...]:
        """The gates of all notes in a stretch."""
        return tuple(dict.fromkeys(gate for one in stretch for gate in self.facts(one).members))

    def is_worth_it(self, stretch: Sequence[ast.stmt], members: tuple[int, ...]) -> bool:
        """True if a copy saves tests or counters: several notes, one in a loop, one in an expression."""
        facts = [self.facts(one) for one in stretch]
        if any(one.notes_in_expressions or one.counts for one in facts):
            return True
        return len(members) > 1 or (bool(members) and any(one.repeats for one in facts))

    def can_be_twice(self, stretch: Sequence[ast.stmt]) -> bool:
        """False where something in it runs later than the stretch itself, or may stand but once."""
        facts = [self.facts(one) for one in stretch]
        if any(one.is_single or one.marks for one in facts):
            return False
        return not any(one.notes_in_expressions for one in facts) or not any(map(_notes_later, stretch))

    def plain(self, node: ast.stmt) -> list[ast.stmt]:
        """A statement without its notes; one without notes is the same, a compound one a copy of its own."""
        if _gate_of(node) is not None:
            return []
        if _is_run(node):
            return [plain for one in node.body for plain in self.plain(one)]  # type: ignore[attr-defined]
        if self.facts(node).notes_in_expressions or self.facts(node).counts:
            return [_Stripped().visit(copy.deepcopy(node))]
        return [self.without_notes(node)] if isinstance(node, _COMPOUND) else [node]

    def without_notes(self, node: ast.AST) -> Any:
        """A copy of a node that holds blocks, without the notes in these."""
        twin = type(node)(**dict(ast.iter_fields(node)))
        for name in ("body", "orelse", "finalbody"):
            if isinstance(body := getattr(node, name, None), list):
                setattr(twin, name, [plain for one in body for plain in self.plain(one)])
        for name in ("handlers", "cases"):
            if parts := getattr(node, name, None):
                setattr(twin, name, [self.without_notes(one) for one in parts])
        return ast.copy_location(twin, node)


def _gate_of(node: ast.AST) -> int | None:
    """The number of the gate that a statement of ours is; None for one of the program's."""
    test = node.test if isinstance(node, ast.If) else None
    if isinstance(test, ast.Subscript) and isinstance(test.value, ast.Constant) and test.value.value == NOTED:
        return test.slice.value if isinstance(test.slice, ast.Constant) else None  # type: ignore[return-value]
    return None


def _is_run(node: ast.AST) -> bool:
    """True for the `try` around statements whose arrays are noted together."""
    return isinstance(node, ast.Try) and any(_hook(handler.type) == ANY_ERROR for handler in node.handlers)


def _hook(node: ast.AST | None) -> object:
    """The number of a hook, where a node is one."""
    return node.value if isinstance(node, ast.Constant) and type(node.value) is int else None


def _is_counted(iterable: ast.expr) -> bool:
    return isinstance(iterable, ast.Call) and _hook(iterable.func) == COUNT


def _needs_no_count(part: ast.AST) -> bool:
    """True for a counted comprehension, and a counted loop that does little in a turn: it holds no loop, and calls
    nothing."""
    if isinstance(part, ast.comprehension):
        return _is_counted(part.iter)
    if not isinstance(part, ast.For) or not _is_counted(part.iter):
        return False
    inside = [one for statement in part.body for one in walk(statement)]
    return not any(
        isinstance(one, (*_LOOPS, ast.comprehension))
        or (isinstance(one, ast.Call) and _hook(one.func) is None)
        for one in inside
    )


def _notes_later(statement: ast.stmt) -> bool:
    """True if a note stands in a function without a name, or in a generator that is not used up at once."""
    parts = list(walk(statement))
    used_up = {
        id(argument)
        for part in parts
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in _TAKING_ALL
        for argument in part.args
    }
    later = [
        part
        for part in parts
        if isinstance(part, ast.Lambda) or (isinstance(part, ast.GeneratorExp) and id(part) not in used_up)
    ]
    return any(_takes_notes(part) for one in later for part in walk(one))


def _takes_notes(part: ast.AST) -> bool:
    """True for the call that notes the value of an expression."""
    return isinstance(part, ast.Call) and _hook(part.func) in _NOTING


class _Stripped(ast.NodeTransformer):
    """Takes the notes and the counters out of a copy again."""

    def _uncounted(self, node: ast.comprehension | ast.For) -> ast.AST:
        if _needs_no_count(node):
            node.iter = node.iter.args[0]  # type: ignore[attr-defined]
        self.generic_visit(node)
        return node

    visit_comprehension = visit_For = _uncounted

    def visit_If(self, node: ast.If) -> ast.stmt | list[ast.stmt]:
        if _gate_of(node) is None:
            self.generic_visit(node)
            return node
        return []

    def visit_Try(self, node: ast.Try) -> ast.stmt | list[ast.stmt]:
        is_run = _is_run(node)
        self.generic_visit(node)
        return node.body if is_run else node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        return node.args[1] if _hook(node.func) in _NOTING else node
