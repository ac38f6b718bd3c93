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
import warnings
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from types import CodeType
from typing import Any, NamedTuple

from backprop.lessons.lens import Lens, Watch
from backprop.recording.bindings import Names, names_of
from backprop.recording.dtype_stability import keep_their_kinds
from backprop.recording.note_batching import Together
from backprop.recording.out_arguments import outs
from backprop.recording.training_loop import training_loops

# Marks stand in the log like sites do, but are negative.
TURN, ENTER, LEAVE = -1, -2, -3

# The hooks, as they stand in the tree: numbers so long that no program has one by accident.
_FIRST_HOOK = 0xB4C6_57A1_0E93_D28F_6C15_F07B_3A8E_9D42
NOTE, ODD, LOST, THROUGH, CHANGED, LOOKED_AT, TOGETHER, TICK, COUNT = (_FIRST_HOOK + n for n in range(9))
JOIN, LEN, SLICE, IS_AFTER, EXCEPTION, ANY_ERROR = (_FIRST_HOOK + n for n in range(9, 15))
VALUE, QUIET, START, BEGIN = (_FIRST_HOOK + n for n in range(15, 19))

# LOOKED_AT knows the site of one array by its number; what is noted together by its number, counted
# from 1 and so many times this, and by its length in bytes if that may change.
MOST_TOGETHER = 2**20  # bytes

# Methods that change what they belong to, and functions that change what they are given first.
_CHANGING = {"append", "extend", "insert", "pop", "remove", "clear", "reverse", "fill", "sort", "update"}
_CHANGING_FIRST = {"copyto", "put", "place", "putmask", "at", "shuffle"}


@dataclass(frozen=True)
class Site:
    """One place in the program where one watched name is assigned to.

    `index` and `value` are the student's own expressions.
    """

    line: int
    watch: Watch
    index: list[ast.expr]
    value: ast.expr | None
    augmented: bool

    @property
    def makes_ready(self) -> bool:
        """Whether it only makes an empty container, as `delta = {}` does."""
        return bool(self.watch.items) and not self.index and self.value is not None and _is_empty(self.value)


def _is_empty(value: ast.expr) -> bool:
    """`{}`, `[]`, `dict()`, `[0] * 9`, `np.zeros(9)`, or several of them in a tuple."""
    if isinstance(value, ast.Tuple):
        return all(map(_is_empty, value.elts))
    if isinstance(value, ast.BinOp):
        return isinstance(value.left, ast.List) or isinstance(value.right, ast.List)
    if isinstance(value, ast.Call):
        name = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
        return name in ("zeros", "empty") or (name in ("dict", "list") and not value.args)
    return (isinstance(value, ast.Dict) and not value.keys) or (
        isinstance(value, ast.List) and not value.elts
    )


class NotedTogether(NamedTuple):
    """The sites of arrays that are noted as one, and whether these arrays keep their kinds."""

    sites: tuple[int, ...]
    same_kinds: bool


@dataclass
class Instrumented:
    """The rewritten tree, its sites by number, those noted together, and the names that are set once and for all.

    `named` says whether a loop over the lens's variable is the training loop.
    """

    tree: ast.Module
    named: bool
    sites: list[Site] = field(default_factory=list)
    together: list[NotedTogether] = field(default_factory=list)
    constants: Collection[str] = ()


def instrument(tree: ast.Module, lens: Lens, loop: ast.stmt | None = None) -> Instrumented:
    """Rewrite `tree` in place and return it with its sites.

    `loop` is the training loop, if it is known already; else it is found by the lens.
    """
    names = names_of(tree)
    marked, named = (training_loops(tree, lens)) if loop is None else ({loop}, True)
    result = Instrumented(tree, named, constants=names.constants.keys())
    _Rewriter(lens, result, marked, names, Together(tree, lens, names)).module(tree)
    ast.fix_missing_locations(tree)
    return result


def _harmless_calls(names: Names) -> set[str]:
    """The names whose call, or whose attribute's call, cannot lead back into the program: `sum`, `math.exp`."""
    built_in = {"sum", "abs", "len", "max", "min", "range", "zip", "float", "int"}
    return {name for name in names.imported if names.bound[name] == 1} | (built_in - names.bound.keys())


def hooked(program: Instrumented, file: str, hooks: Mapping[int, Any]) -> CodeType:
    """The program compiled, each hook in the place of the number that stands for it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # it looks as if numbers were called
        return _with_hooks(compile(program.tree, file, "exec", dont_inherit=True), hooks)


def _with_hooks(code: CodeType, hooks: Mapping[int, Any]) -> CodeType:
    def put(constant: Any) -> Any:
        if isinstance(constant, CodeType):
            return _with_hooks(constant, hooks)
        return hooks.get(constant, constant) if type(constant) is int else constant

    return code.replace(co_consts=tuple(map(put, code.co_consts)))


def _load(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _call(hook: int, *args: ast.expr) -> ast.Call:
    return ast.Call(ast.Constant(hook), list(args), [])


def _at(line_of: ast.AST, *nodes: ast.stmt) -> list[ast.stmt]:
    """Give statements of ours the place of the student's statement; what is in them gets it in the end."""
    for node in nodes:
        if not hasattr(node, "lineno"):
            ast.copy_location(node, line_of)
    return list(nodes)


class _Loaded(ast.NodeTransformer):
    """Turns an assignment target into an expression that reads what it set."""

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.expr:
        return ast.copy_location(_load(node.target.id), node)

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if hasattr(node, "ctx"):
            node.ctx = ast.Load()
        return node


def _loaded(expression: ast.expr) -> ast.expr:
    """A copy of an assignment target, to be read instead of set."""
    loaded: ast.expr = _Loaded().visit(copy.deepcopy(expression))
    return loaded


def _plain(expression: ast.expr) -> bool:
    """Whether reading the expression a second time can neither change anything nor give another value."""
    if isinstance(expression, (ast.Constant, ast.Name)):
        return True
    if isinstance(expression, ast.UnaryOp):
        return _plain(expression.operand)
    if isinstance(expression, ast.BinOp):
        return _plain(expression.left) and _plain(expression.right)
    if isinstance(expression, (ast.Tuple, ast.List)):
        return all(_plain(element) for element in expression.elts)
    return False


class _Rewriter:
    """One pass over the tree. Each method returns the statements that take a statement's place."""

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
        self.runs = together.runs
        self.watched = together.watched
        self.marked = marked
        self.names = names
        self.constants = names.constants
        self.harmless_calls = _harmless_calls(names)
        self.loops = 0
        self.temporaries = 0

    # --- statements ---

    def module(self, tree: ast.Module) -> None:
        tree.body = self.block(tree.body)

    def block(self, body: list[ast.stmt], mark: list[ast.expr] | None = None) -> list[ast.stmt]:
        """A block, and the mark that stands before all that is noted in it."""
        runs = enumerate(self.runs(body))
        return [new for n, run in runs for new in self.run(run, [] if n else mark or [])]

    def run(self, run: list[ast.stmt], mark: list[ast.expr]) -> list[ast.stmt]:
        """Statements that can be noted together, if there is more than one note in them."""
        names = [name for statement in run if (name := self.watched(statement))]
        if len(names) < 2:
            return [*_noted(run[0], mark), *(new for statement in run for new in self.statement(statement))]
        first = len(self.sites)
        notes = [(statement, self.statement(statement)[1:]) for statement in run]
        noted = NotedTogether(tuple(range(first, len(self.sites))), keep_their_kinds(names, self.names))
        self.together.append(noted)
        # What stands before the line of an error has been assigned, and is not lost.
        reached = [
            ast.If(_call(IS_AFTER, ast.Constant(statement.end_lineno)), note, [])
            for statement, note in notes
            if note
        ]
        marked = _noted(run[-1], mark)
        handler = ast.ExceptHandler(ast.Constant(ANY_ERROR), None, [*marked, *reached, ast.Raise()])
        whole = ast.copy_location(ast.Try(run, [handler], [], []), run[0])
        one_by_one = [part for _, note in notes for part in note]
        together = _note_together(len(self.together), names, mark, noted.same_kinds)
        return _at(run[-1], whole, _try(together[:1], [*marked, _try(together[1:], one_by_one)]))

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
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
            ast.copy_location(_load(argument.arg), argument)
            for argument in names
            if (watch := self.lens.watches.get(argument.arg)) and watch.quantity in ("t", "eta")
        ]
        tick = _at(node, ast.Expr(_call(TICK))) if self.may_call_itself(node) else []
        opening = tick + self.notes(node, targets)
        start = 1 if ast.get_docstring(node, clean=False) is not None else 0
        for default in [*arguments.defaults, *arguments.kw_defaults, *node.decorator_list]:
            if default is not None:
                self.expressions(default)
        node.body = node.body[:start] + opening + self.block(node.body[start:])

    def may_call_itself(self, node: ast.AST) -> bool:
        """Whether anything is called in it but built-ins and imported functions."""
        for part in ast.walk(node):
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
        return ast.copy_location(_call(COUNT, iterable), iterable)

    def loop(self, node: ast.For | ast.AsyncFor | ast.While) -> list[ast.stmt]:
        marked = node in self.marked
        mark = self.mark(TURN, self.loops) if marked else []
        opening: list[ast.stmt] = []
        if isinstance(node, ast.While):
            self.expressions(node.test)
            opening += _at(node, ast.Expr(_call(TICK)))
        else:
            self.expressions(node.iter)
            if isinstance(node, ast.For):
                node.iter = self.counted(node.iter)
            opening += self.notes(node, self.parts(node.target))
        if opening:
            node.body = [*_noted(node, mark), *opening, *self.block(node.body)]
        else:
            node.body = self.block(node.body, mark)
        node.orelse = self.block(node.orelse)
        if not marked:
            return [node]
        loop, self.loops = self.loops, self.loops + 1
        around = ast.Try(body=[node], handlers=[], orelse=[], finalbody=_noted(node, self.mark(LEAVE, loop)))
        return [*_noted(node, self.mark(ENTER, loop)), ast.copy_location(around, node)]

    def mark(self, kind: int, loop: int) -> list[ast.expr]:
        nothing = b"" if self.lens.has_layers else 0.0  # of the kind that the log's other values are
        return [ast.Constant(kind), ast.Constant(loop), ast.Constant(nothing)]

    # --- expressions ---

    def expressions(self, node: ast.AST) -> None:
        """Inside a statement: count the turns of comprehensions, note what `:=` assigns as it passes through."""
        for part in ast.walk(node):
            if isinstance(part, ast.comprehension) and not part.is_async:
                part.iter = self.counted(part.iter)
            elif isinstance(part, ast.Lambda) and self.may_call_itself(part.body):
                part.body = ast.copy_location(ast.BoolOp(ast.And(), [_call(TICK), part.body]), part.body)
            elif isinstance(part, ast.NamedExpr) and (found := self.lens.watch(part.target)):
                site = ast.copy_location(ast.Constant(len(self.sites)), part)
                self.sites.append(Site(part.lineno, found[0], [], part.value, False))
                part.value = ast.copy_location(_call(THROUGH, site, part.value), part.value)

    # --- targets ---

    def targets(self, node: ast.stmt) -> list[ast.expr]:
        """All single targets that a simple statement sets, in the order they are set."""
        if isinstance(node, ast.Assign):
            return [part for target in node.targets for part in self.parts(target)]
        if isinstance(node, ast.AugAssign) or (isinstance(node, ast.AnnAssign) and node.value):
            return [node.target]
        return []

    def changed_by_calls(self, node: ast.stmt) -> list[ast.expr]:
        """What a statement changes in place: `out=syn1`, `np.copyto(syn1, …)`, `weights.append(…)`."""
        calls = [part for part in ast.walk(node) if isinstance(part, ast.Call)]
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
        return _at(statement, *notes)

    def note(self, statement: ast.stmt, target: ast.expr, bound: set[str]) -> ast.stmt | None:
        """The statement that notes what `statement` set `target` to; None if nothing watches it."""
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
            return ast.Expr(_call(LOST, site))
        self.keep(target, bound)
        _, indices = self.lens.watch(target) or found
        if watch.layer is not None or (watch.items == 0 and indices):
            return _array_note(watch, site, *_opened(target))
        careful = _call(ODD, site, _index(indices), _loaded(target))
        if len(indices) < watch.items:  # a whole container, or a row of it
            return _guarded(careful, None, site)
        positive = ast.UnaryOp(ast.UAdd(), _loaded(target))  # a float as it is, a copy of an array
        return _guarded(_call(NOTE, ast.Tuple([site, _index(indices), positive], ast.Load())), careful, site)

    def changed(self, target: ast.expr, bound: set[str], in_place: bool) -> ast.stmt | None:
        """The statement that asks whether what changed is watched under another name: what the target stands for
        if it was changed in place, else what it is an item of."""
        self.keep(target, bound)
        changed, keys = _opened(target)
        if not isinstance(changed, (ast.Name, ast.Attribute)):
            return None
        where = [ast.Constant(target.lineno), _tuple(keys), ast.Constant(in_place)]
        return _guarded(_call(CHANGED, *where, _loaded(changed)), None, None)

    def keep(self, target: ast.expr, bound: set[str]) -> None:
        """Make a target safe to read a second time: what is not plain in it is kept in a temporary."""
        if isinstance(target, ast.Attribute) and not isinstance(target.value, ast.Name):
            target.value = self.kept(target.value, bound)
        elif isinstance(target, ast.Subscript):
            target.slice = self.kept_index(target.slice, bound)
            if isinstance(target.value, (ast.Subscript, ast.Attribute)):
                self.keep(target.value, bound)

    def kept(self, expression: ast.expr, bound: set[str]) -> ast.expr:
        names = {part.id for part in ast.walk(expression) if isinstance(part, ast.Name)}
        if _plain(expression) and not names & bound:
            return expression
        self.temporaries += 1
        name = ast.Name(f"·{self.temporaries}", ast.Store())
        return ast.copy_location(ast.NamedExpr(name, expression), expression)

    def kept_index(self, index: ast.expr, bound: set[str]) -> ast.expr:
        if isinstance(index, ast.Tuple):
            index.elts = [self.kept_index(element, bound) for element in index.elts]
        elif isinstance(index, ast.Slice):
            for part in ("lower", "upper", "step"):
                if (bound_of := getattr(index, part)) is not None:
                    setattr(index, part, self.kept(bound_of, bound))
        elif not isinstance(index, ast.Starred):
            return self.kept(index, bound)
        return index


def _opened(target: ast.expr) -> tuple[ast.expr, list[ast.expr]]:
    """Of `weights[-1][0, 2]`: `weights`, and what it is indexed with, one after the other."""
    keys: list[ast.expr] = []
    while isinstance(target, ast.Subscript):
        keys.insert(0, _as_value(target.slice))
        target = target.value
    return target, keys


def _tuple(values: list[ast.expr]) -> ast.expr:
    return ast.Tuple(values, ast.Load())


def _array_note(watch: Watch, site: ast.Constant, array: ast.expr, keys: list[ast.expr]) -> ast.stmt:
    """Note a layer's array as bytes; a part of one, or a list of them, with care."""
    careful = _call(ODD, site, _tuple(keys) if keys else ast.Constant(None), _loaded(array))
    if watch.layer == "all" or (keys and watch.layer is not None):
        return _guarded(careful, None, site)
    if watch.layer is None:
        positive = ast.UnaryOp(ast.UAdd(), _loaded(array))
        return _guarded(_call(NOTE, _tuple([site, ast.Constant(None), positive])), careful, site)
    kind = ast.Attribute(_loaded(array), "dtype", ast.Load())
    copied = ast.Call(ast.Attribute(_loaded(array), "tobytes", ast.Load()), [], [])
    return _guarded(_call(NOTE, _tuple([_looked_at(site), kind, copied])), careful, site)


def _noted(line_of: ast.AST, note: list[ast.expr]) -> list[ast.stmt]:
    return _at(line_of, ast.Expr(_call(NOTE, _tuple(note)))) if note else []


def _note_together(number: int, names: list[str], mark: list[ast.expr], same_kinds: bool) -> list[ast.stmt]:
    """Note several names' arrays as one, and the mark before them; the same after a look at each, but for the mark."""
    arrays = _tuple([_load(name) for name in names])
    if same_kinds:
        note = [_looked_at(ast.Constant(number * MOST_TOGETHER)), ast.Constant(None), _call(JOIN, arrays)]
    else:
        joined = ast.NamedExpr(ast.Name("·joined", ast.Store()), _call(JOIN, arrays))
        length = ast.BinOp(_call(LEN, joined), ast.Add(), ast.Constant(number * MOST_TOGETHER))
        kinds: list[ast.expr] = [
            part
            for name in names
            for part in (ast.Attribute(_load(name), "dtype", ast.Load()), _call(LEN, _load(name)))
        ]
        note = [_looked_at(length), _tuple(kinds), _load("·joined")]
    careful = _call(TOGETHER, ast.Constant(number), arrays)
    return [ast.Expr(_call(NOTE, _tuple([*mark, *note]))), ast.Expr(careful)]


def _looked_at(key: ast.expr) -> ast.expr:
    """Fails, and so leads to the careful way, for what has not been looked at."""
    return ast.Subscript(ast.Constant(LOOKED_AT), key, ast.Load())


def _guarded(fast: ast.expr, careful: ast.expr | None, site: ast.expr | None) -> ast.stmt:
    """`try: fast` / `except: careful` / `except: say it was lost`. A try that raises nothing costs nothing."""
    lost: list[ast.stmt] = [ast.Expr(_call(LOST, site)) if site else ast.Pass()]
    inner: list[ast.stmt] = lost if careful is None else [_try([ast.Expr(careful)], lost)]
    return _try([ast.Expr(fast)], inner)


def _try(body: list[ast.stmt], otherwise: list[ast.stmt]) -> ast.stmt:
    return ast.Try(body, [ast.ExceptHandler(ast.Constant(EXCEPTION), None, otherwise)], [], [])


def _as_value(index: ast.expr) -> ast.expr:
    """An index as an expression that can stand anywhere: a slice becomes a call, a kept part its name."""
    if isinstance(index, ast.NamedExpr):
        return _load(index.target.id)
    if isinstance(index, ast.Slice):
        parts = (index.lower, index.upper, index.step)
        return _call(SLICE, *(ast.Constant(None) if part is None else _as_value(part) for part in parts))
    return _loaded(index)


def _index(indices: list[ast.expr]) -> ast.expr:
    """What the note says of the index: nothing, the one index, or a tuple of them."""
    values = [_as_value(index) for index in indices]
    if not values:
        return ast.Constant(None)
    return values[0] if len(values) == 1 else ast.Tuple(values, ast.Load())
