"""The mutation test of the verdict: a table of how many mutants are flagged, and where.

python -m tests.py.mutation --each 40 --output mutants.txt
"""

import argparse
import collections
import random
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from backprop.analyse.verdict import findings_of, judge_program
from backprop.plan import BOUNDS
from backprop.roles.enough import UntilWhole
from backprop.roles.find import find_roles
from backprop.roles.net import NotFound
from backprop.trace import trace

from tests.py.mutant_truth import FAULTY, RIGHT, alike, reached, steps_of, truth
from tests.py.mutants import mutants, plain

PROGRAMS = Path(__file__).parents[1] / "programs"
RULES = {
    "23_zh_bpneuralnetwork_cells": "momentum",
    "50_coursera_momentum_minibatches": "momentum",
    "02_momentum_list": "momentum",
    "20_wildml_two_hidden_layers": "L2",
    "16_dropout_l2": "L2",
    "05_perceptron": "perceptron",
    "27_jp_adam_r_ones_two_outputs": "adam",
    "01_adam_dropout": "adam",
}
STATE = random.Random(1).getstate(), np.random.RandomState(1).get_state()
ACCUSES = {"mistake", "unknown"}
KINDS = ("operator", "operand", "index", "sign", "transpose", "order", "constant")


def looked_at(source):
    """(roles, verdict) of a program, or the reason why there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tape = trace(source, UntilWhole(), BOUNDS, random_state=STATE)
        if tape.error is not None:
            return "raises"
        try:
            roles = find_roles(tape)
        except NotFound as reason:
            return f"no network: {reason.reason}"
        return roles, judge_program(roles)


def accused(verdict):
    return [(one.id, one.line) for one in findings_of(verdict) if one.kind in ACCUSES]


def outcome(mutant, original, rule):
    """What a mutant is and what is said of it: (what it is, whether flagged, at the right place, findings).

    Of an original that is mistaken itself: what is said of it need be at no other place.
    """
    made = looked_at(mutant.source)
    if isinstance(made, str):
        return made, False, False, ()
    roles, verdict = made
    steps = steps_of(roles)
    same = any(steps) and alike(steps, steps_of(original[0]))
    told = "equivalent" if same else truth(roles, rule) or "untold"
    found, before = accused(verdict), {id for id, _ in accused(original[1])}
    here = reached(roles, mutant.lines) if found else ()
    placed = any(line in here or id in before for id, line in found)
    if told != FAULTY:
        found = [one for one in found if one[0] not in before]
    return told, bool(found), placed, found


def rows_of(path, each):
    """(mutant, outcome) of the mutants of one program."""
    source = plain(path.read_text(encoding="utf-8"))
    made = looked_at(source)
    if isinstance(made, str):
        return
    for mutant in mutants(source, each):
        yield mutant, outcome(mutant, made, RULES.get(path.stem, "plain"))


def all_rows(each, only=""):
    """The same of all programs whose name contains `only`, with the program's name."""
    for path in sorted([*PROGRAMS.glob("*.py"), *PROGRAMS.glob("more/*.py")]):
        if only in path.stem:
            for mutant, result in rows_of(path, each):
                yield path.stem, mutant, result


def marked(result):
    """What to look at: a faulty mutant that is not flagged, or elsewhere, and a right one that is blamed."""
    told, flagged, placed, _ = result
    if told == FAULTY:
        return "ok" if placed else "ELSEWHERE" if flagged else "MISSED"
    return "BLAMED" if told in (RIGHT, "equivalent") and flagged else "ok"


class Table:
    """Counts of outcomes by kind of change."""

    def __init__(self):
        self.counts = collections.defaultdict(collections.Counter)

    def add(self, mutant, result):
        told, flagged, placed, _ = result
        count = self.counts[mutant.kind]
        count["all"] += 1
        count[told.split(":")[0]] += 1
        if told == FAULTY:
            count["flagged"] += flagged
            count["placed"] += placed
        elif told in (RIGHT, "equivalent"):
            count["blamed"] += flagged

    def total(self, name):
        return sum(count[name] for count in self.counts.values())

    def text(self):
        names = (
            "all",
            "raises",
            "no network",
            "untold",
            "equivalent",
            RIGHT,
            FAULTY,
            "flagged",
            "placed",
            "blamed",
        )
        lines = ["kind      " + "".join(f"{name:>12}" for name in names)]
        for kind in KINDS:
            lines.append(f"{kind:10}" + "".join(f"{self.counts[kind][name]:12}" for name in names))
        lines.append("sum       " + "".join(f"{self.total(name):12}" for name in names))
        return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=40, help="mutants of each program")
    parser.add_argument("--output", type=argparse.FileType("w"), default=sys.stdout)
    parser.add_argument("--only", default="", help="programs whose name contains this")
    given = parser.parse_args()
    table, begun = Table(), time.time()
    for name, mutant, result in all_rows(given.each, given.only):
        table.add(mutant, result)
        told, _, _, found = result
        columns = (marked(result), name, mutant.kind, mutant.lines, told, found, mutant.what)
        print(*columns, sep=" | ", file=given.output, flush=True)
    print(table.text(), file=given.output)
    print(f"{time.time() - begun:.0f} seconds", file=given.output)


if __name__ == "__main__":
    main()
