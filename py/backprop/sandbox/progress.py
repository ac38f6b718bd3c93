"""A stand-in for tqdm: the plain loop, without a progress bar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any


class tqdm:
    """for x in tqdm(values) is for x in values; what would change the bar does nothing."""

    def __init__(self, iterable: Iterable[Any] | None = None, *args: Any, **options: Any) -> None:
        self.iterable = () if iterable is None else iterable
        self.total = options.get("total")
        self.n = 0

    def __iter__(self) -> Iterator[Any]:
        return iter(self.iterable)

    def __len__(self) -> int:
        return self.total if isinstance(self.total, int) else len(self.iterable)  # type: ignore[arg-type]

    def __bool__(self) -> bool:
        return True

    def __enter__(self) -> tqdm:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def update(self, n: int = 1) -> None:
        """Count on, as a program does that moves the bar itself."""
        self.n += n

    @staticmethod
    def write(text: str = "", *args: Any, **options: Any) -> None:
        """Print a line."""
        print(text)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _nothing


def _nothing(*args: Any, **options: Any) -> None:
    """set_description, set_postfix, refresh, close, …"""


def trange(*bounds: int, **options: Any) -> tqdm:
    """tqdm(range(*bounds))."""
    return tqdm(range(*bounds), **options)
