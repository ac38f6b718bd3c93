"""Rewrites the student's syntax tree so that what it assigns is noted, and its loops are counted.

After every statement that assigns to a watched name, one statement of ours appends
`(site, index, value)` to a log: the site says which line and name, the index which item, the value
what now stands there. It reads back the variable itself, so what is noted is what the program has,
after any conversion an array made. A layer's array is noted as its bytes, the cheapest copy there
is, several in a row as one; their type and shape are looked at now and then. The student's own
statements are left as they are, and every node of ours carries the line it stands beside, so a
traceback shows the student's own line.

The hooks stand in the compiled program as constants, so it can neither shadow nor delete them.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Iterator

from backprop.lessons.lens import Lens
from backprop.recording.bindings import Names, names_of
from backprop.recording.dtype_stability import keep_their_kinds
from backprop.recording.hooks import (
    AHEAD,
    ANY_ERROR,
    AROUND,
    CHANGED,
    COUNT,
    ENTERED,
    IS_AFTER,
    LEFT,
    LOST,
    NOTE,
    PASS_THROUGH,
    SLOW_NOTE,
    STORED,
    TICK,
    TURNED,
)
from backprop.recording.note_batching import Together
from backprop.recording.note_code import (
    array_note,
    base_and_keys,
    call,
    gated,
    guarded,
    index_of,
    is_named,
    is_plain,
    load,
    loaded,
    note_together,
    placed_at,
    try_except,
    tuple_of,
)
from backprop.recording.out_arguments import outs
from backprop.recording.rests import program_with_rests, with_rests
from backprop.recording.sites import Instrumented, NotedTogether, Site
from backprop.recording.training_loop import training_loops
from backprop.syntax_tree import fix_missing_locations, variables_in, walk

# Methods that change what they belong to, and functions that change what they are given first.
_CHANGING = {"append", "extend", "insert", "pop", "remove", "clear", "reverse", "fill", "sort", "update"}
_CHANGING_FIRST = {"copyto", "put", "place", "putmask", "at", "shuffle"}


def instrument(tree: ast.Module, lens: Lens, loop: ast.stmt | None = None) -> Instrumented:
    """Rewrite `tree` in place and return it with its sites.

    `loop` is the training loop, if it is known already; else it is found by the lens.
    """
    names = names_of(tree)
    marked, named = (training_loops(tree, lens)) if loop is None else ({loop}, True)
    result = Instrumented(tree, named, constants=names.constants.keys())
    _Rewriter(lens, result, marked, names, Together(tree, lens, names)).module(tree)
    fix_missing_locations(tree)
    return result


def _harmless_calls(names: Names) -> set[str]:
    """The names whose call, or whose attribute's call, cannot lead back into the program: `sum`, `math.exp`."""
    built_in = {"sum", "abs", "len", "max", "min", "range", "zip", "float", "int"}
    return {name for name in names.imported if names.bound[name] == 1} | (built_in - names.bound.keys())


class _Rewriter:
    """A pass over the tree. Each method returns the statements that take a statement's place."""

    def __init__(
        self,
        lens: Lens,
        result: Instrumented,
        marked: Collection[ast.stmt],
        names: Names,
        together: Together,
    ) -> None:
        self.lens = lens
        self.sites = result.sites
        self.together = result.together
        self.gates = result.gates
        self.runs = together.runs
        self.watched = together.watched
        self.marked = marked
        self.names = names
        self.constants = names.constants
        self.harmless_calls = _harmless_calls(names)
        self.loops = 0
        self.temporaries = 0
        self.own_items = self.own_numbers = False

    # --- statements ---

    def module(self, tree: ast.Module) -> None:
        """Rewrite a whole program, in place."""
        self.own_items = is_named(tree, "__getitem__")
        self.own_numbers = is_named(tree, "__pos__", "__getattr__", "__getattribute__", "dtype", "tobytes")
        tree.body = self.block(program_with_rests(tree.body))

    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """The statements of a body with their notes."""
        return [new for run in self.runs(body) for new in self.run(run)]

    def run(self, run: list[ast.stmt]) -> list[ast.stmt]:
        """Statements that can be noted together, if there is more than one note in them."""
        names = [name for statement in run if (name := self.watched(statement))]
        if len(names) < 2:
            return [new for statement in run for new in self.statement(statement)]
        first = len(self.sites)
        notes = [(statement, self.statement(statement)[1:]) for statement in run]
        noted = NotedTogether(tuple(range(first, len(self.sites))), keep_their_kinds(names, self.names))
        self.together.append(noted)
        # If a statement of the batch raises, the assignments before its line have been made: note them all the same.
        reached = [
            ast.If(call(IS_AFTER, ast.Constant(statement.end_lineno)), note, [])
            for statement, note in notes
            if note
        ]
        handler = ast.ExceptHandler(ast.Constant(ANY_ERROR), None, [*reached, ast.Raise()])
        whole = ast.copy_location(ast.Try(run, [handler], [], []), run[0])
        one_by_one = [part for _, note in notes for part in note]
        together = note_together(len(self.together), names, noted.same_kinds)
        at_once = try_except(together[:1], [try_except(together[1:], one_by_one)])
        return placed_at(run[-1], whole, gated(0, [at_once], one_by_one))

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        """A statement with its notes, and those of the statements in it."""
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self.function(node)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            return self.loop(node)
        elif isinstance(node, ast.ClassDef):
            node.body = self.block(node.body)
        elif isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)):
            self.expressions(node)
            targets = self.targets(node)
            named = {ast.unparse(target) for target in targets}  # l1 = np.exp(z, out=l1) sets one array
            changed = [one for one in self.changed_by_calls(node) if ast.unparse(one) not in named]
            return [node, *self.notes(node, [*targets, *changed])]
        elif isinstance(node, ast.If):
            self.expressions(node.test)
            node.body = self.block(node.body)
            node.orelse = self.block(node.orelse)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                self.expressions(item)
            targets = [
                target
                for item in node.items
                if item.optional_vars
                for target in self.parts(item.optional_vars)
            ]
            node.body = [*self.notes(node, targets), *self.block(node.body)]
        elif isinstance(node, ast.Match):
            self.expressions(node.subject)
            for case in node.cases:
                case.body = self.block(case.body)
        elif isinstance(node, (ast.Try, ast.TryStar)):
            node.body = self.block(node.body)
            for handler in node.handlers:
                handler.body = self.block(handler.body)
            node.orelse = self.block(node.orelse)
            node.finalbody = self.block(node.finalbody)
        else:
            self.expressions(node)
        return [node]

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Count the calls of what may call itself; note targets and learning rate, which are given.

        Other parameters are only handed on: what they hold was noted where it was assigned.
        """
        arguments = node.args
        names = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        targets: list[ast.expr] = [
            ast.copy_location(load(argument.arg), argument)
            for argument in names
            if (watch := self.lens.watches.get(argument.arg)) and watch.quantity in ("t", "eta")
        ]
        tick = placed_at(node, ast.Expr(call(TICK))) if self.may_call_itself(node) else []
        opening = tick + self.notes(node, targets)
        start = 1 if ast.get_docstring(node, clean=False) is not None else 0
        for default in [*arguments.defaults, *arguments.kw_defaults, *node.decorator_list]:
            if default is not None:
                self.expressions(default)
        node.body = node.body[:start] + opening + self.block(node.body[start:])

    def may_call_itself(self, node: ast.AST) -> bool:
        """True if it calls anything but built-ins and imported functions."""
        for part in walk(node):
            if isinstance(part, ast.Call):
                called = part.func.value if isinstance(part.func, ast.Attribute) else part.func
                if not (isinstance(called, ast.Name) and called.id in self.harmless_calls):
                    return True
        return False

    def counted(self, iterable: ast.expr) -> ast.expr:
        """The iterable with its turns counted, unless it is plainly short and cannot run away."""
        value = self.constants.get(iterable.id, iterable) if isinstance(iterable, ast.Name) else iterable
        if isinstance(value, ast.Tuple) or (isinstance(value, ast.List) and value is iterable):
            return iterable
        return ast.copy_location(call(COUNT, iterable), iterable)

    def loop(self, node: ast.For | ast.AsyncFor | ast.While) -> list[ast.stmt]:
        """A loop that counts against the budget; one that may be a training loop also marks its turns."""
        marked = node in self.marked
        if marked:
            for part in node.body:
                if isinstance(part, ast.If):  # if epoch == 30: …
                    part.body = with_rests(part.body)
        number = ast.Constant(self.loops)
        opening = placed_at(node, ast.Expr(call(TURNED, number))) if marked else []
        if isinstance(node, ast.While):
            self.expressions(node.test)
            opening += placed_at(node, ast.Expr(call(TICK)))
        else:
            self.expressions(node.iter)
            if isinstance(node, ast.For):
                hook = AHEAD if marked else AROUND if self.is_around_training(node) else None
                ahead = ast.copy_location(call(hook, node.iter), node.iter) if hook else node.iter
                node.iter = self.counted(ahead)
            opening += self.notes(node, self.parts(node.target))
        self.loops += marked
        node.body = [*opening, *self.block(node.body)]
        node.orelse = self.block(node.orelse)
        if not marked:
            return [node]
        around = ast.Try([node], [], [], placed_at(node, ast.Expr(call(LEFT, number))))
        return placed_at(node, ast.Expr(call(ENTERED, number)), around)

    def is_around_training(self, node: ast.For) -> bool:
        """True if a training loop stands within a loop: epochs around batches."""
        return any(part in self.marked for part in walk(node))

    # --- expressions ---

    def expressions(self, node: ast.AST) -> None:
        """Inside a statement: count the turns of comprehensions, note what `:=` assigns as it passes through."""
        for part in walk(node):
            if isinstance(part, ast.comprehension) and not part.is_async:
                part.iter = self.counted(part.iter)
            elif isinstance(part, ast.Lambda) and self.may_call_itself(part.body):
                part.body = ast.copy_location(ast.BoolOp(ast.And(), [call(TICK), part.body]), part.body)
            elif isinstance(part, ast.NamedExpr) and (found := self.lens.watch(part.target)):
                site = ast.copy_location(ast.Constant(len(self.sites)), part)
                self.sites.append(Site(part.lineno, found[0], [], part.value, False))
                part.value = ast.copy_location(call(PASS_THROUGH, site, part.value), part.value)

    # --- targets ---

    def targets(self, node: ast.stmt) -> list[ast.expr]:
        """All single targets that a simple statement sets, in the order they are set."""
        if isinstance(node, ast.Assign):
            return [part for target in node.targets for part in self.parts(target)]
        if isinstance(node, ast.AugAssign) or (isinstance(node, ast.AnnAssign) and node.value):
            return [node.target]
        return []

    def changed_by_calls(self, node: ast.stmt) -> list[ast.expr]:
        """The variables that a statement changes in place: `out=syn1`, `np.copyto(syn1, …)`, `weights.append(…)`."""
        calls = [part for part in walk(node) if isinstance(part, ast.Call)]
        found = [out for call in calls for out in outs(call, self.names)]
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            call, method = node.value, node.value.func
            if isinstance(method, ast.Attribute) and method.attr in _CHANGING:
                found.append(method.value)
            elif isinstance(method, ast.Attribute) and method.attr in _CHANGING_FIRST:
                found += call.args[:1]
        return [part for target in found for part in self.parts(target)]

    def parts(self, target: ast.expr) -> Iterator[ast.expr]:
        """Open `a[1], (a[2], *rest) = …` into its single targets."""
        if isinstance(target, (ast.Tuple, ast.List)):
            for element in target.elts:
                yield from self.parts(element)
        elif isinstance(target, ast.Starred):
            yield from self.parts(target.value)
        else:
            yield target

    def notes(self, statement: ast.stmt, targets: list[ast.expr] | Iterator[ast.expr]) -> list[ast.stmt]:
        """The statements that note what `statement` has just assigned to these targets."""
        targets = list(targets)
        bound = {target.id for target in targets if isinstance(target, ast.Name)}
        notes = [note for target in targets if (note := self.note(statement, target, bound))]
        return placed_at(statement, *notes)

    def note(self, statement: ast.stmt, target: ast.expr, bound: set[str]) -> ast.stmt | None:
        """The statement that notes what `statement` set `target` to, if notes are taken; None if nothing watches it."""
        gate, site = len(self.gates), len(self.sites)
        note = self.note_of(statement, target, bound)
        if note is None:
            return None
        self.gates.append(tuple(range(site, len(self.sites))))
        return gated(gate, [note], [])

    def note_of(self, statement: ast.stmt, target: ast.expr, bound: set[str]) -> ast.stmt | None:
        """The note of what a statement sets in one target; None if the target is not watched. `bound`: the names that the
        statement itself binds, whose values are others afterwards."""
        found = self.lens.watch(target)
        by_a_call = isinstance(statement, ast.Expr)
        if found is None:
            if not self.lens.watches:
                return None
            in_place = by_a_call or (isinstance(statement, ast.AugAssign) and self.lens.has_layers)
            if in_place or isinstance(target, ast.Subscript):
                return self.changed(target, bound, in_place)
            return None
        watch, indices = found
        if by_a_call and watch.layer is None:
            return self.changed(target, bound, True)
        value = statement.value if isinstance(statement, (ast.Assign, ast.AugAssign, ast.AnnAssign)) else None
        site = ast.Constant(len(self.sites))
        augmented = isinstance(statement, ast.AugAssign)
        self.sites.append(Site(target.lineno, watch, copy.deepcopy(indices), value, augmented))
        too_many = bool(watch.items) and len(indices) > watch.items
        if too_many or any(isinstance(index, ast.Starred) for index in indices):
            return ast.Expr(call(LOST, site))
        self.keep(target, bound)
        _, indices = self.lens.watch(target) or found
        if watch.layer is not None or (watch.items == 0 and indices):
            return array_note(watch, site, *base_and_keys(target), self.own_numbers)
        careful = call(SLOW_NOTE, site, index_of(indices), self.read(target))
        if len(indices) < watch.items or self.own_numbers:  # a whole container, or a row of it
            return guarded(careful, None, site)
        positive = ast.UnaryOp(ast.UAdd(), self.read(target))  # a float as it is, a copy of an array
        return guarded(call(NOTE, ast.Tuple([site, index_of(indices), positive], ast.Load())), careful, site)

    def read(self, target: ast.expr) -> ast.expr:
        """An expression that reads the assigned target again; a `__getitem__` of the program's own is not called for it."""
        if not self.own_items or not isinstance(target, ast.Subscript) or isinstance(target.slice, ast.Slice):
            return loaded(target)
        return call(STORED, loaded(target.value), loaded(target.slice))

    def changed(self, target: ast.expr, bound: set[str], in_place: bool) -> ast.stmt | None:
        """The statement that asks whether what changed is watched under another name: what the target stands for
        if it was changed in place, else what it is an item of."""
        self.keep(target, bound)
        changed, keys = base_and_keys(target)
        if not isinstance(changed, (ast.Name, ast.Attribute)):
            return None
        where = [
            ast.Constant(len(self.gates)),
            ast.Constant(target.lineno),
            tuple_of(keys),
            ast.Constant(in_place),
        ]
        return guarded(call(CHANGED, *where, loaded(changed)), None, None)

    def keep(self, target: ast.expr, bound: set[str]) -> None:
        """Make a target safe to read a second time: what is not plain in it is kept in a temporary."""
        if isinstance(target, ast.Attribute) and not isinstance(target.value, ast.Name):
            target.value = self.kept(target.value, bound)
        elif isinstance(target, ast.Subscript):
            target.slice = self.kept_index(target.slice, bound)
            if isinstance(target.value, (ast.Subscript, ast.Attribute)):
                self.keep(target.value, bound)

    def kept(self, expression: ast.expr, bound: set[str]) -> ast.expr:
        """A part of an index that the note can read again: as it is, or kept in a variable while the statement runs."""
        if is_plain(expression) and not variables_in(expression) & bound:
            return expression
        self.temporaries += 1
        name = ast.Name(f"·{self.temporaries}", ast.Store())
        return ast.copy_location(ast.NamedExpr(name, expression), expression)

    def kept_index(self, index: ast.expr, bound: set[str]) -> ast.expr:
        """An index, or the bounds of a slice, kept as in `kept`."""
        if isinstance(index, ast.Tuple):
            index.elts = [self.kept_index(element, bound) for element in index.elts]
        elif isinstance(index, ast.Slice):
            for part in ("lower", "upper", "step"):
                if (bound_of := getattr(index, part)) is not None:
                    setattr(index, part, self.kept(bound_of, bound))
        elif not isinstance(index, ast.Starred):
            return self.kept(index, bound)
        return index
