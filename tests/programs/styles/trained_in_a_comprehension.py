# style: dataclass_layers_match_statement
# network: 2-4-1
# expected: correct
# truth: {"sizes": [2, 4, 1], "samples": 4, "activations": {"output": [[0.5], [0.621966464853], [0.125042717026], [0.139725780542]], "hidden": [[0.0, 0.0, 0.0, 0.0], [0.57950404567, -0.14245049779, -0.340365965833, 0.788085451175], [0.403455952167, -0.515974118282, 0.99015418967, -0.92294471953], [0.79669032828, -0.613343403633, 0.98009459515, -0.49464100985]]}, "deltas": {"output": [[0.125], [-0.088884825513], [-0.095726482908], [0.01679538629]], "hidden": [[-0.227240250076, -0.123084526261, -0.014270018057, 0.217659229586], [0.107321178759, 0.085746748377, 0.008971572703, -0.058646721943], [0.14569634326, 0.069164926499, 0.000214133592, -0.024698375116], [-0.011153123509, -0.010316578421, -7.5572095e-05, 0.022089910784]]}}

from dataclasses import dataclass, field
import numpy as np

rng = np.random.default_rng(77)

@dataclass
class Layer:
    w: np.ndarray
    b: np.ndarray
    kind: str
    z: np.ndarray | None = None
    a: np.ndarray | None = None
    delta: np.ndarray | None = field(default=None, repr=False)

Net = list[Layer]

def activate(kind: str, z):
    match kind:
        case "tanh":
            return np.tanh(z)
        case "sigmoid":
            return 1 / (1 + np.exp(-z))
        case _:
            raise ValueError(kind)

def slope(kind: str, a):
    match kind:
        case "tanh":
            return 1 - a * a
        case "sigmoid":
            return a * (1 - a)

def build(*shape: int) -> Net:
    kinds = ["tanh"] * (len(shape) - 2) + ["sigmoid"]
    return [Layer(rng.normal(size=(i, o)), np.zeros(o), k) for i, o, k in zip(shape, shape[1:], kinds)]

def run(net: Net, x):
    for layer in net:
        layer.z = x @ layer.w + layer.b
        x = layer.a = activate(layer.kind, layer.z)
    return x

def learn(net: Net, x, t, rate):
    y = run(net, x)
    net[-1].delta = (y - t) * slope(net[-1].kind, y)
    for below, above in reversed(list(zip(net, net[1:]))):
        below.delta = (above.delta @ above.w.T) * slope(below.kind, below.a)
    inputs = [x] + [layer.a for layer in net[:-1]]
    for layer, inp in zip(net, inputs):
        layer.w -= rate * inp.T @ layer.delta
        layer.b -= rate * layer.delta.sum(axis=0)
    return float(((y - t) ** 2).sum() / 2)

net = build(2, 4, 1)
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
T = np.array([[0], [1], [1], [0]], float)
errors = [learn(net, X, T, 0.4) for _ in range(200)]
print(errors[0], errors[-1])
