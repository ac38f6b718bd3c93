"""The functions that the rewritten program calls."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from backprop.trace.builder import LoopFrame
from backprop.trace.calls import Calls, is_own
from backprop.trace.containers import elements, known, unpacked
from backprop.trace.identity import SCALARS, is_array
from backprop.trace.items import Items
from backprop.trace.scalars import COMPARISONS, OPERATORS, UNARY, binary, compared_number, comparison, unary
from backprop.trace.tracer import MOST_CONDITIONS, Tracer
from backprop.trace.whole import same, type_of

_TRUTH = (bool, np.bool_)
_MAY_TAKE_LONG = ("Pow", "MatMult")


class Hooks:
    """The hooks by name, as the rewriter knows them."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer
        self.builder = tracer.builder
        self.augmented = {node: _augmented(tracer, *names) for node, names in OPERATORS.items()}
        self.items = Items(tracer, self.augmented)
        self.patterns: dict[int, Any] = {}
        """By the place of what is unpacked: the targets' pattern, see `unpacked`."""
        self._tests: list[tuple[int, list[int]]] = []
        self._branches: dict[int, list[int]] = {}
        self._generators: dict[int, tuple[int, LoopFrame]] = {}
        self._calls = Calls(tracer)

    def table(self) -> dict[str, Callable[..., Any]]:
        """All hooks by name."""
        tracer, items = self.tracer, self.items
        own = (
            *(self.constant, self.assigned, self.bound, self.unpack),
            *(self.clear, self.test, self.push, self.selected, self.branch, self.under, self.returned),
            *(self.loop, self.enter_loop, self.next_turn, self.leave_loop),
            *(self.suspended, self.resumed, self.begin_generator, self.call_generator),
        )
        table: dict[str, Callable[..., Any]] = {hook.__name__: hook for hook in own}
        table |= {node: binary(tracer, name, function) for node, (name, function, _) in OPERATORS.items()}
        table |= {f"Aug{node}": hook for node, hook in self.augmented.items()}
        for node, (name, compare) in COMPARISONS.items():
            table[node] = comparison(tracer, name, compare)
            table[f"Number{node}"] = compared_number(tracer, table[node])
        table |= {node: unary(tracer, name, function) for node, (name, function) in UNARY.items()}
        table |= {"read": items.read, "attribute": items.attribute, "call": self._calls.call}
        table |= {"item_target": items.item_target, "attribute_target": items.attribute_target}
        table |= {"type": type_of, "same": same, "slice": slice}
        if self.builder.rest:
            table |= {name: _after(self.builder.rest, table[name]) for name in _MAY_TAKE_LONG}
        return table

    def forget(self) -> None:
        """Let go of all that is known of the program's numbers."""
        self.tracer.identity.forget()
        self.tracer.conditions, self.tracer.decided = [], []
        self._tests.clear()
        self._branches.clear()

    # --- numbers and names ---

    def constant(self, place: int, value: Any) -> Any:
        """A number written as data: an object of its own each time."""
        return self.tracer.identity.wait(value, "constant", place)

    def assigned(self, place: int, value: Any) -> Any:
        """A value on its way to a name."""
        self.items.bind(place, value, "assign")
        return value

    def bound(self, place: int, value: Any, kind: str) -> Any:
        """A value that a name has just got."""
        self.items.bind(place, value, kind)
        return value

    def unpack(self, place: int, value: Any) -> Any:
        """A value on its way to several targets, or a starred argument."""
        pattern = self.patterns.get(place)
        if pattern is None:
            return (
                tuple(elements(self.tracer, value, place)) if is_array(value) and value.ndim == 1 else value
            )
        return unpacked(self.tracer, value, pattern, place)

    # --- conditions ---

    def clear(self) -> list[int]:
        """A test begins: the comparisons before it are none of its own."""
        before = self.tracer.conditions
        self.tracer.conditions = []
        return before

    def test(self, place: int, before: list[int], value: Any) -> Any:
        """The test of an `if` statement."""
        found = self._branches[place] = self.tracer.conditions[-MOST_CONDITIONS:]
        self.tracer.conditions = before
        if len(self.tracer.decided) < MOST_CONDITIONS:
            self.tracer.decided += [one for one in found if one not in self.tracer.decided]
        return value

    def push(self, place: int, before: list[int], value: Any) -> Any:
        """The test of a conditional expression."""
        self._tests.append((place, self.tracer.conditions[-MOST_CONDITIONS:]))
        self.tracer.conditions = before
        return value

    def selected(self, place: int, value: Any) -> Any:
        """The value of a conditional expression."""
        conditions: list[int] = []
        while self._tests:  # those of other places were left behind by an exception
            at, conditions = self._tests.pop()
            if at == place:
                break
        return self._chosen(place, value, conditions)

    def branch(self, place: int, before: list[int], value: Any) -> Any:
        """`a and b`, `a or b` with comparisons in them."""
        conditions = self.tracer.conditions[-MOST_CONDITIONS:]
        self.tracer.conditions = before
        if type(value) in _TRUTH:
            before += conditions
            return value
        return self._select(place, value, conditions)

    def under(self, place: int, test: int, value: Any) -> Any:
        """A value that is assigned in a branch of the `if` statement whose test stands at `test`."""
        return self._select(place, value, self._branches.get(test, []))

    def returned(self, place: int, value: Any) -> Any:
        """Record the result of a function with `if` statements as chosen by their conditions."""
        return self._select(place, value, self.tracer.decided)

    def _select(self, place: int, value: Any, conditions: list[int]) -> Any:
        return self._chosen(place, value, conditions) if conditions else value

    def _chosen(self, place: int, value: Any, conditions: list[int]) -> Any:
        """Record a number as chosen, even where no comparison of numbers decided: `z if is_last or z > 0 else 0.0` stands
        on the tape each time it is worked out."""
        if type(value) not in SCALARS or type(value) in _TRUTH:
            return value
        ids = (self.tracer.identity.of_scalar(value, place), *conditions)
        return self.tracer.computed(value, self.builder.scalar("select", place, value, ids))

    # --- loops ---

    def loop(self, place: int, iterable: Any) -> Iterator[Any]:
        """The iterable of a `for` loop or a comprehension, its turns counted."""
        frame = self.builder.begin_loop(place)
        iterator = (
            self._of_own(place, iterable) if is_own(iterable) else iter(known(self.tracer, iterable, place))
        )
        return self._turns(frame, iterator, self.builder.context)

    def _of_own(self, place: int, iterable: Any) -> Iterator[Any]:
        """The items of an object of the program, which has `__iter__` and perhaps `__next__` of its own."""
        iterator = self._adopted(place, self.tracer.enter(place, iter, (iterable,)))
        return _nexts(self.tracer, place, iterator) if is_own(iterator) else iterator

    def _turns(self, frame: LoopFrame, iterator: Iterator[Any], context: int) -> Iterator[Any]:
        builder, place = self.builder, frame.place
        next_turn = builder.next_turn
        pattern = self.patterns.get(place)
        try:
            for item in iterator:
                if frame.is_left:
                    return
                builder.context = context
                next_turn(frame)
                yield item if pattern is None else unpacked(self.tracer, item, pattern, place)
        finally:
            running: LoopFrame | None = builder.loop
            while running is not None and running is not frame:
                running = running.parent
            if running is frame and frame.parent is not None:  # else it was left long ago
                builder.loop = frame.parent

    def enter_loop(self, place: int) -> None:
        """A `while` loop begins."""
        self.builder.loop = self.builder.begin_loop(place)

    def next_turn(self, place: int) -> bool:
        """The test of a `while` loop is about to be evaluated."""
        frame = self._running(place) or self.builder.begin_loop(place)
        if not frame.is_left:
            self.builder.next_turn(frame)
        return not frame.is_left

    def leave_loop(self, place: int) -> None:
        """A `while` loop has ended."""
        frame = self._running(place)
        if frame is not None and frame.parent is not None:
            self.builder.loop = frame.parent

    def _running(self, place: int) -> LoopFrame | None:
        frame: LoopFrame | None = self.builder.loop
        while frame is not None and frame.place != place:
            frame = frame.parent
        return frame

    # --- generators ---

    def suspended(self) -> tuple[int, LoopFrame]:
        """A generator is about to hand out a value: where it stands."""
        return self.builder.context, self.builder.loop

    def resumed(self, position: tuple[int, LoopFrame], value: Any) -> Any:
        """A generator goes on from where it stood."""
        self.builder.context, self.builder.loop = position
        return value

    def begin_generator(self) -> None:
        """The body of a generator begins, in the context in which it was called."""
        position = self._generators.pop(id(sys._getframe(1)), None)
        if position is not None:
            self.builder.context, self.builder.loop = position

    def call_generator(self, place: int, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        """A call that may make one of the program's generators."""
        return self._adopted(place, self._calls.call(place, function, *args, **kwargs))

    def _adopted(self, place: int, result: Any) -> Any:
        """Something that was called: if it is a generator, its body will run as called from here."""
        if type(result) is types.GeneratorType and result.gi_frame is not None:
            self._generators[id(result.gi_frame)] = self.builder.context_of(place), self.builder.loop
        return result


def _nexts(tracer: Tracer, place: int, iterator: Iterator[Any]) -> Iterator[Any]:
    """The items of an iterator of the program, each asked for in a context of its own."""
    while True:
        try:
            item = tracer.enter(place, next, (iterator,))
        except StopIteration:
            return
        yield item


def _after(rest: Callable[[], None], hook: Callable[..., Any]) -> Callable[..., Any]:
    """A hook before which `rest` is called."""

    def rested(*args: Any, **kwargs: Any) -> Any:
        rest()
        return hook(*args, **kwargs)

    return rested


def _augmented(
    tracer: Tracer, name: str, function: Callable[[Any, Any], Any], in_place: Callable[[Any, Any], Any]
) -> Callable[[int, Any, Any], Any]:
    """The hook for `a += b`: of numbers as `a + b`, of others in place."""
    of_numbers = binary(tracer, name, function)
    of_others = binary(tracer, name, in_place)

    def hook(place: int, left: Any, right: Any) -> Any:
        return (of_numbers if type(left) in SCALARS else of_others)(place, left, right)

    return hook
