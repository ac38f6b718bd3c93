"""Stand-ins for modules that a program may use but that are not here: matplotlib, tqdm, seaborn, IPython, pandas.

with standins() as collected:
    exec(program)             # import matplotlib.pyplot as plt; plt.plot(losses); plt.title("误差")
collected.drawings            # [Drawing("plot", 1, (1, 1, 1), [[0.9, …]], {}), Drawing("title", …)]
collected.unsupported         # ["plt.hexbin"]: called, not drawn

A page draws `drawings` later. After the block everything is as it was before.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from backprop.sandbox.drawing_calls import Collected, Quiet
from backprop.sandbox.drawings import Pyplot
from backprop.sandbox.progress import tqdm, trange
from backprop.sandbox.tables import Pandas

ROOTS = frozenset(("matplotlib", "mpl_toolkits", "pylab", "seaborn", "tqdm", "IPython"))
"""The packages whose stand-in takes their place, installed or not. That of pandas serves only where there is no pandas."""

_PYPLOT = ("matplotlib.pyplot", "pylab", "matplotlib.pylab")

_SUBMODULES = frozenset(
    ("pyplot", "pylab", "notebook", "auto", "std")
)  # also as `from matplotlib import pyplot`


@contextmanager
def standins() -> Iterator[Collected]:
    """For the block, the stand-ins take the place of these modules, and of pandas where that is not installed."""
    collected = Collected()
    finder = _Finder(collected)
    before = _taken_out()
    last = _PandasFinder()
    sys.meta_path.insert(0, finder)
    sys.meta_path.append(last)
    try:
        yield collected
    finally:
        sys.meta_path[:] = [other for other in sys.meta_path if other not in (finder, last)]
        _taken_out()
        sys.modules.update(before)


def _taken_out() -> dict[str, types.ModuleType]:
    """Remove all modules of these packages from sys.modules, and give them back."""
    names = [
        name
        for name, module in sys.modules.items()
        if name.split(".")[0] in ROOTS or isinstance(module, Pandas)
    ]
    return {name: sys.modules.pop(name) for name in names}


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds a stand-in for every module of these packages, as `matplotlib.colors`."""

    def __init__(self, collected: Collected) -> None:
        self.collected = collected
        self.pyplot = Pyplot(collected)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.split(".")[0] not in ROOTS:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Module(spec.name, self.collected)

    def exec_module(self, module: types.ModuleType) -> None:
        name = module.__name__
        if name in _PYPLOT:
            module.__dict__.update(self.pyplot.functions())
        elif name.split(".")[0] == "tqdm":
            module.__dict__.update(tqdm=tqdm, trange=trange)
        elif name == "matplotlib":
            module.__dict__.update(rcParams=self.pyplot.parameters, rc=self.pyplot.nothing)
            module.__dict__["__version__"] = "0"
        if name.endswith("pylab"):
            _add_numpy(module)


class _PandasFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """The last finder: it finds the stand-in for pandas where no other finds pandas itself."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(name, self) if name == "pandas" else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return Pandas()

    def exec_module(self, module: types.ModuleType) -> None:
        """All is there."""


def _add_numpy(module: types.ModuleType) -> None:
    """`from pylab import *` gives NumPy's functions, too."""
    import numpy as np

    for name in np.__all__:
        with suppress(ImportError):  # the page has not all of NumPy's parts
            module.__dict__.setdefault(name, getattr(np, name))


class _Module(types.ModuleType):
    """A module that has every name: what it does not know does nothing, and is remembered when it is called."""

    def __init__(self, name: str, collected: Collected) -> None:
        super().__init__(name)
        self._collected = collected

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        if name in _SUBMODULES:
            return importlib.import_module(f"{self.__name__}.{name}")
        short = "plt" if self.__name__ in _PYPLOT else self.__name__
        return Quiet(f"{short}.{name}", self._collected)
