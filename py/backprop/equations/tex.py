"""Writes quantities, sums and factors: in TeX, in which «delta:8» stands for a quantity, and in plain text."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from backprop.topology import Ref, Topology, ends_of, node_of, ref_name


def term(ref: Ref, sample: int | None = None) -> str:
    """A quantity as it stands in the TeX of an equation: `«delta:8»`, of one sample `«delta:8/0»`."""
    return f"«{ref_name(ref, sample)}»"


def term_of_pass(ref: Ref, distance: int) -> str:
    """The quantity as a pass left it: `«delta:8@-3»` is that of the third pass before."""
    return f"«{ref_name(ref)}@{distance}»"


_MOST_TERMS = 12  # of one sum are written out; more cannot be taken in


def some_terms(samples: range, term: Callable[[int], str]) -> list[str]:
    """The term of each sample or pass; where there are too many to be read, the first ones, dots, and the last one."""
    if len(samples) <= _MOST_TERMS:
        return [*map(term, samples)]
    return [*map(term, samples[:3]), r"\cdots", term(samples[-1])]


def sum_of(parts: list[str]) -> str:
    """The TeX of a sum; 0 if it has no terms."""
    return " + ".join(parts) if parts else "0"


# Derivatives of the error E: by their name, the quantity (of the same node or connection) that E is derived by.
_DERIVATIVES = {"dE_dy": "a", "dE_dnet": "net", "dE_dw": "w"}
_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")  # Unicode has no subscript b


def symbol(ref: Ref, topology: Topology) -> dict[str, str]:
    """The symbol of a quantity: `tex` for equations, `text` for sentences and labels."""
    quantity, key = ref
    if quantity == "eta":
        return {"tex": r"\eta", "text": "η"}
    if quantity in ("w", "b"):
        to, source = (node_of(ref), "b") if quantity == "b" else ends_of(ref)
        index = (
            f"{to}{source}" if max(to, 0 if isinstance(source, str) else source) < 10 else f"{to},{source}"
        )
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


def exact(value: float) -> str:
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
