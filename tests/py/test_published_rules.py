"""Right programs by the rules that books and papers print: none is said to be wrong; and the same with a mistake, told at
its line.

tests/rules has a file for optimisers on arrays, activations and errors, architectures, steps in plain numbers, ways to
train, learning from rewards, and whole programs of courses and of students: each is one program, and for each rule the
lines that take the place of its words in capitals. A file may list the rules that are run `often`; of the others every
second one is, the rest are marked slow. Some of the programs are refused as no plain feed-forward network; none may be
accused. tests/mistakes.toml has changes of them.
"""

import textwrap
import tomllib
from pathlib import Path

import pytest
from backprop import diagnose, record
from backprop.analyse.check import disagreements

TESTS = Path(__file__).parents[1]


def programs():
    """The name of each rule, its program, and whether that is run only now and then."""
    for path in sorted((TESTS / "rules").glob("*.toml")):
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        often = given.get("often", [*given["rules"]][::2])
        places = {word for lines in given["rules"].values() for word in lines}
        for name, lines in given["rules"].items():
            program = filled(given["program"], dict.fromkeys(places, "") | lines)
            yield f"{path.stem}-{name}", program, name not in often


def filled(program, lines):
    """The program with a rule's lines, each as far to the right as the word that it replaces."""
    found = []
    for line in program.splitlines():
        word = line.strip()
        if word in lines:
            found.append(textwrap.indent(lines[word], line.removesuffix(word)))
            continue
        for word, text in lines.items():
            line = line.replace(word, text)
        found.append(line)
    return "\n".join(found) + "\n"


ALL = list(programs())
PROGRAMS = {name: program for name, program, _ in ALL}
MISTAKES = tomllib.loads((TESTS / "mistakes.toml").read_text(encoding="utf-8"))["mistakes"]


def test_there_are_rules():
    assert len(PROGRAMS) > 100


def often_or_slow(value, is_slow):
    return pytest.param(value, marks=[pytest.mark.slow] if is_slow else [])


def accusations(recording):
    return [(one.id, one.line) for one in diagnose(recording) if one.kind in ("mistake", "unknown")]


@pytest.mark.parametrize("name", [often_or_slow(name, is_slow) for name, _, is_slow in ALL])
def test_a_published_rule_is_not_accused(name):
    recording = record(PROGRAMS[name])
    assert recording.error is None
    assert accusations(recording) == []
    if name.startswith("optimisers-rows_"):  # the weights that have their turn later must be followed, too
        assert not [one for block in recording.blocks for one in disagreements(recording, block)[0].tolist()]
        assert "weights-not-updated" not in {one.id for one in diagnose(recording)}
    if name.startswith("rewards-"):
        assert recording.judgement is not None  # a network was found


@pytest.mark.parametrize("change", [often_or_slow(one, not one.get("often")) for one in MISTAKES])
def test_a_mistake_in_such_a_program_is_told_at_its_line(change):
    assert change["old"] in PROGRAMS[change["of"]]
    source = PROGRAMS[change["of"]].replace(change["old"], change["new"], 1)
    where = change.get("at", change["new"]).strip().split("\n")[0]
    lines = {number for number, text in enumerate(source.split("\n"), 1) if where in text}
    assert lines & {line for _, line in accusations(record(source))}


def test_an_output_that_is_a_distance_is_not_said_to_be_saturated():
    found = diagnose(record(PROGRAMS["architectures-siamese_contrastive"]))
    assert "saturation" not in {one.id for one in found}


def test_a_root_of_gradients_that_are_not_squared_is_not_called_adam():
    source = PROGRAMS["students-adam"].replace("grads[i] ** 2", "np.abs(grads[i])")
    assert source != PROGRAMS["students-adam"]
    assert not {"adam", "rmsprop"} & {one.id for one in diagnose(record(source))}
