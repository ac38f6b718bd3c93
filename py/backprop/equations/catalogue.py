"""The catalogue of equations by their numbers (curriculum, "Equations"), and which of them makes a quantity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from backprop.texts import Words, sentence
from backprop.topology import Ref, Topology


@dataclass(frozen=True)
class Equation:
    """A general form: its number and its TeX."""

    id: str
    tex: str

    @property
    def words(self) -> Words:
        """A few words that say it, by language."""
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
