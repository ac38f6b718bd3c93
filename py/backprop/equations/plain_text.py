"""A formula as one would type it into a search: `\\frac{1}{1+e^{-x}}` is `1/(1+e^(-x))`.

It reads the TeX that the lessons use: commands, braces, sub- and superscripts, fractions, roots and matrices. What is
above or below a fraction, under a root or in an exponent gets brackets where it is more than one thing.
"""

from __future__ import annotations

import re

_SIGNS = {
    "quad": " ",
    "qquad": " ",
    "delta": "δ",
    "eta": "η",
    "sigma": "σ",
    "partial": "∂",
    "sum": "Σ",
    "gets": "←",
    "to": "→",
    "equiv": "≡",
    "cdot": "·",
    "times": "×",
    "odot": "⊙",
    "infty": "∞",
    "in": "∈",
    "pm": "±",
    "le": "≤",
    "ge": "≥",
    "ne": "≠",
    "approx": "≈",
    "alpha": "α",
    "beta": "β",
    "lambda": "λ",
    "mu": "μ",
    "theta": "θ",
    "Delta": "Δ",
    "nabla": "∇",
    "prod": "Π",
    "cdots": "⋯",
    "ldots": "…",
    "dots": "…",
}
_NAMES = {"ln", "log", "exp", "sin", "cos", "tan", "tanh", "max", "min", "lim"}  # written as they are
_BEFORE_ITS_OPERAND = {"in", "partial", "nabla", "Delta", "cdot", "times"}  # no space between them
_SPACES = {r"\,": "", r"\!": "", r"\ ": " ", r"\;": " ", r"\:": " "}
_ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\s+|.", re.DOTALL)
_BRACKET = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"  # with brackets in it, two deep
_NAME = rf"[√∛∜∂Δ]?(?:\d*\.?\d+|[^\W\d][\w'₀-₉]*|{_BRACKET}|\[[^\[\]]*\])"
_ONE_THING = re.compile(rf"{_NAME}(?:\^(?:\w+|{_BRACKET}))?")
_BEFORE_A_FACTOR = re.compile(r"[\w₀-₉)\]}'′]")


def plain(tex: str) -> str:
    """The formula on one line: `\\delta_8 = y_1(1-y_1)` is `δ₈ = y₁(1-y₁)`."""
    text = "".join(_Reader(tex).until(None))
    return re.sub(r" ([,;)\]])", r"\1", re.sub(r"([(\[]) ", r"\1", " ".join(text.split())))


class _Reader:
    """Reads one formula from left to right."""

    def __init__(self, tex: str) -> None:
        self._tokens: list[str] = _TOKEN.findall(tex)
        self._at = 0

    def until(self, end: str | None) -> list[str]:
        """The pieces up to the token that ends the group."""
        found: list[str] = []
        while self._at < len(self._tokens) and self._tokens[self._at] != end:
            self._append(found, self._next())
        self._at += 1
        return found

    def _append(self, found: list[str], token: str) -> None:
        before = found[-1][-1:] if found else ""
        match token:
            case "{":
                found.append("".join(self.until("}")))
            case "_" | "^":
                found.append(
                    _lowered(self._argument()) if token == "_" else "^" + _bracketed(self._argument())
                )
            case r"\frac" | r"\tfrac" | r"\dfrac":
                text = f"{_bracketed(self._argument())}/{_bracketed(self._argument())}"
                found.append(" " + text if _BEFORE_A_FACTOR.match(before) else text)
                if not re.match(r"[\s=+\-,)}\]&]|$", self._ahead()):
                    found.append(" ")
            case r"\sqrt":
                degree = ""
                if self._ahead() == "[":
                    self._at += 1
                    degree = "".join(self.until("]"))
                found.append(_ROOTS.get(degree, f"{degree}√") + _bracketed(self._argument()))
            case r"\begin":
                self._argument()
                found.append("[" + "".join(self.until(r"\end")).strip() + "]")
                self._argument()
            case "\\\\":
                found.append("; ")
            case "&":
                found.append(", ")
            case _ if token.startswith("\\") and token[1:].isalpha():
                found.append(self._command(token[1:], before))
            case _ if token.startswith("\\"):
                found.append(_SPACES.get(token, token[1:]))
            case _:
                found.append(token)

    def _command(self, name: str, before: str) -> str:
        """The text of a command without arguments; empty for one that only changes the type."""
        if name in _NAMES:
            self._skip_space()
            after = " " if re.match(r"[\w\\]", self._ahead()) else ""
            return (" " if _BEFORE_A_FACTOR.match(before) else "") + name + after
        if name in _BEFORE_ITS_OPERAND or name not in _SIGNS:
            self._skip_space()
        return _SIGNS.get(name, "")

    def _argument(self) -> str:
        """The argument of a command, or a sub- or superscript: one group, or one token."""
        self._skip_space()
        found: list[str] = []
        if self._at < len(self._tokens):
            self._append(found, self._next())
        return "".join(found).strip()

    def _next(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1]

    def _ahead(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _skip_space(self) -> None:
        while self._ahead().isspace():
            self._at += 1


def _bracketed(text: str) -> str:
    """The text in brackets, unless it is one thing: a number, a name with its index, `∂E_d`, or in brackets already."""
    return text if _ONE_THING.fullmatch(text) else f"({text})"


def _lowered(text: str) -> str:
    """An index: digits as small ones, `_ji` for a name, in brackets if it is more than a name."""
    if text[:1].isdigit() and text.isalnum():
        return text.translate(_SUBSCRIPTS)
    return "_" + _bracketed(text)
