"""Finds the statements that can be noted together, once the last of them has run (alias analysis).

One note for eight arrays costs less than half of eight notes. But a note must hold what a name had
right after its assignment, so it may wait only past statements that can neither change that array
nor note anything themselves. What is not plainly so is noted at once: a program with classes, say,
or one that reaches for `globals()`, never waits.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

import numpy as np

from backprop.lessons.lens import Lens
from backprop.recording.bindings import Names
from backprop.recording.hooks import REST
from backprop.recording.out_arguments import numpy_function, outs
from backprop.recording.rests import is_rest
from backprop.syntax_tree import walk

# Each of these gives an array of its own, or a number, and changes nothing; so does every ufunc.
_NUMPY = {"array", "zeros", "ones", "full", "zeros_like", "ones_like", "where"}
_NUMPY |= {"dot", "outer", "round", "max", "min", "argmax", "clip", "sum", "mean"}
_RANDOM = {"random", "rand", "randn", "normal", "uniform", "random_sample"}
_METHODS = {"dot", "sum", "mean", "copy", "max", "min", "round"}
_OPTIONS = {"axis", "keepdims", "dtype", "size"}
# These change nothing, but what they give may belong to somebody else.
_BUILT_IN = {"print", "len", "abs", "float", "int", "str", "range", "sum", "max", "min", "round"}

_REACHING = {"exec", "eval", "globals", "locals", "vars", "setattr", "getattr", "compile"}
_REACHING |= {"__import__", "__builtins__"}
_QUIET = (
    *(ast.Name, ast.Constant, ast.Attribute, ast.Subscript, ast.Slice, ast.Tuple, ast.Call, ast.keyword),
    *(ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.IfExp, ast.JoinedStr, ast.FormattedValue),
    *(ast.operator, ast.unaryop, ast.cmpop, ast.boolop, ast.expr_context),
)


class Together:
    """Finds the runs of statements that can be noted together."""

    def __init__(self, tree: ast.Module, lens: Lens, names: Names) -> None:
        self._lens = lens
        self._names = names
        self._answers: dict[tuple[str, str], bool] = {}
        self._never = "*" in names.bound or any(map(self._hides, walk(tree)))

    def _hides(self, node: ast.AST) -> bool:
        """True if such a node may do what the program's text does not show: a call of `exec`, say."""
        if isinstance(node, ast.Attribute):
            return not isinstance(node.ctx, ast.Load) or node.attr == "resize"
        return isinstance(node, ast.ClassDef) or (isinstance(node, ast.Name) and node.id in _REACHING)

    def runs(self, body: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
        """The body cut into runs: one statement by itself, or several that can be noted together."""
        run: list[ast.stmt] = []
        held: set[str] = set()  # the names whose arrays wait for their note, and whose arrays they are
        for statement in body:
            can_wait = self._can_wait(statement)
            # An error's line tells them apart; a rest sets nothing and stands in the line of the statement behind it.
            before = [one.end_lineno or 0 for one in run if not is_rest(one)]
            follows = run and (is_rest(statement) or statement.lineno > max(before, default=0))
            if run and not (can_wait and follows and self._changed(statement) not in held):
                yield run
                run, held = [], set()
            if can_wait:
                run.append(statement)
                held |= self._holds(statement)
            else:
                yield [statement]
        if run:
            yield run

    def watched(self, statement: ast.stmt) -> str | None:
        """The watched name that one statement of a run sets."""
        name = self._changed(statement)
        return name if name in self._lens.watches else None

    def _changed(self, statement: ast.stmt) -> str | None:
        target = (
            statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
        )
        return target.id if isinstance(target, ast.Name) else None

    def _holds(self, statement: ast.stmt) -> set[str]:
        name = self.watched(statement)
        if name is None:
            return set()
        value = getattr(statement, "value", None)
        return {name, value.id} if isinstance(value, ast.Name) else {name}

    def _can_wait(self, statement: ast.stmt) -> bool:
        if self._never:
            return False
        if isinstance(statement, (ast.Assign, ast.AugAssign)):
            return self._quiet(statement.value) and self._keeps_its_own(statement)
        return self._says_something(statement)

    def _keeps_its_own(self, statement: ast.Assign | ast.AugAssign) -> bool:
        """True if the one name it sets stands for an array that no other name can change."""
        name = self._changed(statement)
        if name is None or (isinstance(statement, ast.Assign) and len(statement.targets) > 1):
            return False
        watch = self._lens.watches.get(name)
        if isinstance(statement, ast.AugAssign):
            return watch is not None and watch.layer not in (None, "all") and self._is_own(name)
        if watch is None:
            return True
        value = statement.value
        own = self._is_own(value.id) if isinstance(value, ast.Name) else self._fresh(value)
        return watch.layer not in (None, "all") and own

    def _says_something(self, statement: ast.stmt) -> bool:
        """`print(…)`, or an `if` with nothing else in it."""
        if isinstance(statement, ast.If):
            return self._quiet(statement.test) and all(
                map(self._says_something, statement.body + statement.orelse)
            )
        return isinstance(statement, ast.Pass) or (
            isinstance(statement, ast.Expr) and self._quiet(statement.value)
        )

    # --- names ---

    def _once(self, question: str, name: str, answer: Callable[[], bool]) -> bool:
        """The answer, computed once; False while it is being computed, so that a recursive definition counts as unsafe."""
        if (question, name) not in self._answers:
            self._answers[question, name] = False
            self._answers[question, name] = answer()
        return self._answers[question, name]

    def _is_own(self, name: str) -> bool:
        """True if every array that a name ever stands for was made for it, and is no view of another."""
        values = self._names.assigned.get(name, [])
        all_known = self._names.bound[name] == len(values) + self._names.augmented[name]
        return self._once("own", name, lambda: bool(values) and all_known and all(map(self._fresh, values)))

    # --- expressions ---

    def _quiet(self, expression: ast.expr) -> bool:
        """True if it changes nothing and notes nothing."""
        return all(
            isinstance(part, _QUIET) and (not isinstance(part, ast.Call) or self._quiet_call(part))
            for part in walk(expression)
        )

    def _quiet_call(self, call: ast.Call) -> bool:
        if isinstance(call.func, ast.Constant):
            return call.func.value == REST
        if isinstance(call.func, ast.Name):
            name = call.func.id
            return (name in _BUILT_IN and not self._names.bound[name]) or self._quiet_function(name)
        return self._numpy_call(call)

    def _numpy_call(self, call: ast.Call) -> bool:
        """True for a call of a NumPy function, or of an array's method, that gives a new array and no view."""
        if not isinstance(call.func, ast.Attribute) or not all(
            word.arg in _OPTIONS for word in call.keywords
        ):
            return False
        name, owner = call.func.attr, ast.unparse(call.func.value)
        module, _, part = owner.partition(".")
        if self._names.modules.get(module) == "numpy" and part in ("", "random"):
            computes = name in _NUMPY or isinstance(numpy_function(call.func, self._names), np.ufunc)
            return (name in _RANDOM if part else computes) and not outs(call, self._names)
        return name in _METHODS and len(call.args) <= 1  # a second may be an array to write into

    def _fresh(self, expression: ast.expr) -> bool:
        """True if its result is a new array: no alias and no view."""
        if isinstance(expression, ast.Call):
            if isinstance(expression.func, ast.Name):
                return self._fresh_function(expression.func.id)
            return self._numpy_call(expression)
        return isinstance(expression, (ast.BinOp, ast.UnaryOp, ast.Compare, ast.Constant))

    # --- the program's own functions ---

    def _quiet_function(self, name: str) -> bool:
        return name in self._names.functions and self._once("quiet", name, lambda: self._only_computes(name))

    def _only_computes(self, name: str) -> bool:
        function = self._names.functions[name]
        named = [part.arg for part in walk(function.args) if isinstance(part, ast.arg)]
        return not self._lens.watches.keys() & named and self._all_compute(function.body)

    def _all_compute(self, body: list[ast.stmt]) -> bool:
        return all(map(self._computes, body))

    def _computes(self, statement: ast.stmt) -> bool:
        if isinstance(statement, ast.If):
            both = statement.body + statement.orelse
            return self._quiet(statement.test) and self._all_compute(both)
        if isinstance(statement, ast.Return):
            return statement.value is None or self._quiet(statement.value)
        if isinstance(statement, ast.Assign):
            names = {target.id if isinstance(target, ast.Name) else None for target in statement.targets}
            return self._quiet(statement.value) and not names & {None, *self._lens.watches}
        return self._says_something(statement)

    def _fresh_function(self, name: str) -> bool:
        return name in self._names.functions and self._once("fresh", name, lambda: self._gives_its_own(name))

    def _gives_its_own(self, name: str) -> bool:
        parts = list(walk(self._names.functions[name]))
        local = {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
        given = [part.value for part in parts if isinstance(part, ast.Return) and part.value]
        return all(
            (one.id in local and self._is_own(one.id)) if isinstance(one, ast.Name) else self._fresh(one)
            for one in given
        )
