"""An event loop for a program's coroutines where another one runs already, as in the page's worker or in a notebook."""

from __future__ import annotations

import asyncio
import time
from asyncio import events, runners
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def own_event_loop() -> Iterator[None]:
    """For the block, `asyncio.run`, `asyncio.new_event_loop` and their kin make a loop that waits for time alone.

    Without a loop that runs, Python's own serve: nothing changes. Example of what runs in the page, too:

        async def main():
            for epoch in range(100):
                train()
                await asyncio.sleep(0)
        asyncio.run(main())
    """
    running = events._get_running_loop()
    if running is None:
        yield
        return
    policy, run = asyncio.get_event_loop_policy(), asyncio.run
    events._set_running_loop(None)
    asyncio.set_event_loop_policy(_Policy())
    asyncio.run = (
        runners.run
    )  # the page's Python has another one, which needs a browser that can switch stacks
    try:
        yield
    finally:
        asyncio.run = run
        asyncio.set_event_loop_policy(policy)
        events._set_running_loop(running)


class _Loop(asyncio.BaseEventLoop):
    """Runs coroutines that wait for each other and for time: there are no other threads, and there is no network."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = _Clock()

    def _process_events(self, event_list: list[object]) -> None:
        """There are none: `_Clock` has nothing but time."""

    def _write_to_self(self) -> None:
        """Nothing sleeps that would have to be woken."""


class _Clock:
    """The selector of an event loop: it waits for the next callback and watches no files."""

    def select(self, timeout: float | None) -> list[object]:
        """Wait so many seconds; RuntimeError if nothing would end the wait."""
        if timeout is None:
            raise RuntimeError("every coroutine waits for another one, and none can go on")
        if timeout > 0:
            time.sleep(timeout)
        return []


class _Policy(asyncio.DefaultEventLoopPolicy):
    _loop_factory = _Loop
