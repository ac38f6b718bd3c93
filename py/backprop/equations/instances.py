"""Writes each equation out at one node or connection of one network, by the rule that the program follows.

`instance` writes an equation out: its terms, its TeX, and the sentence that says what the number means. Nothing here
reads a recording; numbers are handed in by `Instance.evaluate`, one at a time or as columns of many iterations.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from backprop.equations.rule import Rule
from backprop.equations.tex import exact, sum_of, symbol, term
from backprop.equations.types import BEFORE, EACH, Instance, Read
from backprop.equations.update_tex import ETA, update_tex
from backprop.network import ACTIVATIONS
from backprop.texts import MOST_LISTED, Words, languages, listed, listed_nodes, sentence
from backprop.topology import Ref, Topology, ends_of, node_of

# The slope in TeX, «y» standing for the node's own output.
_SLOPE_TEX = {
    "sigmoid": "«y»·(1-«y»)",
    "tanh": "(1-«y»^2)",
    "relu": r"[«y»>0]",
    "linear": "1",
}

_ACTIVATION_TEX = {
    "sigmoid": r"\mathrm{sigmoid}(«net») = \frac{1}{1+e^{-«net»}}",
    "tanh": r"\tanh(«net»)",
    "relu": r"\max(0, «net»)",
    "linear": "«net»",
}


_PLAIN = Rule()


@lru_cache(maxsize=10_000)  # asked for again and again, as one rule and another is tried
def instance(ref: Ref, topology: Topology, rule: Rule = _PLAIN) -> Instance | None:
    """The equation that makes `ref` by this rule, written out; None for what no equation makes."""
    quantity, key = ref
    if quantity in ("net", "a") and key in topology.inputs:
        return _given(ref, topology)
    if quantity in ("w", "b") and not rule.delta:
        return None  # a walk that compares errors, say
    if quantity == "delta":
        return (_output_delta if key in topology.outputs else _hidden_delta)(ref, topology, rule)
    writer = _WRITERS.get(quantity)
    return writer(ref, topology, rule) if writer else None


def _given(ref: Ref, topology: Topology) -> Instance:
    node = node_of(ref)

    def tell() -> Words:
        return sentence("steps", "input", number=topology.inputs.index(node) + 1, node=node)

    return Instance(ref, "=", str, (), tell, None, lambda read: read(ref))


def _net(ref: Ref, topology: Topology, rule: Rule) -> Instance:
    node = node_of(ref)
    sources = topology.incoming(node)
    pairs: list[tuple[Ref, Ref]] = [(("w", (node, i)), ("a", i)) for i in sources]
    biases: list[Ref] = [("b", node)] if node in topology.biases else []

    def write() -> str:
        return sum_of([f"{term(w)}·{term(a)}" for w, a in pairs] + [term(bias) for bias in biases])

    def tell() -> Words:
        return sentence("steps", "net-with-bias" if biases else "net", node=node, nodes=listed_nodes(sources))

    def evaluate(read: Read) -> Any:
        return sum(read(w) * read(a) for w, a in pairs) + sum(map(read, biases))  # 4.11

    reads = (*tuple(r for pair in pairs for r in pair), *biases)
    return Instance(ref, "=", write, reads, tell, None, evaluate)


def _activation(ref: Ref, topology: Topology, rule: Rule) -> Instance:
    node = node_of(ref)
    net: Ref = ("net", node)
    activation = rule.activation_of(node, topology)
    value = ACTIVATIONS[activation].value
    weighted = _net(net, topology, rule)
    key = "sigmoid" if activation == "sigmoid" else "activation"

    def tell() -> Words:
        return sentence("steps", f"{key}-at-output" if node in topology.outputs else key, node=node)

    def write() -> str:
        if rule.net:
            return _ACTIVATION_TEX[activation].replace("«net»", term(net))
        name = {"sigmoid": r"\mathrm{sigmoid}", "tanh": r"\tanh", "relu": r"\mathrm{relu}", "linear": ""}
        return f"{name[activation]}({weighted.right})"

    def evaluate(read: Read) -> Any:
        return value(read(net) if rule.net else weighted.evaluate(read))  # 3.2, 3.3

    return Instance(ref, "=", write, (net,) if rule.net else weighted.reads, tell, None, evaluate)


def _slope(ref: Ref, activation: str) -> str:
    return _SLOPE_TEX[activation].replace("«y»", term(ref))


def _of_output(ref: Ref, topology: Topology, rule: Rule) -> Instance:
    node = node_of(ref)
    a: Ref = ("a", node)
    activation = rule.activation_of(node, topology)

    def tell() -> Words:
        return sentence("steps", "slope", node=node)

    def evaluate(read: Read) -> Any:
        return ACTIVATIONS[activation].slope(read(a))  # 1.4

    return Instance(ref, "=", lambda: _slope(a, activation), (a,), tell, None, evaluate)


_UPHILL = ("error-grows", "error-falls")  # what a plus and a minus of a derivative of the error mean


def _signs(of: str, rule: Rule) -> tuple[str, str]:
    """The keys of the sentences for a positive and a negative delta: the net should go up, or down."""
    up, down = f"{of}-up", f"{of}-down"
    return (up, down) if rule.sign > 0 else (down, up)


def _error(ref: Ref, topology: Topology, rule: Rule) -> Instance:
    pairs: list[tuple[Ref, Ref]] = [(("t", node), ("a", node)) for node in topology.outputs]

    def write() -> str:
        total = sum_of([f"({term(t)}-{term(y)})^2" for t, y in pairs])
        return rf"\frac{{1}}{{2}}·({total})" if len(pairs) > 1 else rf"\frac{{1}}{{2}}·{total}"

    def tell() -> Words:
        return sentence("steps", "error")

    def evaluate(read: Read) -> Any:
        return sum((read(t) - read(y)) ** 2 for t, y in pairs) / 2  # 4.9

    return Instance(ref, "=", write, tuple(r for pair in pairs for r in pair), tell, None, evaluate)


def _error_by_output(ref: Ref, topology: Topology, rule: Rule) -> Instance:
    node = node_of(ref)
    t: Ref = ("t", node)
    y: Ref = ("a", node)

    def tell() -> Words:
        return sentence("steps", "error-by-output", node=node)

    def evaluate(read: Read) -> Any:
        return -(read(t) - read(y))  # 4.14

    return Instance(ref, "=", lambda: f"-({term(t)}-{term(y)})", (t, y), tell, _UPHILL, evaluate)


def _error_by_net(ref: Ref, topology: Topology, rule: Rule) -> Instance:
    node = node_of(ref)
    slope: Ref = ("slope", node)
    if node in topology.outputs:
        first: Ref = ("dE_dy", node)

        def tell_at_output() -> Words:
            return sentence("steps", "error-by-net-at-output", node=node)

        def at_output(read: Read) -> Any:
            return read(first) * read(slope)  # 4.13, 4.16

        def write_at_output() -> str:
            return f"{term(first)}·{term(slope)}"

        return Instance(ref, "=", write_at_output, (first, slope), tell_at_output, _UPHILL, at_output)
    below = topology.downstream(node)
    pairs: list[tuple[Ref, Ref]] = [(("dE_dnet", k), ("w", (k, node))) for k in below]

    def write() -> str:
        total = sum_of([f"{term(d)}·{term(w)}" for d, w in pairs])
        return f"({total})·{term(slope)}" if len(pairs) > 1 else f"{total}·{term(slope)}"

    def tell() -> Words:
        return sentence("steps", "error-by-net", node=node, nodes=listed_nodes(below))

    def at_hidden(read: Read) -> Any:
        return sum(read(d) * read(w) for d, w in pairs) * read(slope)  # 4.3 before its sign is turned round

    reads = (*tuple(r for pair in pairs for r in pair), slope)
    return Instance(ref, "=", write, reads, tell, _UPHILL, at_hidden)


def _error_by_weight(ref: Ref, topology: Topology, rule: Rule) -> Instance:
    j, i = ends_of(ref)
    net: Ref = ("dE_dnet", j)
    x: Ref = ("a", i)

    def tell() -> Words:
        return sentence("steps", "error-by-weight", node=j, source=i)

    def evaluate(read: Read) -> Any:
        return read(net) * read(x)  # 4.12

    return Instance(ref, "=", lambda: f"{term(net)}·{term(x)}", (net, x), tell, _UPHILL, evaluate)


def _output_delta(ref: Ref, topology: Topology, rule: Rule) -> Instance:
    node = node_of(ref)
    y: Ref = ("a", node)
    t: Ref = ("t", node)
    activation = rule.activation_of(node, topology)
    slope = ACTIVATIONS[activation].slope
    has_slope = rule.cost == "squared"
    factor = rule.sign * rule.scale

    def write() -> str:
        off = f"({term(t)}-{term(y)})" if rule.sign > 0 else f"({term(y)}-{term(t)})"
        scaled = "" if rule.scale == 1 else f"{exact(rule.scale)}·"
        return scaled + (f"{_slope(y, activation)}·" if has_slope else "") + off

    def tell() -> Words:
        return sentence("steps", "output-delta" if has_slope else "output-delta-by-cross-entropy", node=node)

    def evaluate(read: Read) -> Any:
        off = factor * (read(t) - read(y))
        return slope(read(y)) * off if has_slope else off  # 4.1; without the slope, by cross-entropy

    return Instance(ref, "=", write, (y, t), tell, _signs("output", rule), evaluate)


def _hidden_delta(ref: Ref, topology: Topology, rule: Rule) -> Instance:
    node = node_of(ref)
    a: Ref = ("a", node)
    activation = rule.activation_of(node, topology)
    slope = ACTIVATIONS[activation].slope
    below = topology.downstream(node)
    pairs: list[tuple[Ref, Ref]] = [(("w", (k, node)), ("delta", k)) for k in below]

    def write() -> str:
        total = sum_of([f"{term(w)}·{term(d)}" for w, d in pairs])
        return f"{_slope(a, activation)}·({total})"

    def tell() -> Words:
        if not below:
            return sentence("steps", "hidden-delta-without-downstream", node=node)
        weights = (
            listed([symbol(w, topology)["text"] for w, _ in pairs])
            if len(pairs) <= MOST_LISTED
            else sentence("lists", "weights", count=len(pairs))
        )
        return sentence("steps", "hidden-delta", node=node, nodes=listed_nodes(below), weights=weights)

    def evaluate(read: Read) -> Any:
        return slope(read(a)) * sum(read(w) * read(d) for w, d in pairs)  # 4.3

    reads = (a, *tuple(r for pair in pairs for r in pair))
    return Instance(ref, "=", write, reads, tell, _signs("hidden", rule), evaluate)


def _weight(ref: Ref, topology: Topology, rule: Rule) -> Instance:
    j, i = ends_of(ref)
    delta: Ref = ("delta", j)
    x: Ref = ("a", i)

    def tell() -> Words:
        return sentence("steps", "weight", node=j, source=i, rate=_rate(rule), more=_more(rule, pulled=True))

    def asked(read: Read, *sample: Any) -> Any:
        return read(delta, *sample) * read(x, *sample)  # 4.5

    return _update(ref, (delta, x), tell, asked, rule)


def _bias(ref: Ref, topology: Topology, rule: Rule) -> Instance:
    node = node_of(ref)
    delta: Ref = ("delta", node)

    def tell() -> Words:
        return sentence("steps", "bias", node=node, rate=_rate(rule), more=_more(rule))

    def asked(read: Read, *sample: Any) -> Any:
        return read(delta, *sample)  # 4.8

    return _update(ref, (delta,), tell, asked, rule)


@lru_cache  # of however many weights, there are few rules
def _rate(rule: Rule) -> Words | str:
    """The learning rate in the sentence of an update, if the program names one."""
    return sentence("updates", "rate") if rule.eta else ""


@lru_cache
def _more(rule: Rule, pulled: bool = False) -> Words:
    """The sentences on an update's sum or average over samples, its momentum, and its pull on the weights."""
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
    summed = rule.passes or rule.samples
    share = 1 / len(summed) if rule.averaged and summed else 1.0
    l1, l2 = (rule.l1, rule.l2) if ref[0] == "w" else (0.0, 0.0)

    def write() -> str:
        return update_tex(ref, asks, rule)

    def evaluate(read: Read) -> Any:
        total = np.sum(asked(read, EACH), axis=0) if summed else asked(read)
        rate = rule.rate * (read(ETA) if rule.eta else 1.0)
        new = read(ref) + rule.sign * share * rate * total  # 4.5, 4.8
        if l1 or l2:
            new = new - rate * (l2 * read(ref) + l1 * np.sign(read(ref)))
        return new + rule.momentum * (read(ref) - read(ref, BEFORE)) if rule.momentum else new

    etas = (ETA,) if rule.eta else ()
    operands = (
        *((one, EACH if summed else None) for one in asks),
        *((one, None) for one in (*etas, ref)),
        *([(ref, BEFORE)] if rule.momentum else []),
    )
    return Instance(ref, r"\gets", write, (ref, *etas, *asks), tell, None, evaluate, operands)


_WRITERS: dict[str, Callable[[Ref, Topology, Rule], Instance]] = {
    "net": _net,
    "a": _activation,
    "slope": _of_output,
    "w": _weight,
    "b": _bias,
    "E": _error,
    "dE_dy": _error_by_output,
    "dE_dnet": _error_by_net,
    "dE_dw": _error_by_weight,
}
