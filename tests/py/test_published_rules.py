"""Right programs by the rules that books and papers print: none is said to be wrong.

tests/rules has a file for optimisers on arrays, activations and errors, architectures, and steps in plain numbers: each is
one program, and for each rule the lines that take the place of its words in capitals. Some of the programs are refused as
no plain feed-forward network; none may be accused.
"""

import textwrap
import tomllib
from pathlib import Path

import pytest
from backprop import diagnose, record


def programs():
    for path in sorted((Path(__file__).parents[1] / "rules").glob("*.toml")):
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        places = {word for lines in given["rules"].values() for word in lines}
        for name, lines in given["rules"].items():
            yield f"{path.stem}-{name}", filled(given["program"], dict.fromkeys(places, "") | lines)


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


PROGRAMS = dict(programs())


def test_there_are_rules():
    assert len(PROGRAMS) > 100


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_published_rule_is_not_accused(name):
    recording = record(PROGRAMS[name])
    assert recording.error is None
    accusations = [(one.id, one.line) for one in diagnose(recording) if one.kind in ("mistake", "unknown")]
    assert accusations == []
