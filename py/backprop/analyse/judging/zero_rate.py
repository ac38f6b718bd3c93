"""A learning rate of 0: deltas are right, and no weight is ever changed.

lr = 1 // 10            # 0
W -= lr * X.T @ delta
"""

from __future__ import annotations

from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.judgement import DIFFERS
from backprop.analyse.judging.still import may_change_later
from backprop.analyse.judging.types import LayerVerdict, Point
from backprop.roles.changing_rates import ChangingRates


def zero_rate_point(evidence: Evidence, layers: list[LayerVerdict]) -> None:
    """Say at the first update that all steps of the network are 0 times delta, and that no line sets this 0 again, nor takes
    another number of the same list."""
    values = evidence.tape.values
    deltas = [*evidence.roles.deltas.of.values()]
    if any(delta.scale != 0 for delta in deltas) or not any(delta.value(values) for delta in deltas):
        return
    zeros = {id for delta in deltas for id, _ in delta.rates if values[id] == 0}
    changing = ChangingRates(evidence.tape)
    if not zeros or any(changing.may_change(id) or _may_be_another(evidence, id) for id in zeros):
        return
    line = min(evidence.line(delta.update.result) for delta in deltas)
    for verdict in layers:
        verdict.parts["weights"] = DIFFERS
    layers[0].points.append(Point("rate-zero", "mistake", layers[0].number, line))


def _may_be_another(evidence: Evidence, id: int) -> bool:
    """True for a number of a list or dict, `rates[epoch]`, and for one whose variable a later line sets."""
    named = [one for one in evidence.tape.bindings if id in one.ids]
    in_dict = not named and evidence.tape.event(id).operation == "constant"
    return in_dict or any(one.ids.size > 1 for one in named) or may_change_later(evidence, id)
