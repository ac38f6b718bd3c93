"""XOR's network 3-4-1 worked out by equations 3.2 to 4.8, step by step, without the project's own Python."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp

INPUTS, HIDDEN, OUTPUT = (1, 2, 3), (4, 5, 6, 7), 8
SAMPLES = [((0, 0, 1), 0), ((0, 1, 1), 1), ((1, 0, 1), 1), ((1, 1, 1), 0)]
ETA = 0.5

Weights = dict[str, float]  # by the names of the drawn connections: "8-4", "8-b"


@dataclass
class Step:
    """What one assignment should show: kind "a" | "net" | "delta" | "w", of a node or a connection."""

    kind: str
    where: str
    value: float
    reads: set[str]
    phase: str
    equation: str | None
    instance: str | None


def sigmoid(net: float) -> float:
    return 1 / (1 + exp(-net))


INSTANCES = {"8": "4.2", "4": "4.4", "8-4": "4.6", "4-1": "4.7", "4-b": "4.8"}  # where the notes number one


def one_sample(w: Weights, x: tuple[int, ...], t: int, eta: float = ETA) -> Iterator[Step]:
    """Every step of one sample in the lesson's order; `w` is trained in place, when its step is taken."""
    a = dict(zip(INPUTS, map(float, x)))
    delta: dict[int, float] = {}
    for i in INPUTS:
        yield Step("a", f"{i}", a[i], set(), "forward", None, None)
    for j, sources in [*((j, INPUTS) for j in HIDDEN), (OUTPUT, HIDDEN)]:
        equation = "3.3" if j == OUTPUT else "3.2"
        net = sum(w[f"{j}-{i}"] * a[i] for i in sources) + w[f"{j}-b"]
        reads = {f"{j}-b"} | {f"{j}-{i}" for i in sources} | {f"{i}" for i in sources}
        yield Step("net", f"{j}", net, reads, "forward", equation, None)
        a[j] = sigmoid(net)
        yield Step("a", f"{j}", a[j], {f"{j}"}, "forward", equation, None)
    y = a[OUTPUT]
    delta[OUTPUT] = y * (1 - y) * (t - y)
    yield Step("delta", "8", delta[OUTPUT], {"8"}, "backward", "4.1", "4.2")
    for j in HIDDEN:
        delta[j] = a[j] * (1 - a[j]) * w[f"8-{j}"] * delta[OUTPUT]
        reads = {f"{j}", f"8-{j}", "8"}
        yield Step("delta", f"{j}", delta[j], reads, "backward", "4.3", INSTANCES.get(f"{j}"))
    for j in HIDDEN:
        for to, source in [(OUTPUT, j), *((j, i) for i in INPUTS)]:
            edge = f"{to}-{source}"
            w[edge] += eta * delta[to] * a[source]
            reads = {edge, f"{to}", f"{source}"}
            yield Step("w", edge, w[edge], reads, "update", "4.5", INSTANCES.get(edge))
        w[f"{j}-b"] += eta * delta[j]
        yield Step("w", f"{j}-b", w[f"{j}-b"], {f"{j}-b", f"{j}"}, "update", "4.8", INSTANCES.get(f"{j}-b"))
    w["8-b"] += eta * delta[OUTPUT]
    yield Step("w", "8-b", w["8-b"], {"8-b", "8"}, "update", "4.8", None)


def one_iteration(w: Weights, eta: float = ETA) -> Iterator[tuple[int, Step]]:
    for sample, (x, t) in enumerate(SAMPLES):
        for step in one_sample(w, x, t, eta):
            yield sample, step
