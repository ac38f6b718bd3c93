"""Generated programs that compute whole layers, in the two styles of the notes, and what they set.

A program is put together from pieces drawn at random. In its text every line that sets a layer says
so in a comment: `# sets a 1 l1` (quantity, layer, what holds it now), `# sets w 1 syn0[2]` where only
a part was set, `# above sets …` where the statement stands one line higher. For a plain run the
comments are turned into calls, so that the expected steps come from the program itself.
"""

import re
from collections import namedtuple
from itertools import accumulate

import numpy as np
from hypothesis import strategies as st
from programs import WITNESS, indent, plain

# sizes of the layers; sign of the program's own deltas
ArrayProgram = namedtuple("ArrayProgram", "source lesson sizes sign")
TURN = "# a turn begins\n"
_SETS = re.compile(r" # (above )?sets (\w+) (\S+) ([\w.]+)(\[[^#]*\])?")


# --- what a plain run sets ---


def assigned(program):
    """Per turn of the training loop the (line, ref, value, sample) it set in a plain run, in order; and the run.

    Where all samples are computed at once `sample` is a row's number; where one after the other, its inputs.
    """
    turns, now = [], {}
    nodes = [range(last - size + 1, last + 1) for last, size in zip(accumulate(program.sizes), program.sizes)]
    by_rows = program.lesson == "eleven-lines"

    def one_layer(line, quantity, layer, array, index):
        """The numbers of one layer's array that were set, in C order."""
        here = nodes[layer]
        if quantity == "w":
            refs = [[(j, i) for i in nodes[layer - 1]] for j in here]
        elif by_rows:
            refs = [list(here) for _ in array]
        else:
            refs = [[j] for j in here]
        keys = np.empty(np.shape(refs)[:2], object)
        for place in np.ndindex(keys.shape):
            keys[place] = refs[place[0]][place[1]]
        keys = keys.T if quantity == "w" and by_rows else keys
        chosen = np.zeros(array.shape, bool)
        chosen[index] = True
        if quantity == "a" and layer == 0 and not by_rows:
            now["x"] = array.ravel().tolist()
        sign = program.sign if quantity == "delta" else 1
        for place in np.argwhere(chosen):
            row = int(place[0]) if by_rows and quantity != "w" else now.get("x")
            value = sign * float(array[tuple(place)])
            turns[-1].append((line, (quantity, keys[tuple(place)]), value, row))

    def seen(line, quantity, layer, held, index=...):
        if not turns:
            return
        layers = enumerate(held, 1) if layer == "all" else [(layer, held)]
        for number, array in layers:
            one_layer(line, quantity, number, array, index)

    ran = plain(_watched(program.source), turn=lambda: turns.append([]), seen=seen)
    return turns, ran


def _watched(source):
    lines = source.replace(TURN, "turn()\n").split("\n")
    for n, line in enumerate(lines):
        calls = []
        for above, quantity, layer, held, index in _SETS.findall(line):
            told = [n if above else n + 1, repr(quantity), "'all'" if layer == "all" else layer, held]
            calls.append(f"; seen({', '.join(map(str, told))}{index and ', np.s_' + index})")
        lines[n] = line.split(" # ")[0].rstrip() + "".join(calls)
    return "\n".join(lines)


# --- whole batches: a row for each sample ---

_ROWS = """\
import contextlib
import numpy as np
{main}X = np.array({X}, float)
y = np.array({y})
syn0 = 2 * np.random.RandomState({seed}).random_sample({shape0}) - 1
syn1 = 2 * np.random.RandomState({seed}).random_sample({shape1}) - 1
l0, l1, l2 = np.zeros(X.shape), np.zeros((len(X), {hidden})), np.zeros(y.shape)
l1_delta, l2_delta, spare, rest, turns = np.zeros(l1.shape), np.zeros(l2.shape), 0, [], 0
def sigmoid(net): return 1 / (1 + np.exp(-net))
def slope(output): return output * (1 - output)
"""
_PIECES = [
    ("a 0", "l0", "X"),
    ("a 1", "l1", "sigmoid(np.dot(l0, syn0))"),
    ("a 2", "l2", "sigmoid(l1 @ syn1)"),
    ("delta 2", "l2_delta", "(y - l2) * slope(l2)"),
    ("delta 1", "l1_delta", "l2_delta.dot(syn1.T) * slope(l1)"),
    ("w 2", "syn1", "np.dot(l1.T, l2_delta)"),
    ("w 1", "syn0", "l0.T @ l1_delta"),
]
# «n»: the name, «v»: its new value, «s»: what it is, «scope»: global or nonlocal
_SET = [
    "«n» = «v»  # sets «s» «n»",
    "«n» = «v»  # sets «s» «n»",
    "«n»: object = «v»  # sets «s» «n»",
    "«n», spare = «v», 0  # sets «s» «n»",
    "spare, (*rest, «n») = 0, (1, 2, «v»)  # sets «s» «n»",
    "[«n»] = [«v»]  # sets «s» «n»",
    "«n» = spare = «v»  # sets «s» «n»",
    "spare = («n» := «v»)  # sets «s» «n»",
    "spare = (lambda value: value + 1)(«n» := «v»)  # sets «s» «n»",
    "«n» = np.asfortranarray(«v»)  # sets «s» «n»",
    "«n» = np.float32(«v»)  # sets «s» «n»",
    "«n» = np.round(«v» * 8).astype(int)  # sets «s» «n»",
    "«n» = (np.float32(«v») if turns % 2 else «v»)  # sets «s» «n»",
    "«n» = (np.round(«v»).astype(int) if turns % 2 else «v»)  # sets «s» «n»",
    "«n» = np.array(«v»)  # sets «s» «n»\n«n»[...] = «v» / 2  # sets «s» «n»",
    "«n» = np.array(«v»)  # sets «s» «n»\n«n»[-1:] = «n»[-1:] / 2  # sets «s» «n»[-1:]",
    "«n» = np.array(«v»)  # sets «s» «n»\nfor k in range(len(«n»)):\n    «n»[k] = «n»[k] * k  # sets «s» «n»[k]",
    "«n» = np.array(«v»)  # sets «s» «n»\n«n»[:, -1], «n»[-1, 0] = 0, 1  # sets «s» «n»[:, -1] # sets «s» «n»[-1, 0]",
    "«n» = «v»  # sets «s» «n»\n«n» = «n» * 0.5  # sets «s» «n»",
    "for «n» in («v»,):\n    pass  # above sets «s» «n»",
    "with contextlib.nullcontext(«v») as «n»:\n    pass  # above sets «s» «n»",
    "if len(X) > 2:\n    «n» = «v»  # sets «s» «n»\nelse:\n    «n» = «v» / 2  # sets «s» «n»",
    "for _ in range(2):\n    «n» = «v»  # sets «s» «n»",
    "try:\n    «n» = «v»  # sets «s» «n»\n    1 / 0\nexcept ZeroDivisionError:\n    print('caught')",
    "def change():\n    «scope» «n»\n    «n» = «v»  # sets «s» «n»\nchange()",
    "def outer():\n    «n» = «v»  # sets «s» «n»\n    def inner():\n        nonlocal «n»\n"
    "        «n» = «n» / 2  # sets «s» «n»\n    inner()\n    return «n»\n«n» = outer()  # sets «s» «n»",
]
_ADD = [
    "«n» += «v»  # sets «s» «n»",
    "«n» += «v»  # sets «s» «n»",
    "«n» = «n» + «v»  # sets «s» «n»",
    "«n» -= -0.5 * «v»  # sets «s» «n»",
    "«n»[:] += «v»  # sets «s» «n»",
    "«n»[...] = «n» + «v»  # sets «s» «n»",
    "for k in range(len(«n»)):\n    «n»[k] += («v»)[k]  # sets «s» «n»[k]",
    "for k in range(1, len(«n») + 1):\n    «n»[-k, 0] += («v»)[-k, 0]  # sets «s» «n»[-k, 0]",
    "for (k, i), more in np.ndenumerate(«v»):\n    «n»[k][i] += more  # sets «s» «n»[k, i]",
    "«n»[1:] += («v»)[1:]  # sets «s» «n»[1:]\n«n»[0] *= 0.5  # sets «s» «n»[0]",
    "np.add(«n», «v», out=«n»)  # sets «s» «n»",
    "same = «n»\nsame += «v»  # sets «s» «n»",
    "view = «n».T\nview[0] += 0.25  # sets «s» «n»",
    "def change():\n    «scope» «n»\n    «n» += «v»  # sets «s» «n»\nchange()",
    "def change():\n    «n»[:] += «v»  # sets «s» «n»\nchange()",
    "def change(what, more):\n    what += more  # sets «s» «n»\nchange(«n», «v»)",
]
_NOISE = [
    "spare = np.abs(y - l2).mean()",
    "print(spare if isinstance(spare, int) else 'array')",
    "rest = [k for k in range(3) if k % 2]",
    "for k in 'ab':\n    if k == 'b': break\nelse:\n    print('never')",
    "pass",
]
_LOOPS = [
    "for iteration in range(3):",
    "for n in range(3):",
    "for _ in [2, 7]:",
    "for n, name in enumerate('abc'):",
    "while (turns := turns + 1) < 4:",
]


@st.composite
def row_programs(draw, failing=False):
    """A batch program in the style of `eleven-lines`; with `failing`, one that ends in an error."""

    def pick(options):
        return draw(st.sampled_from(options))

    rows, inputs, hidden, outputs = (draw(st.integers(low, 4)) for low in (2, 2, 1, 1))
    in_main = draw(st.booleans())
    scope = "nonlocal" if in_main else "global"
    order = pick([_PIECES, _PIECES, draw(st.permutations(_PIECES))])
    text = ""
    for what, name, value in order:
        pieces = _ADD if what.startswith("w") else _SET
        piece = pick(pieces)
        if draw(st.integers(0, 3)) == 0:
            text += pick(_NOISE) + "\n"
        for mark, word in (("«n»", name), ("«v»", value), ("«s»", what), ("«scope»", scope)):
            piece = piece.replace(mark, word)
        text += piece + "\n"
    if failing:
        text += pick(_FAILURES) + "\n"
    head = _ROWS.format(
        main="",
        X=[[(r * k + k) % 3 / 2 for k in range(1, inputs + 1)] for r in range(rows)],
        y=[[(r + k) % 2 for k in range(outputs)] for r in range(rows)],
        seed=draw(st.integers(0, 9)),
        shape0=(inputs, hidden),
        shape1=(hidden, outputs),
        hidden=hidden,
    )
    body = head + pick(_LOOPS) + "\n" + indent(TURN + text) + "print(l2.tolist(), spare is None)\n"
    source = WITNESS + ("def main():\n" + indent(body) + "main()\n" if in_main else body)
    return ArrayProgram(source, "eleven-lines", (inputs, hidden, outputs), 1)


_FAILURES = [
    "l1 = np.zeros((2, 9)) @ np.zeros((8, 2))",
    "syn1 += np.zeros((99, 98))",
    "l2_delta = missing",
    "syn0[99] = 1",
    "l1, l2 = 1, 2, 3",
    "raise ValueError('mine')",
    "(lambda: l1 + None)()",
    "l1.T[[k / 0 for k in (1,)]] = 1",
]
