"""Where a number comes from: any iteration repeated bit for bit, and trees whose parts are the number above them."""

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from backprop import Origin, Untold, nudge, origin, record
from backprop.page import session
from backprop.provenance.explorer import explorer_of
from backprop.trace.replay import computed
from kept import recorded_once

from tests.lesson_programs import source_of
from tests.py.conftest import examples

pytestmark = pytest.mark.filterwarnings("ignore")  # the programs' own, as of np.matrix
FOLDER = Path(__file__).parents[1] / "programs"
WITHOUT_NETWORK = {"12_numgrad", "13_genetic", "14_rnn"}
# An iteration of half a million operations; sets of objects, which Python orders anew in each run.
NOT_WHOLE = {"04_functional", "h_micrograd", "11_mnist_size"}
PROGRAMS = [
    path
    for path in sorted([*FOLDER.glob("*.py"), *(FOLDER / "more").glob("*.py")])
    if path.stem not in WITHOUT_NETWORK | NOT_WHOLE
]
# What the program keeps as no number of its own: an output that is its net; whole numbers cut off in an array.
WITHOUT_SLOPE = {"05_perceptron"}
MISTAKEN = {
    *("14_rashid_wih_who", "36_ru_go_forward_w2_before_delta2", "39_zh_double_sigmoid_diag"),
    *("56_relu_derivative_overwrites_activation", "63_y_1d_broadcast_4x4"),
}
PUT_TOGETHER = {"18_adaline", "43_int_weights_casting_unsafe"}


def iterations(recording):
    """The first, the next, and one in the middle."""
    kept = recording.kept
    return sorted({kept[0], kept[min(1, len(kept) - 1)], kept[len(kept) // 2]})


def shortened(source):
    """A program of 600 iterations, where its loop says that there are thousands."""
    return re.sub(r"range\([\d_]{4,}\)", "range(600)", source)


def short(lesson):
    """A lesson's program, shortened."""
    return shortened(source_of(lesson))


# --- slopes ---


def refs_of(topology):
    """A few of each kind: weights of every layer, biases, nets and outputs."""
    weights = topology.edges[:: max(1, len(topology.edges) // 6)]
    nodes = [node for layer in topology.layers[1:] for node in layer[:2]]
    return [
        *(("w", edge) for edge in weights),
        *(("b", node) for node in topology.biases[:3]),
        *((quantity, node) for node in nodes for quantity in ("net", "a")),
    ]


def nudges(recording, iteration):
    for quantity, key in refs_of(recording.topology):
        try:
            yield nudge(recording, quantity, key, iteration=iteration, sample=0)
        except Untold:
            continue


# --- the parts of a number, put together again ---


def together(kind, node, parts):
    """What a level's parts come to; None for an operation that is put together in no simple way."""
    values = [(part.node.value, part.sign) for part in parts]
    if kind in ("sum", "mean"):
        total = math.fsum(sign * value for value, sign in values)
        return total / len(values) if kind == "mean" else total
    if kind == "product":
        result = 1.0
        for value, sign in values:
            result = result * value if sign > 0 else result / value
        return result
    if kind == "select":
        return values[0][0]
    if kind in ("same", "max", "min"):
        return {"same": lambda x: x[0], "max": max, "min": min}[kind]([value for value, _ in values])
    with np.errstate(all="ignore"):
        made = computed(node.operation, [value for value, _ in values])
    return None if kind in ("unknown", "converted") else float(made)


def check_tree(found, depth=6):
    """Every level of the tree is exactly its parts, up to the order of a long sum; how many levels there were."""
    waiting, seen, levels = [(found, depth)], set(), 0
    while waiting:
        one, left = waiting.pop()
        node = one.node
        if node.handle in seen or not left or node.kind == "source":
            continue
        seen.add(node.handle)
        again = together(node.kind, node, one.parts)
        if again is not None:
            size = sum(abs(part.node.value) for part in one.parts) if node.kind in ("sum", "mean") else 0
            bound = 1e-12 * (abs(node.value) + size)
            same = abs(again - node.value) <= bound or (math.isnan(again) and math.isnan(node.value))
            assert same, (node, again)
            levels += 1
        waiting += [(one.opened(part.node), left - 1) for part in one.parts]
    return levels


def check_numbers(path, recording, iteration):
    """The repeated iteration has every recorded number, bit for bit."""
    traced = explorer_of(recording).traced(iteration)
    steps = recording.steps(iteration)
    assert len(traced.steps) == len(steps) or path.stem in PUT_TOGETHER
    for number, id in traced.steps.items():
        ((_, value),) = steps[number].sets.items()
        assert abs(traced.tape.values[id]) == abs(value)


def check_trees(recording, iteration):
    """The parts of the numbers come to them."""
    tree = explorer_of(recording).tree(iteration)
    ids = list(dict.fromkeys(tree.traced.steps.values()))
    shown = ids[:: max(1, len(ids) // examples(24))]
    assert sum(check_tree(Origin(tree, tree.node(str(id)))) for id in shown) > 10


def check_slopes(path, recording, iteration):
    """Slopes of curves are derivatives; how the program's own compare."""
    states = set()
    for one in nudges(recording, iteration):
        assert math.isclose(one.central, one.exact, rel_tol=1e-6, abs_tol=1e-9), one
        assert one.at == one.error[10]
        assert one.x[10] == one.value
        states.add(one.state)
    assert states & {"agrees", "factor", "differs"} or path.stem in WITHOUT_SLOPE
    return states


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_the_numbers_of_every_program_are_traced_opened_and_nudged(path):
    recording = recorded_once(shortened(path.read_text(encoding="utf-8")))
    states = set()
    for iteration in iterations(recording):
        check_numbers(path, recording, iteration)
        if iteration == 0 and path.stem == "01_adam_dropout":
            continue  # its first nets are 0, at the kink of ReLU
        states |= check_slopes(path, recording, iteration)
    check_trees(recording, iteration)
    assert ("differs" in states) == (path.stem in MISTAKEN)


def test_the_tree_of_a_hidden_delta_leads_to_weights_inputs_and_targets():
    recording = recorded_once(short("xor"), "xor")
    found = origin(recording, "delta", 4, iteration=0, sample=1)
    assert found.node.value == recording.value("delta", 4, iteration=0, sample=1)
    assert [part.node.ref for part in found.parts] == ["a:4", None, "w:8-4", "delta:8"]
    assert {part.node.line for part in found.parts} == {38, 47, 45, 51}
    leaves, waiting = set(), [found]
    while waiting:
        one = waiting.pop()
        leaves |= {one.node.ref} if one.node.kind == "source" else set()
        waiting += [one.opened(part.node) for part in one.parts]
    assert {"a:1", "a:2", "a:3", "t:8"} <= leaves


def test_a_first_weight_leads_to_the_line_that_drew_it():
    recording = recorded_once(short("xor"), "xor")
    start = origin(recording, "w", (8, 4), iteration=0).parts[0].node
    while start.kind != "source":
        start = Origin(explorer_of(recording).tree(0), start).parts[0].node
    assert start.operation == "random"
    assert start.line < 31


def test_the_uses_of_a_delta_are_the_changes_that_it_makes():
    recording = recorded_once(short("xor"), "xor")
    uses = origin(recording, "delta", 4, iteration=2, sample=0).uses
    assert {node.ref for node in uses} == {"w:4-1", "w:4-2", "w:4-3", "b:4"}


WIDE = """
import numpy as np
rng = np.random.default_rng(1)
X, y = rng.normal(size=(5, 90)), rng.random((5, 1))
W = rng.normal(size=(90, 1)) / 10
for k in range(9):
    o = 1 / (1 + np.exp(-(X @ W)))
    W += 0.1 * X.T @ ((y - o) * o * (1 - o))
"""


def test_a_long_sum_shows_its_first_and_largest_terms_and_what_the_rest_comes_to():
    recording = record(WIDE)
    tree = explorer_of(recording).tree(4)
    net = tree.node(tree.handle(tree.traced.find(("net", 91), 2)))
    level = tree.parts(net.handle)
    assert (len(level.parts), level.left_out) == (8, 82)
    assert [part.at for part in level.parts[:3]] == [0, 1, 2]
    shown = math.fsum(part.node.value for part in level.parts)
    assert math.isclose(shown + level.rest, net.value, rel_tol=1e-12)
    last = level.parts[-1]
    assert [part.node.ref for part in last.factors] == [f"a:{last.at + 1}", f"w:91-{last.at + 1}"]
    assert math.prod(part.node.value for part in last.factors) == last.node.value
    assert len(tree.parts(net.handle, whole=True).parts) == 90


def test_the_other_sign_of_a_delta_is_said():
    source = short("two-layer").replace("l1_error = y - l1", "l1_error = l1 - y").replace("+= np", "-= np")
    recording = record(source)
    output = recording.topology.outputs[0]
    node = origin(recording, "delta", output, iteration=0, sample=0).node
    assert node.negated
    assert node.value == -recording.value("delta", output, iteration=0, sample=0)


# --- what cannot be told ---

CLOCK = """
import os, random
random.seed(os.urandom(8))
"""


def test_a_program_that_asks_the_system_for_random_numbers_cannot_be_repeated():
    source = CLOCK + short("xor").replace("random.seed(", "(lambda *x: None)(")
    recording = record(source)
    with pytest.raises(Untold) as told:
        origin(recording, "delta", 8, iteration=0, sample=0)
    assert (told.value.reason, told.value.facts) == ("entropy", {"line": 3})
    assert set(told.value.message) == {"en", "zh"}


def test_a_program_without_a_network_is_told_as_such():
    recording = record(source_of("neuron"), lesson="neuron")
    with pytest.raises(Untold) as told:
        origin(recording, "net", 2, iteration=0)
    assert told.value.reason == "no-network"


def test_wrong_questions_are_value_errors():
    recording = recorded_once(short("xor"), "xor")
    with pytest.raises(ValueError, match="unknown quantity"):
        origin(recording, "Delta", 8, iteration=0)
    with pytest.raises(ValueError, match="no iteration"):
        origin(recording, "delta", 8, iteration=10**9)


# --- the turns before the wanted one ---

TRICKY = '''
import numpy as np
rng = np.random.default_rng(3)
X, y = rng.normal(size=(6, 2)), rng.normal(size=(6, 1))
W, V = rng.normal(size=(2, 3)), rng.normal(size=(3, 1))
seen = 0

def forward(x):
    """Both layers."""
    global seen
    seen += 1
    act = lambda v, k=1.0: np.tanh(k * v)
    return act(x @ W), act(x @ W) @ V

def rows():
    for i in (0, 2, 4):
        yield slice(i, i + 2)

while seen < 40:
    for part in rows():
        h, o = forward(X[part])
        d = y[part] - o
        e = (d @ V.T) * (1 - h * h)
        V = V + 0.1 * h.T @ d
        W = W + 0.1 * X[part].T @ e
        if not np.isfinite(V).all():
            break
'''


def test_functions_generators_globals_and_while_loops_are_repeated():
    recording = record(TRICKY)
    for iteration in (0, 3, recording.kept[-1]):
        traced = explorer_of(recording).traced(iteration)
        missing = [
            step for number, step in enumerate(recording.steps(iteration)) if number not in traced.steps
        ]
        outputs = {("a", node) for node in recording.topology.outputs}  # they are just their nets
        assert {ref for step in missing for ref in step.sets} <= outputs


def test_the_progress_of_a_late_iteration_is_told():
    recording = recorded_once(short("xor"), "xor")
    heard = []
    explorer_of(recording).traced(500, heard.append)
    assert heard == sorted(heard)
    assert 0.8 < heard[-1] <= 1


WITHOUT_A_SEED = """\
import numpy as np
X, y = np.array([[0, 1], [1, 0], [1, 1]]), np.array([[1], [1], [0]])
W = np.random.randn(2, 1)
for i in range(20):
    a = 1 / (1 + np.exp(-X @ W))
    print(((a - y) ** 2).sum())
    delta = (a - y) * a * (1 - a)
    W -= 0.5 * X.T @ delta
"""


def test_a_question_about_a_run_that_is_gone_is_not_answered_from_another():
    shown = record(WITHOUT_A_SEED)
    loss = float(shown.loss[0])
    asked = session.Asked(WITHOUT_A_SEED, "own", 0, loss=loss)
    for said in (session.nudge(asked, 0, "w:3-1"), session.origin(asked, 0, 0, "w:3-1")):
        answer = json.loads(said)
        assert "no longer known" in answer["untold"]["en"]


def test_a_network_that_the_run_was_recorded_by_is_not_looked_for_again(monkeypatch):
    recording = record((FOLDER / "30_scalar_globals_learn_s1_o1.py").read_text(encoding="utf-8"))

    def again(*_):
        raise AssertionError("looked for again")

    monkeypatch.setattr("backprop.provenance.iteration.found_plan", again)
    node = recording.topology.outputs[0]
    assert origin(recording, "delta", node, iteration=1, sample=0).parts
