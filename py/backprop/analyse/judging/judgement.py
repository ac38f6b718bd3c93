"""The judgement on how the changes of a layer's weights, or of its biases, follow from delta times input."""

from __future__ import annotations

from dataclasses import dataclass, field

from backprop.analyse.judging.steps import Row

AGREES, FACTOR, RULE, DIFFERS, UNKNOWN, STILL = "agrees", "factor", "rule", "differs", "unknown", "still"


@dataclass
class Judgement:
    """`rule` names another rule with its `terms`, numbers by name; `factor` is what the change is a multiple by;
    `wrong` are the rows that differ; `at`, where it is known (else -1), is the number (id) that makes them differ."""

    state: str
    factor: float = 1.0
    rule: str | None = None
    terms: dict[str, float] = field(default_factory=dict)
    wrong: list[Row] = field(default_factory=list)
    why: str | None = None
    at: int = -1
