"""Metamorphic tests: a program written in another way is recorded and judged as the same program.

Each test changes how a program is written (numbers of nodes, types of numbers, containers, names, comments) without
changing what it computes, and expects the same steps, the same errors, the same rule and the same findings.
"""

import re

import numpy as np
import pytest
from backprop.analyse.diagnose import diagnose
from backprop.analyse.traits import traits
from conftest import spread
from kept import recorded_once

from tests.lesson_programs import edited

XOR = edited("xor", ("range(4000)", "range(5)"))
LAYERS = edited("eleven-lines", ("range(60000)", "range(5)"))

# Right programs, and programs with one mistake: the judgement of each must survive every other way of writing it.
XOR_PROGRAMS = {
    "right": XOR,
    "slope-missing-output": XOR.replace("delta[8] = y * (1 - y) * (t - y)", "delta[8] = t - y"),
    "slope-missing-hidden": XOR.replace("delta[j] = a[j] * (1 - a[j]) * ", "delta[j] = "),
    "bias-left-out": XOR.replace("for i in inputs) + b[j]", "for i in inputs)"),
    "eta-forgotten": XOR.replace("w[8, j] += eta * ", "w[8, j] += "),
}


def whole(recording):
    """All that a recording says, but for line numbers; node numbers as places in the order of the layers."""
    topology = recording.topology
    place = {node: n for n, node in enumerate(node for layer in topology.layers for node in layer)}

    def renumbered(ref):
        quantity, key = ref
        return (quantity, tuple(place[n] for n in key) if isinstance(key, tuple) else place.get(key))

    steps = [
        (step.phase, step.equation, step.sample, {renumbered(ref): value for ref, value in step.sets.items()})
        for iteration in recording.kept
        for step in recording.steps(iteration)
    ]
    checks = [
        (check.equation, renumbered(check.where), check.sample, check.agrees)
        for iteration in recording.kept
        for check in recording.checks(iteration)
    ]
    return {
        "end": recording.end,
        "error": recording.error,
        "layers": [len(layer) for layer in topology.layers],
        "samples": recording.samples,
        "steps": steps,
        "checks": checks,
        "traits": [trait.id for trait in traits(recording)],
        "findings": [finding.id for finding in diagnose(recording)],
        "notices": recording.notices,
    }, recording.loss


def assert_same(one, other, lesson="xor"):
    """Expect two programs to be recorded alike; numbers may differ by rounding."""
    (expected, expected_loss), (actual, loss) = (
        whole(recorded_once(one, lesson)),
        whole(recorded_once(other, lesson)),
    )
    steps, actual_steps = expected.pop("steps"), actual.pop("steps")
    assert actual == expected
    np.testing.assert_allclose(loss, expected_loss, rtol=1e-9)
    assert [step[:3] for step in actual_steps] == [step[:3] for step in steps]
    for (*_, sets), (*_, actual_sets) in zip(steps, actual_steps, strict=True):
        assert actual_sets.keys() == sets.keys()
        np.testing.assert_allclose([*actual_sets.values()], [*sets.values()], rtol=1e-9, atol=1e-12)


def in_numpy(source):
    """`math.exp` as `np.exp`, which gives np.float64."""
    return source.replace("import math\n", "import numpy as np\n").replace("math.", "np.")


def with_samples_of(type_name):
    """The samples' numbers converted to another type."""

    def change(source):
        source = source.replace(
            "import math\n", "import math\nimport numpy as np\nfrom fractions import Fraction\n"
        )
        made = f"samples = [(tuple(map({type_name}, x)), {type_name}(t)) for x, t in samples]\n"
        return source.replace("inputs = (1, 2, 3)\n", made + "inputs = (1, 2, 3)\n")

    return change


def renumbered(first):
    """Inputs, hidden and output nodes numbered from another number on."""

    def change(source):
        i, h = tuple(range(first, first + 3)), tuple(range(first + 3, first + 7))
        source = source.replace("inputs = (1, 2, 3)", f"inputs = {i}").replace("(4, 5, 6, 7)", str(h))
        source = re.sub(r"\[8(?=[],])", f"[{first + 7}", source)
        return source.replace("a[1], a[2], a[3] =", "a[{}], a[{}], a[{}] =".format(*i))

    return change


def in_lists(source):
    """Lists in place of dictionaries."""
    source = source.replace(
        "= {}, {}, {}, {}, {}", "= [[0.0] * 9 for _ in range(9)], *[[0.0] * 9 for _ in range(4)]"
    )
    return re.sub(r"w\[(\w), (\w)\]", r"w[\1][\2]", source)


def in_arrays(source):
    """NumPy arrays in place of dictionaries."""
    made = "= np.zeros((9, 9)), *[np.zeros(9) for _ in range(4)]"
    return source.replace("import math\n", "import math\nimport numpy as np\n").replace(
        "= {}, {}, {}, {}, {}", made
    )


def with_other_names(source):
    """Another name for the training loop, and for all that the lens does not know."""
    for old, new in [("epoch", "k"), ("samples", "examples"), ("hidden", "middle"), ("sigmoid", "squash")]:
        source = re.sub(rf"\b{old}\b", new, source)
    return re.sub(r"\berror\b", "total", source)


def with_comments(source):
    """Comments, strings and prints full of words that mean something elsewhere."""
    noise = "'cross-entropy, -log(y)'; print('log(', end='')  # not cross-entropy! t - y, log(y), 交叉熵"
    lines, open_brackets = [], 0
    for line in source.splitlines():
        if line.startswith(" ") and not open_brackets:
            lines.append(line[: len(line) - len(line.lstrip())] + noise)
        lines.append(line)
        open_brackets += sum(map(line.count, "([{")) - sum(map(line.count, ")]}"))
    return '"""It is about cross-entropy: -log(y)."""\n' + "\n".join(lines) + "\n"


WAYS = {
    "NumPy": in_numpy,
    "np.int64": with_samples_of("np.int64"),
    "np.int8": with_samples_of("np.int8"),
    "np.float64": with_samples_of("np.float64"),
    "float": with_samples_of("float"),
    "bool": with_samples_of("bool"),
    "Fraction": with_samples_of("Fraction"),
    "nodes from 11": renumbered(11),
    "nodes from 0": renumbered(0),
    "lists": in_lists,
    "arrays": in_arrays,
    "names": with_other_names,
    "comments": with_comments,
}


EACH = [*((way, "right") for way in WAYS), *spread(WAYS, [*XOR_PROGRAMS][1:], every=2)]


@pytest.mark.parametrize(("way", "program"), EACH)
def test_the_same_program_in_another_way(way, program):
    source = XOR_PROGRAMS[program]
    changed = WAYS[way](source)
    assert changed != source
    assert_same(source, changed)


@pytest.mark.parametrize("way", ["NumPy", "np.int64", "names", "comments"])
@pytest.mark.parametrize("program", ["right", "slope-missing-output"])
def test_two_ways_at_once_and_another_output_node(way, program):
    """Five hidden nodes: the output is node 9, which no name of the lesson's lens has for its own."""

    def with_five(source):
        source = source.replace("hidden = (4, 5, 6, 7)", "hidden = (4, 5, 6, 7, 8)")
        return re.sub(r"\[8(?=[],])", "[9", source)

    source = with_five(XOR_PROGRAMS[program])
    assert_same(source, in_numpy(WAYS[way](source)))
    recording = recorded_once(WAYS[way](in_numpy(source)), "xor")
    assert recording.topology.outputs == (9,)
    assert np.isfinite(recording.loss).all()
    found = [finding.id for finding in diagnose(recording)]
    assert found == ([] if program == "right" else [program])


def test_the_programs_with_a_mistake_are_named_for_it():
    for name, source in XOR_PROGRAMS.items():
        found = [finding.id for finding in diagnose(recorded_once(source, "xor"))]
        assert found == ([] if name == "right" else [name])


# --- where an array is written into ---

WRITTEN = "    l1 = sigmoid(np.dot(l0, syn0))\n"
INTO_L1 = [
    "l1 = s",
    "l1[:] = s",
    "l1[...] = s",
    "l1[0], l1[1:] = s[0], s[1:]",
    "np.copyto(l1, s)",
    "np.reciprocal(1 / s, l1)",
    "np.reciprocal(1 / s, out=l1)",
    "np.reciprocal(1 / s, out=(l1,))",
    "l1 = np.reciprocal(1 / s, l1)",
    "l1 = np.reciprocal(1 / s, out=l1)",
    "same = np.reciprocal(1 / s, out=l1)",
    "np.positive(s, l1)",
    "np.multiply(s, 1, l1)",
    "np.true_divide(s, 1, l1)",
    "np.float_power(s, 1, l1)",
    "np.fmax(s, -1, l1)",
    "np.copysign(s, 1.0, l1)",
    "np.modf(s, l1, rest)",
    "np.modf(s, out=(l1, rest))",
    "np.divmod(s, 1, rest, l1)",
    "np.add(s, 0, l1, where=True)",
    "np.matmul(np.eye(4), s, l1)",
    "np.dot(np.eye(4), s, l1)",
    "np.eye(4).dot(s, l1)",
    "np.clip(s, 0, 1, l1)",
    "s.clip(0, 1, l1)",
    "s.round(17, l1)",
    "np.round(s, 17, l1)",
    "np.take(s, [0, 1, 2, 3], 0, l1)",
    "s.take([0, 1, 2, 3], 0, l1)",
    "np.concatenate([s[:2], s[2:]], 0, l1)",
    "np.concatenate([s[:2], s[2:]], out=l1)",
    "np.sum([s, 0 * s], 0, None, l1)",
    "np.array([s, 0 * s]).sum(0, None, l1)",
    "np.add.reduce([s, 0 * s], 0, None, l1)",
    "np.outer(s.ravel(), [1.0], flat)",
    "np.einsum('ij->ij', s, out=l1)",
    "np.linalg.multi_dot([np.eye(4), np.eye(4), s], out=l1)",
    "keep(s, l1)",
    "plus(s, 0, l1)",
    "own(s, 0, out=l1)",
]


@pytest.mark.parametrize("statement", INTO_L1)
def test_an_array_written_into_in_any_way(statement):
    """The steps are those of `l1 = s`; a part of an array set by itself makes more steps of the same numbers."""
    imports = "import numpy as np\nfrom numpy import positive as keep\nplus = np.add\n"
    imports += "l1, rest = np.zeros((4, 4)), np.zeros((4, 4))\nflat = l1.reshape(16, 1)\n"
    imports += "def own(a, b, out):\n    np.add(a, b, out=out)\n"
    source = LAYERS.replace("import numpy as np\n", imports)

    def with_line(line):
        return source.replace(WRITTEN, f"    s = sigmoid(np.dot(l0, syn0))\n    {line}\n")

    expected = recorded_once(with_line("l1 = s"), "eleven-lines")
    actual = recorded_once(with_line(statement), "eleven-lines")
    assert (actual.error, actual.notices) == (None, [])
    for iteration in range(5):
        for quantity in ("a", "delta"):
            for node in (4, 5, 6, 7):
                for sample in range(4):
                    wanted = expected.value(quantity, node, iteration=iteration, sample=sample)
                    found = actual.value(quantity, node, iteration=iteration, sample=sample)
                    assert found == pytest.approx(wanted, rel=1e-12)
    made = [step for step in actual.steps(1) if step.phase == "forward" and step.sets.keys() & {("a", 4)}]
    assert len(made) == 4
    assert diagnose(actual) == []
