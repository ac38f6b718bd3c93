"""The catalogue of equations: what each says, and how it reads at one node of one network.

Two things are kept here. `CATALOGUE` holds the general forms by their number (curriculum,
"Equations"). `equation_for` says which of them makes a given quantity, and `instance` writes that
equation out for one node or connection, as the `Rule` has it that a program follows: its terms, its
TeX and the sentence that says what the number means. Nothing here reads a recording; numbers are
handed in by `Instance.evaluate`, one at a time or as columns of many iterations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from backprop.network import ACTIVATIONS
from backprop.texts import Words, languages, listed, listed_nodes, sentence
from backprop.topology import Ref, Topology, ref_name


@dataclass(frozen=True)
class Equation:
    """A general form: its number and its TeX."""

    id: str
    tex: str

    @property
    def words(self) -> Words:
        """What it says in a few words, by language."""
        return sentence("equations", self.id)


_TEX = {
    "1.1": r"y = \mathrm{sigmoid}(\vec w^{T}\cdot\vec x)",
    "1.2": r"\mathrm{sigmoid}(x) = \frac{1}{1+e^{-x}}",
    "1.3": r"y = \frac{1}{1+e^{-\vec w^{T}\cdot\vec x}}",
    "1.4": r"y' = y(1-y)",
    "3.1": r"\vec y = f_{network}(\vec x)",
    "3.2": r"a_j = \mathrm{sigmoid}\Bigl(\sum_i w_{ji}\,x_i + w_{jb}\Bigr)",
    "3.3": r"y_j = \mathrm{sigmoid}\Bigl(\sum_i w_{ji}\,a_i + w_{jb}\Bigr)",
    "3.4": r"\vec w_4 = [w_{41}, w_{42}, w_{43}, w_{4b}],\quad \vec x = [x_1, x_2, x_3, 1]^{T}",
    "3.5": r"a_4 = f(\vec w_4\cdot\vec x)",
    "3.6": r"W = \begin{bmatrix}\vec w_4\\ \vec w_5\\ \vec w_6\\ \vec w_7\end{bmatrix}",
    "3.7": r"\vec a = \begin{bmatrix}a_4\\ a_5\\ a_6\\ a_7\end{bmatrix} = f(W\cdot\vec x)",
    "3.8": r"\vec a = f(W\cdot\vec x)",
    "4.1": r"\delta_i = y_i(1-y_i)(t_i-y_i)",
    "4.2": r"\delta_8 = y_1(1-y_1)(t_1-y_1)",
    "4.3": r"\delta_i = a_i(1-a_i)\sum_{k} w_{ki}\,\delta_k",
    "4.4": r"\delta_4 = a_4(1-a_4)(w_{84}\delta_8 + w_{94}\delta_9)",
    "4.5": r"w_{ji} \gets w_{ji} + \eta\,\delta_j\,x_{ji}",
    "4.6": r"w_{84} \gets w_{84} + \eta\,\delta_8\,a_4",
    "4.7": r"w_{41} \gets w_{41} + \eta\,\delta_4\,x_1",
    "4.8": r"w_{jb} \gets w_{jb} + \eta\,\delta_j",
    "4.9": r"E_d \equiv \frac12\sum_{i\in outputs}(t_i-y_i)^2",
    "4.10": r"w_{ji} \gets w_{ji} - \eta\frac{\partial E_d}{\partial w_{ji}}",
    "4.11": r"net_j = \vec w_j\cdot\vec x_j = \sum_i w_{ji}x_{ji}",
    "4.12": (
        r"\frac{\partial E_d}{\partial w_{ji}} = \frac{\partial E_d}{\partial net_j}"
        r"\frac{\partial net_j}{\partial w_{ji}} = \frac{\partial E_d}{\partial net_j}x_{ji}"
    ),
    "4.13": r"\frac{\partial E_d}{\partial net_j} = \frac{\partial E_d}{\partial y_j}\frac{\partial y_j}{\partial net_j}",
    "4.14": r"\frac{\partial E_d}{\partial y_j} = -(t_j-y_j)",
    "4.15": r"\frac{\partial y_j}{\partial net_j} = y_j(1-y_j)",
    "4.16": r"\frac{\partial E_d}{\partial net_j} = -(t_j-y_j)\,y_j(1-y_j)",
    "4.17": r"\delta_j = (t_j-y_j)\,y_j(1-y_j)",
    "BP1": r"\delta^L=(a^L-t)\odot\sigma'(z^L)",
    "BP2": r"\delta^l=((w^{l+1})^T\delta^{l+1})\odot\sigma'(z^l)",
    "BP3": r"\frac{\partial C}{\partial b^l}=\delta^l",
    "BP4": r"\frac{\partial C}{\partial w^l}=\delta^l (a^{l-1})^T",
}
CATALOGUE = {id: Equation(id, tex) for id, tex in _TEX.items()}

# The instances the notes give a number of their own.
_NUMBERED: dict[Ref, str] = {
    ("delta", 8): "4.2",
    ("delta", 4): "4.4",
    ("w", (8, 4)): "4.6",
    ("w", (4, 1)): "4.7",
    ("b", 4): "4.8",
}


def catalogue() -> dict[str, dict[str, Any]]:
    """The general forms, ready to be written as JSON for the page."""
    return {id: {"tex": equation.tex, "words": equation.words} for id, equation in CATALOGUE.items()}


def phase_of(quantity: str) -> str:
    """The pass in which a quantity is set: forward, backward or update."""
    if quantity in ("net", "a", "E"):
        return "forward"
    return "update" if quantity in ("w", "b") else "backward"


def equation_for(ref: Ref, topology: Topology) -> str | None:
    """The number of the general equation that makes this quantity; None for what is given from outside."""
    quantity, key = ref
    if quantity in ("net", "a"):
        if key in topology.inputs:
            return None
        if len(topology.nodes) == 2:
            return "1.1"  # one neuron, and no network yet
        return "3.3" if key in topology.outputs else "3.2"
    if quantity == "slope":
        return "1.4"
    if quantity == "delta":
        return "4.1" if key in topology.outputs else "4.3"
    if quantity == "dE_dnet":
        return "4.16" if key in topology.outputs else "4.3"  # but for its sign
    return {"w": "4.5", "b": "4.8", "E": "4.9", "dE_dw": "4.12", "dE_dy": "4.14"}.get(quantity)


def number_of(ref: Ref, topology: Topology) -> str | None:
    """The number the notes give to the equation at exactly this node or connection, if they do.

    4.2 is said of an output node 8 and 4.4 of a hidden node 4; in a network where these numbers
    fall elsewhere the equation there is not the notes' instance.
    """
    number = _NUMBERED.get(ref)
    if number == "4.2" and ref[1] not in topology.outputs:
        return None
    if number == "4.4" and (ref[1] in topology.outputs or ref[1] in topology.inputs):
        return None
    return number


# --- one node or connection of one network ---

# A number of the network, or a column of numbers: of the current sample, or what the second argument asks for.
Read = Callable[..., Any]
BEFORE = "before"  # a weight as it was before it was last changed
EACH = "each"  # the numbers of all the samples that an update takes together, along the first axis

# The slope in TeX, «y» standing for the node's own output.
_SLOPE_TEX = {
    "sigmoid": "«y»·(1-«y»)",
    "tanh": "(1-«y»^2)",
    "relu": r"[«y»>0]",
    "linear": "1",
}


@dataclass(frozen=True)
class Instance:
    """One equation written out for one quantity of one network.

    `right` is TeX in which «ref» stands for a quantity and · for a product; the quantities on the
    right are those *before* the step. `reads` lists them. What it says in words is put together only
    when it is asked for: of the many rules that are tried, few are shown.
    """

    ref: Ref
    arrow: str
    right: str
    reads: tuple[Ref, ...]
    tell: Callable[[], Words]
    signs: tuple[str, str] | None
    evaluate: Callable[[Read], Any]

    @property
    def words(self) -> Words:
        """What the number means, a sentence in each language."""
        return self.tell()

    @property
    def sense(self) -> dict[str, Words] | None:
        """What a "plus" and a "minus" of it mean, in each language; None where they mean nothing of their own."""
        if self.signs is None:
            return None
        plus, minus = (sentence("signs", sign) for sign in self.signs)
        return {
            "plus": sentence("signs", "plus", meaning=plus),
            "minus": sentence("signs", "minus", meaning=minus),
        }

    def as_json(self) -> dict[str, Any]:
        """What the page needs of it."""
        shown: dict[str, Any] = {"arrow": self.arrow, "right": self.right, "words": self.words}
        return shown | ({"sense": sense} if (sense := self.sense) else {})


@dataclass(frozen=True)
class Rule:
    """How a program computes: which of the correct rules it follows.

    activation   of layers 1..L: one name in ACTIVATIONS for all, or one a layer
    net, eta     whether the program keeps its nets, and names its learning rate
    delta        whether it works out deltas; where there are none, no equation moves a weight
    samples      of one update: the rows it sums over, where a program computes several samples at once
    passes       of one update: the passes it sums over, by their distance from its own (0; -1: the one before).
                 Neither: it takes its own sample alone. Both belong to one step, not to a whole program: see `Summed`
    cost         "squared" (4.9), or "cross-entropy", whose delta at a sigmoid output is t - y
    sign         1: delta = -dE/dnet, and weights are added to; -1: delta = dE/dnet, and they are taken from
    scale        E is this many times 4.9: 2 for the squares themselves, 1/m for their mean
    averaged     whether an update divides by the number of its samples
    momentum     the part of a weight's last change that is made again; 0: none
    rate         a further factor of every update: the learning rate of a program that does not name it
    l1, l2       the pull of each weight to 0 in an update, beside what delta asks for: of a fixed size, and in
                 proportion to the weight; biases are not pulled

    All numbers are dimensionless. Raises ValueError for an activation that is not known.
    """

    activation: str | tuple[str, ...] = "sigmoid"
    net: bool = True
    eta: bool = True
    delta: bool = True
    samples: range = range(0)  # cheaper than a tuple to look up by, of however many
    passes: range = range(0)
    cost: str = "squared"
    sign: int = 1
    scale: float = 1.0
    averaged: bool = False
    momentum: float = 0.0
    rate: float = 1.0
    l1: float = 0.0
    l2: float = 0.0

    def __post_init__(self) -> None:
        for name in self.activation if isinstance(self.activation, tuple) else (self.activation,):
            if name not in ACTIVATIONS:
                raise ValueError(f"unknown activation {name!r}: wanted one of {', '.join(ACTIVATIONS)}")

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Asked for with every equation that is looked up."""
        return hash(tuple(vars(self).values()))

    def activation_of(self, node: int, topology: Topology) -> str:
        """The activation of the layer in which `node` stands."""
        if isinstance(self.activation, str):
            return self.activation
        layer = next(number for number, nodes in enumerate(topology.layers) if node in nodes)
        return self.activation[layer - 1]


@dataclass(frozen=True)
class Summed:
    """The samples whose deltas one update adds up: `samples` or `passes` as in `Rule`; neither for one sample."""

    samples: range = range(0)
    passes: range = range(0)

    @property
    def name(self) -> str:
        """How it is told from another: `0..49` for rows, `@-3..0` for passes, empty for one sample."""
        one, mark = (self.passes, "@") if self.passes else (self.samples, "")
        return f"{mark}{one[0]}..{one[-1]}" if one else ""


ONE_SAMPLE = Summed()


def _term(ref: Ref, sample: int | None = None) -> str:
    return f"«{ref_name(ref, sample)}»"


def _term_of_pass(ref: Ref, distance: int) -> str:
    """The quantity as a pass left it: `«delta:8@-3»` is that of the third pass before."""
    return f"«{ref_name(ref)}@{distance}»"


_MOST_TERMS = 12  # of one sum are written out; more cannot be taken in


def _some(samples: range, term: Callable[[int], str]) -> list[str]:
    """The term of each sample or pass; where there are too many to be read, the first ones, dots, and the last one."""
    if len(samples) <= _MOST_TERMS:
        return [*map(term, samples)]
    return [*map(term, samples[:3]), r"\cdots", term(samples[-1])]


def _sum(parts: list[str]) -> str:
    return " + ".join(parts) if parts else "0"


# Of E, over this quantity of the same node or connection.
_DERIVATIVES = {"dE_dy": "a", "dE_dnet": "net", "dE_dw": "w"}
_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")  # Unicode has no subscript b


def symbol(ref: Ref, topology: Topology) -> dict[str, str]:
    """How a quantity is written: `tex` for equations, `text` for sentences and labels."""
    quantity, key = ref
    if quantity == "eta":
        return {"tex": r"\eta", "text": "η"}
    if quantity in ("w", "b"):
        to, source = (key, "b") if quantity == "b" else key
        index = f"{to}{source}" if max(to, 0 if source == "b" else source) < 10 else f"{to},{source}"
        text = f"w₍{index}₎" if "," in index else f"w{index}".translate(_SUBSCRIPT)
        return {"tex": f"w_{{{index}}}", "text": text}
    if quantity == "E":
        return {"tex": "E_d", "text": "E"}
    if quantity in _DERIVATIVES:
        below = symbol((_DERIVATIVES[quantity], key), topology)
        tex = r"\frac{\partial E_d}{\partial " + below["tex"] + "}"
        return {"tex": tex, "text": f"∂E/∂{below['text']}"}
    if quantity == "slope":
        of = symbol(("a", key), topology)
        return {"tex": of["tex"].replace("_", "'_"), "text": of["text"][:1] + "′" + of["text"][1:]}
    letter, place = quantity, key
    if quantity.startswith("Δ"):
        below = symbol((quantity[1:], key), topology)
        return {"tex": rf"\Delta {below['tex']}", "text": f"Δ{below['text']}"}
    if quantity == "a" and key in topology.inputs:
        letter, place = "x", topology.inputs.index(key) + 1
    elif quantity in ("a", "t") and key in topology.outputs:
        letter, place = ("y" if quantity == "a" else "t"), topology.outputs.index(key) + 1
    tex = {"delta": r"\delta", "net": r"\mathit{net}"}.get(letter, letter)
    text = {"delta": "δ"}.get(letter, letter)
    return {"tex": f"{tex}_{{{place}}}", "text": text + str(place).translate(_SUBSCRIPT)}


@lru_cache(maxsize=10_000)  # asked for again and again, as one rule and another is tried
def instance(ref: Ref, topology: Topology, rule: Rule = Rule()) -> Instance | None:
    """The equation that makes `ref` by this rule, written out; None for what no equation makes."""
    quantity, key = ref
    if quantity in ("net", "a") and key in topology.inputs:
        return _given(ref, topology)
    writer = {
        **{"net": _net, "a": _activation, "slope": _of_output, "w": _weight, "b": _bias},
        **{"E": _error, "dE_dy": _error_by_output, "dE_dnet": _error_by_net, "dE_dw": _error_by_weight},
    }.get(quantity)
    if quantity in ("w", "b") and not rule.delta:
        return None  # a walk that compares errors, say
    if quantity == "delta":
        writer = _output_delta if key in topology.outputs else _hidden_delta
    return writer(ref, topology, rule) if writer else None


def _given(ref: Ref, topology: Topology) -> Instance:
    node = ref[1]

    def tell() -> Words:
        return sentence("steps", "input", number=topology.inputs.index(node) + 1, node=node)

    return Instance(ref, "=", "", (), tell, None, lambda read: read(ref))


def _net(ref: Ref, topology: Topology, rule: Rule) -> Instance:
    node = ref[1]
    sources = topology.incoming(node)
    pairs: list[tuple[Ref, Ref]] = [(("w", (node, i)), ("a", i)) for i in sources]
    biases: list[Ref] = [("b", node)] if node in topology.biases else []
    right = _sum([f"{_term(w)}·{_term(a)}" for w, a in pairs] + [_term(bias) for bias in biases])

    def tell() -> Words:
        return sentence("steps", "net-with-bias" if biases else "net", node=node, nodes=listed_nodes(sources))

    def evaluate(read: Read) -> Any:
        return sum(read(w) * read(a) for w, a in pairs) + sum(map(read, biases))  # 4.11

    reads = (*tuple(r for pair in pairs for r in pair), *biases)
    return Instance(ref, "=", right, reads, tell, None, evaluate)


def _activation(ref: Ref, topology: Topology, rule: Rule) -> Instance:
    node = ref[1]
    net: Ref = ("net", node)
    activation = rule.activation_of(node, topology)
    value = ACTIVATIONS[activation].value
    weighted = _net(net, topology, rule)
    if rule.net:
        right = {
            "sigmoid": r"\mathrm{sigmoid}(«net») = \frac{1}{1+e^{-«net»}}",
            "tanh": r"\tanh(«net»)",
            "relu": r"\max(0, «net»)",
            "linear": "«net»",
        }[activation].replace("«net»", _term(net))
    else:
        name = {"sigmoid": r"\mathrm{sigmoid}", "tanh": r"\tanh", "relu": r"\mathrm{relu}", "linear": ""}
        right = f"{name[activation]}({weighted.right})"
    key = "sigmoid" if activation == "sigmoid" else "activation"

    def tell() -> Words:
        return sentence("steps", f"{key}-at-output" if node in topology.outputs else key, node=node)

    def evaluate(read: Read) -> Any:
        return value(read(net) if rule.net else weighted.evaluate(read))  # 3.2, 3.3

    return Instance(ref, "=", right, (net,) if rule.net else weighted.reads, tell, None, evaluate)


def _slope(ref: Ref, activation: str) -> str:
    return _SLOPE_TEX[activation].replace("«y»", _term(ref))


def _of_output(ref: Ref, topology: Topology, rule: Rule) -> Instance:
    node = ref[1]
    a: Ref = ("a", node)
    activation = rule.activation_of(node, topology)

    def tell() -> Words:
        return sentence("steps", "slope", node=node)

    def evaluate(read: Read) -> Any:
        return ACTIVATIONS[activation].slope(read(a))  # 1.4

    return Instance(ref, "=", _slope(a, activation), (a,), tell, None, evaluate)


_UPHILL = ("error-grows", "error-falls")  # what a plus and a minus of a derivative of the error mean


def _signs(of: str, rule: Rule) -> tuple[str, str]:
    """What a plus and a minus of a delta mean: the net should go up, or down."""
    up, down = f"{of}-up", f"{of}-down"
    return (up, down) if rule.sign > 0 else (down, up)


def _error(ref: Ref, topology: Topology, rule: Rule) -> Instance:
    pairs: list[tuple[Ref, Ref]] = [(("t", node), ("a", node)) for node in topology.outputs]
    total = _sum([f"({_term(t)}-{_term(y)})^2" for t, y in pairs])
    right = rf"\frac{{1}}{{2}}·({total})" if len(pairs) > 1 else rf"\frac{{1}}{{2}}·{total}"

    def tell() -> Words:
        return sentence("steps", "error")

    def evaluate(read: Read) -> Any:
        return sum((read(t) - read(y)) ** 2 for t, y in pairs) / 2  # 4.9

    return Instance(ref, "=", right, tuple(r for pair in pairs for r in pair), tell, None, evaluate)


def _error_by_output(ref: Ref, topology: Topology, rule: Rule) -> Instance:
    node = ref[1]
    t: Ref = ("t", node)
    y: Ref = ("a", node)

    def tell() -> Words:
        return sentence("steps", "error-by-output", node=node)

    def evaluate(read: Read) -> Any:
        return -(read(t) - read(y))  # 4.14

    return Instance(ref, "=", f"-({_term(t)}-{_term(y)})", (t, y), tell, _UPHILL, evaluate)


def _error_by_net(ref: Ref, topology: Topology, rule: Rule) -> Instance:
    node = ref[1]
    slope: Ref = ("slope", node)
    if node in topology.outputs:
        first: Ref = ("dE_dy", node)

        def tell_at_output() -> Words:
            return sentence("steps", "error-by-net-at-output", node=node)

        def at_output(read: Read) -> Any:
            return read(first) * read(slope)  # 4.13, 4.16

        right = f"{_term(first)}·{_term(slope)}"
        return Instance(ref, "=", right, (first, slope), tell_at_output, _UPHILL, at_output)
    below = topology.downstream(node)
    pairs: list[tuple[Ref, Ref]] = [(("dE_dnet", k), ("w", (k, node))) for k in below]
    total = _sum([f"{_term(d)}·{_term(w)}" for d, w in pairs])
    right = f"({total})·{_term(slope)}" if len(pairs) > 1 else f"{total}·{_term(slope)}"

    def tell() -> Words:
        return sentence("steps", "error-by-net", node=node, nodes=listed_nodes(below))

    def at_hidden(read: Read) -> Any:
        return sum(read(d) * read(w) for d, w in pairs) * read(slope)  # 4.3 before its sign is turned round

    reads = (*tuple(r for pair in pairs for r in pair), slope)
    return Instance(ref, "=", right, reads, tell, _UPHILL, at_hidden)


def _error_by_weight(ref: Ref, topology: Topology, rule: Rule) -> Instance:
    j, i = ref[1]
    net: Ref = ("dE_dnet", j)
    x: Ref = ("a", i)

    def tell() -> Words:
        return sentence("steps", "error-by-weight", node=j, source=i)

    def evaluate(read: Read) -> Any:
        return read(net) * read(x)  # 4.12

    return Instance(ref, "=", f"{_term(net)}·{_term(x)}", (net, x), tell, _UPHILL, evaluate)


def _output_delta(ref: Ref, topology: Topology, rule: Rule) -> Instance:
    node = ref[1]
    y: Ref = ("a", node)
    t: Ref = ("t", node)
    activation = rule.activation_of(node, topology)
    slope = ACTIVATIONS[activation].slope
    has_slope = rule.cost == "squared"
    factor = rule.sign * rule.scale
    off = f"({_term(t)}-{_term(y)})" if rule.sign > 0 else f"({_term(y)}-{_term(t)})"
    scaled = "" if rule.scale == 1 else f"{_number(rule.scale)}·"
    right = scaled + (f"{_slope(y, activation)}·" if has_slope else "") + off

    def tell() -> Words:
        return sentence("steps", "output-delta" if has_slope else "output-delta-by-cross-entropy", node=node)

    def evaluate(read: Read) -> Any:
        off = factor * (read(t) - read(y))
        return slope(read(y)) * off if has_slope else off  # 4.1; without the slope, by cross-entropy

    return Instance(ref, "=", right, (y, t), tell, _signs("output", rule), evaluate)


def _hidden_delta(ref: Ref, topology: Topology, rule: Rule) -> Instance:
    node = ref[1]
    a: Ref = ("a", node)
    activation = rule.activation_of(node, topology)
    slope = ACTIVATIONS[activation].slope
    below = topology.downstream(node)
    pairs: list[tuple[Ref, Ref]] = [(("w", (k, node)), ("delta", k)) for k in below]
    total = _sum([f"{_term(w)}·{_term(d)}" for w, d in pairs])
    right = f"{_slope(a, activation)}·({total})"

    def tell() -> Words:
        if not below:
            return sentence("steps", "hidden-delta-without-downstream", node=node)
        weights = listed([symbol(w, topology)["text"] for w, _ in pairs])
        return sentence("steps", "hidden-delta", node=node, nodes=listed_nodes(below), weights=weights)

    def evaluate(read: Read) -> Any:
        return slope(read(a)) * sum(read(w) * read(d) for w, d in pairs)  # 4.3

    reads = (a, *tuple(r for pair in pairs for r in pair))
    return Instance(ref, "=", right, reads, tell, _signs("hidden", rule), evaluate)


def _weight(ref: Ref, topology: Topology, rule: Rule) -> Instance:
    j, i = ref[1]
    delta: Ref = ("delta", j)
    x: Ref = ("a", i)

    def tell() -> Words:
        return sentence("steps", "weight", node=j, source=i, rate=_rate(rule), more=_more(rule, pulled=True))

    def asked(read: Read, *sample: Any) -> Any:
        return read(delta, *sample) * read(x, *sample)  # 4.5

    return _update(ref, (delta, x), tell, asked, rule)


def _bias(ref: Ref, topology: Topology, rule: Rule) -> Instance:
    node = ref[1]
    delta: Ref = ("delta", node)

    def tell() -> Words:
        return sentence("steps", "bias", node=node, rate=_rate(rule), more=_more(rule))

    def asked(read: Read, *sample: Any) -> Any:
        return read(delta, *sample)  # 4.8

    return _update(ref, (delta,), tell, asked, rule)


_ETA: Ref = ("eta", None)


def _rate(rule: Rule) -> Words | str:
    """The learning rate in the sentence of an update, if the program names one."""
    return sentence("updates", "rate") if rule.eta else ""


def _more(rule: Rule, pulled: bool = False) -> Words:
    """What an update does with the samples it takes together, with its own last change, and with a weight's size."""
    several = bool(rule.samples or rule.passes)
    said = {
        "averaged": rule.averaged and several,
        "added": not rule.averaged and several,
        "momentum": bool(rule.momentum),
        "pulled": pulled and bool(rule.l1 or rule.l2),
    }
    parts = [sentence("updates", key) for key, is_so in said.items() if is_so]
    return {lang: "".join(part[lang] for part in parts) for lang in languages()}


def _update(
    ref: Ref,
    asks: tuple[Ref, ...],
    tell: Callable[[], Words],
    asked: Callable[..., Any],
    rule: Rule,
) -> Instance:
    """4.5 or 4.8: what one sample asks for is the product of `asks`, `asked` the same in numbers."""
    summed, written = (rule.passes, _term_of_pass) if rule.passes else (rule.samples, _term)

    def term(one: int) -> str:
        return "·".join(written(part, one) for part in asks)

    share = 1 / len(summed) if rule.averaged and summed else 1.0
    l1, l2 = (rule.l1, rule.l2) if ref[0] == "w" else (0.0, 0.0)
    moves = f"({_sum(_some(summed, term))})" if summed else "·".join(map(_term, asks))
    rate = "" if rule.rate == 1 else _number(rule.rate)
    eta = _term(_ETA) if rule.eta else ""
    mean = rf"\frac{{1}}{{{len(summed)}}}" if share != 1 else ""
    pull = f" - {_number(l2)}·{_term(ref)}" if l2 else ""
    pull += rf" - {_number(l1)}·\mathrm{{sign}}({_term(ref)})" if l1 else ""
    asks_for = "·".join(filter(None, (mean, moves)))
    asks_for = rf"\bigl({'' if rule.sign > 0 else '-'}{asks_for}{pull}\bigr)" if pull else asks_for
    by = "-" if rule.sign < 0 and not pull else "+"
    again = f" + {_number(rule.momentum)}·{_last_change(ref)}" if rule.momentum else ""
    right = f"{_term(ref)} {by} {'·'.join(filter(None, (rate, eta, asks_for)))}{again}"

    def evaluate(read: Read) -> Any:
        total = np.sum(asked(read, EACH), axis=0) if summed else asked(read)
        rate = rule.rate * (read(_ETA) if rule.eta else 1.0)
        new = read(ref) + rule.sign * share * rate * total  # 4.5, 4.8
        if l1 or l2:
            new = new - rate * (l2 * read(ref) + l1 * np.sign(read(ref)))
        return new + rule.momentum * (read(ref) - read(ref, BEFORE)) if rule.momentum else new

    return Instance(ref, r"\gets", right, (ref, *([_ETA] if rule.eta else []), *asks), tell, None, evaluate)


def _last_change(ref: Ref) -> str:
    """What the update before did to a weight or a bias, which momentum repeats in part: `«Δw:8-4»`."""
    return f"«Δ{ref_name(ref)}»"


def _number(value: float) -> str:
    """A factor of a rule in TeX, exact: `0.9`, `\\frac{1}{3}`, `10^{-5}`."""
    short = f"{value:.4g}"
    if float(short) != value:
        near = Fraction(value).limit_denominator(1000)
        if abs(float(near) - value) <= 1e-12 * abs(value):
            return rf"\frac{{{near.numerator}}}{{{near.denominator}}}"
        short = repr(value)
    digits, _, power = short.partition("e")
    if not power:
        return digits
    return ("" if digits == "1" else rf"{digits}\cdot ") + f"10^{{{int(power)}}}"
