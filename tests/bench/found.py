"""How long it takes to find the network of each program in tests/programs, verdict and rows included: prints JSON.

Runs in CPython and, by recorded.mjs, in Pyodide. Told are processor times, each of the second run of two.
"""

import ast
import json
import time
import warnings
from pathlib import Path

from backprop.plan import ByPlaces, Wanted, found_plan
from backprop.sandbox.random_state import new_random_state

clock = globals().get("processor_seconds", time.process_time)
FOLDER = Path(globals().get("programs", "tests/programs"))
LARGE = """
import numpy as np
rng = np.random.default_rng(0)
X, T = rng.random((320, 64)), np.eye(10)[rng.integers(0, 10, 320)]
W1, W2 = rng.normal(size=(64, 20)) * 0.1, rng.normal(size=(20, 10)) * 0.1
b1, b2 = np.zeros(20), np.zeros(10)
for epoch in range(1):
    for k in range(0, 320, 32):
        x, t = X[k:k + 32], T[k:k + 32]
        h = 1 / (1 + np.exp(-(x @ W1 + b1)))
        o = 1 / (1 + np.exp(-(h @ W2 + b2)))
        d2 = (o - t) * o * (1 - o)
        d1 = (d2 @ W2.T) * h * (1 - h)
        W2 -= 0.1 * h.T @ d2
        b2 -= 0.1 * d2.sum(axis=0)
        W1 -= 0.1 * x.T @ d1
        b1 -= 0.1 * d1.sum(axis=0)
"""


def seconds(source: str) -> float:
    """Processor seconds from the program's text to the rows of its network."""
    started = clock()
    plan = found_plan(source, "own", new_random_state(), Wanted())
    if isinstance(plan, ByPlaces):
        plan.instrument(ast.parse(source))
        assert plan.found.roles
    taken: float = clock() - started
    return taken


warnings.simplefilter("ignore")  # the programs' own
sources = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.rglob("[0-9a-z]*_*.py"))}
sources["64-20-10 by 32"] = LARGE
print(json.dumps({name: [seconds(source) for _ in range(2)][1] for name, source in sources.items()}))
