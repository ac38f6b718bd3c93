"""How long the whole verdict takes for each sample program, traced, found and judged: prints JSON.

Runs in CPython and, by verdict.mjs, in Pyodide. Told are processor times in seconds: the median of the rounds of each
program, by stage, and the median over all programs.
"""

import json
import statistics
import time
import warnings
from pathlib import Path

from backprop.analyse.verdict import judge_program
from backprop.plan import BOUNDS
from backprop.roles.enough import UntilWhole
from backprop.roles.find import find_roles
from backprop.roles.net import NotFound
from backprop.trace import trace

ROUNDS = 3
FOLDER = Path(globals().get("programs_folder", "tests/programs"))
clock = globals().get("processor_seconds", time.process_time)  # Pyodide has none of its own


def measured(source: str) -> dict[str, float]:
    """Seconds of one program's trace (with its looks for the network), of the roles, and of the verdict."""
    begun = clock()
    tape = trace(source, UntilWhole(), BOUNDS)
    traced = clock()
    try:
        roles = find_roles(tape)
    except NotFound:
        return {"trace": traced - begun, "roles": clock() - traced, "verdict": 0.0}
    found = clock()
    judge_program(roles)
    return {"trace": traced - begun, "roles": found - traced, "verdict": clock() - found}


def median_of(source: str) -> dict[str, float]:
    """The median round, by the sum of its stages; one round before does not count."""
    rounds = sorted((measured(source) for _ in range(ROUNDS + 1)), key=lambda one: sum(one.values()))
    return {stage: round(seconds, 4) for stage, seconds in rounds[ROUNDS // 2].items()}


warnings.simplefilter("ignore")  # of the programs
files = sorted([*FOLDER.glob("*.py"), *FOLDER.glob("more/*.py")])
found = {path.stem: median_of(path.read_text(encoding="utf-8")) for path in files}
medians = {
    stage: statistics.median(one[stage] for one in found.values()) for stage in ("trace", "roles", "verdict")
}
whole = statistics.median(sum(one.values()) for one in found.values())
print(json.dumps({"programs": found, "medians": medians | {"whole": round(whole, 4)}}, indent=1))
