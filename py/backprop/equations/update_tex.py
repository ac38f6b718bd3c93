"""The right side of an update, 4.5 or 4.8, in TeX: «ref» stands for a quantity and · for a product."""

from __future__ import annotations

from backprop.equations.rule import Rule
from backprop.equations.tex import exact, some_terms, sum_of, term, term_of_pass
from backprop.topology import Ref, ref_name

ETA: Ref = ("eta", None)


def update_tex(ref: Ref, asks: tuple[Ref, ...], rule: Rule) -> str:
    """TeX of the right side of 4.5 or 4.8: what one sample asks for is the product of `asks`.

    >>> update_tex(("b", 3), (("delta", 3),), Rule())
    '«b:3» + «eta»·«delta:3»'
    """
    summed, written = (rule.passes, term_of_pass) if rule.passes else (rule.samples, term)

    def asked_by(one: int) -> str:
        return "·".join(written(part, one) for part in asks)

    l1, l2 = (rule.l1, rule.l2) if ref[0] == "w" else (0.0, 0.0)
    moves = f"({sum_of(some_terms(summed, asked_by))})" if summed else "·".join(map(term, asks))
    rate = "" if rule.rate == 1 else exact(rule.rate)
    eta = term(ETA) if rule.eta else ""
    mean = rf"\frac{{1}}{{{len(summed)}}}" if rule.averaged and len(summed) > 1 else ""
    pull = f" - {exact(l2)}·{term(ref)}" if l2 else ""
    pull += rf" - {exact(l1)}·\mathrm{{sign}}({term(ref)})" if l1 else ""
    asks_for = "·".join(filter(None, (mean, moves)))
    asks_for = rf"\bigl({'' if rule.sign > 0 else '-'}{asks_for}{pull}\bigr)" if pull else asks_for
    by = "-" if rule.sign < 0 and not pull else "+"
    again = f" + {exact(rule.momentum)}·{_last_change(ref)}" if rule.momentum else ""
    return f"{term(ref)} {by} {'·'.join(filter(None, (rate, eta, asks_for)))}{again}"


def _last_change(ref: Ref) -> str:
    """The change of a weight or a bias in the update before, which momentum repeats in part: `«Δw:8-4»`."""
    return f"«Δ{ref_name(ref)}»"
