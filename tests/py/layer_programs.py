"""Base class of the generators of right programs with layer objects: choices, network class, data and training loop."""

# activation: (in arrays: formula in z, slopes in z and a), (in lists: the same for one number)
_ACTIVATIONS = {
    "sigmoid": (
        ("1 / (1 + np.exp(-z))", ("a * (1 - a)", "np.exp(-z) / (1 + np.exp(-z)) ** 2")),
        ("1 / (1 + math.exp(-z))", ("a * (1 - a)", "math.exp(-z) / (1 + math.exp(-z)) ** 2")),
    ),
    "tanh": (
        ("np.tanh(z)", ("1 - a ** 2", "1 / np.cosh(z) ** 2")),
        ("math.tanh(z)", ("1 - a * a", "1 - math.tanh(z) ** 2")),
    ),
    "relu": (
        ("np.maximum(z, 0)", ("(z > 0)", "np.where(z > 0, 1.0, 0.0)", "(a > 0).astype(float)")),
        ("max(0.0, z)", ("(z > 0)", "(1.0 if a > 0 else 0.0)")),
    ),
    "leaky": (
        ("np.where(z > 0, z, 0.1 * z)", ("np.where(z > 0, 1, 0.1)",)),
        ("z if z > 0 else 0.1 * z", ("(1.0 if z > 0 else 0.1)",)),
    ),
    "softplus": (
        ("np.log1p(np.exp(z))", ("1 / (1 + np.exp(-z))",)),
        ("math.log(1 + math.exp(z))", ("1 / (1 + math.exp(-z))",)),
    ),
    "linear": (("z", ("1.0",)), ("z", ("1.0",))),
}
# loss: (output activation, the error and its derivative in arrays p and t, those in the numbers p and t of lists)
_LOSSES = {
    "half squared": ("linear", ("0.5 * np.sum((p - t) ** 2)", "p - t"), ("(p - t) ** 2 / 2", "p - t")),
    "squared": ("tanh", ("np.sum((p - t) ** 2)", "2 * (p - t)"), ("(t - p) ** 2", "-2 * (t - p)")),
    "mean squared": (
        "sigmoid",
        ("np.mean((p - t) ** 2)", "2 * (p - t) / p.size"),
        ("(p - t) ** 2", "2 * (p - t)"),
    ),
    "mean of rows": (
        "linear",
        ("((p - t) ** 2).sum(axis=1).mean()", "2 * (p - t) / len(p)"),
        ("(p - t) ** 2 / 2", "(p - t)"),
    ),
    "absolute": (
        "linear",
        ("np.mean(np.abs(p - t))", "np.sign(p - t) / p.size"),
        ("abs(p - t)", "(1.0 if p > t else -1.0)"),
    ),
    "huber": (
        "linear",
        (
            "np.mean(np.where(np.abs(p - t) < 1, 0.5 * (p - t) ** 2, np.abs(p - t) - 0.5))",
            "np.clip(p - t, -1, 1) / p.size",
        ),
        ("(p - t) ** 2 / 2 if abs(p - t) < 1 else abs(p - t) - 0.5", "max(-1.0, min(1.0, p - t))"),
    ),
    "binary": (
        "sigmoid",
        ("-np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))", "(p - t) / (p * (1 - p)) / p.size"),
        ("-t * math.log(p) - (1 - t) * math.log(1 - p)", "(1 - t) / (1 - p) - t / p"),
    ),
}
_SERIES = (
    "[math.sin(0.4 * n) for n in range({n})]",
    "[math.sin(0.3 * n) + 0.3 * random.random() for n in range({n})]",
    "[(7 * n % 11) / 11 for n in range({n})]",
)


class Program:
    """A generated program: its random choices (`shape`), and the lines that do not depend on arrays or lists."""

    def __init__(self, draw):
        self.draw = draw
        one = draw.choice
        loss = one(list(_LOSSES))
        hidden = [one((2, 3, 4)) for _ in range(one((1, 1, 2)))]
        inner = [one([name for name in _ACTIVATIONS if name != "linear"]) for _ in hidden]
        self.shape = {
            "kind": type(self).__name__,
            "sizes": [one((2, 3)), *hidden, one((1, 1, 2))],
            "loss": loss,
            "activations": [*inner, _LOSSES[loss][0]],
            "form": one(("layers", "layers", "inside", "two functions")),  # where the activations are
            "bias": draw.random() < 0.8,
            "data": one(("table", "series", "series", "drift", "noise")),
            "update": one(("after", "after", "in backward", "optimizer", "optimizer")),
            "rule": one(("plain", "plain", "momentum", "adam", "decay")),
            "rate": one(("0.1", "0.1", "falls", "steps", "warm")),
            "turns": one(("all", "samples", "accumulated")),
            "ends": one(("", "", "evaluated", "early", "best")),
            "net": one(("class", "list")),
        }
        if self.shape["data"] == "series" and self.shape["sizes"][-1] == 2:
            self.shape["sizes"][-1] = 1
        if self.shape["update"] != "optimizer":
            self.shape["rule"] = one(("plain", "decay"))
        if self.shape["turns"] == "accumulated" and self.shape["update"] == "in backward":
            self.shape["update"] = "after"
        self.loss = _LOSSES[loss]

    def lines(self):
        start = ["import math, random", "import numpy as np", f"random.seed({self.draw.randrange(999)})"]
        start += [f"np.random.seed({self.draw.randrange(999)})"]
        if self.shape["kind"] == "Lists":
            start = [start[0], start[2]]
        start += self.dense()
        if self.shape["form"] != "inside":
            start += self.activation_classes()
        start += self.loss_class()
        if self.shape["net"] == "class":
            start += self.net_class()
        if self.shape["update"] == "optimizer":
            start += self.optimizer()
        return [*start, *self.data(), *self.made(), *self.training()]

    # --- classes ---

    def activation_of(self, name):
        """(its formula, the slope that is used)"""
        formula, slopes = _ACTIVATIONS[name][self.shape["kind"] == "Lists"]
        return formula, self.draw.choice(slopes)

    def activation_classes(self):
        lines = []
        for name in dict.fromkeys(self.shape["activations"]):
            lines += self.activation_class(name.title(), *self.activation_of(name))
        return lines

    def layers(self):
        """The expressions that make the layers, in order."""
        made = []
        sizes = self.shape["sizes"]
        for n, m, activation in zip(sizes, sizes[1:], self.shape["activations"]):
            if self.shape["form"] == "inside":
                made.append(f"Dense({n}, {m}, '{activation}')")
            else:
                made += [f"Dense({n}, {m})"]
                made += (
                    [f"{activation.title()}()"] if activation != "linear" or self.draw.random() < 0.3 else []
                )
        return made

    def functions(self):
        rows = []
        for name in dict.fromkeys(self.shape["activations"]):
            formula, slope = self.activation_of(name)
            rows += [f"    '{name}': (lambda z: {formula}, lambda z, a: {slope}),"]
        return ["FUNCTIONS = {", *rows, "}"]

    def rate_argument(self):
        return ", rate" if self.shape["update"] == "in backward" else ""

    def no_step(self):
        return ["    def step(self, rate):", "        pass"] if self.shape["update"] == "after" else []

    def net_class(self):
        rate = self.rate_argument()
        self.forward = self.draw.choice(("forward", "__call__"))
        step = [
            "    def step(self, rate):",
            "        for layer in self.layers:",
            "            layer.step(rate)",
        ]
        return [
            "class Net:",
            "    def __init__(self, *layers):",
            "        self.layers = list(layers)",
            f"    def {self.forward}(self, x):",
            "        for layer in self.layers:",
            "            x = layer.forward(x)",
            "        return x",
            f"    def backward(self, g{rate}):",
            self.draw.choice(
                ("        for layer in reversed(self.layers):", "        for layer in self.layers[::-1]:")
            ),
            f"            g = layer.backward(g{rate})",
            *(step if self.shape["update"] == "after" else []),
        ]

    def made(self):
        layers = ", ".join(self.layers())
        if self.shape["net"] == "class":
            lines, self.list = [f"net = Net({layers})"], "net.layers"
        else:
            lines, self.list = [f"net = [{layers}]"], "net"
        lines += ["loss = Loss()"]
        if self.shape["update"] == "optimizer":
            lines += [f"opt = Optimizer([one for one in {self.list} if hasattr(one, 'w')], 0.05)"]
        return lines

    # --- data ---

    def data(self):
        n, m = self.shape["sizes"][0], self.shape["sizes"][-1]
        made = [self.draw.choice(_SERIES).format(n=n + 7)]
        if self.shape["data"] == "series":
            return [f"series = {made[0]}", *self.windows(n)]
        row = [f"[random.uniform(-1, 1) for _ in range({n})] for _ in range(6)"]
        targets = f"[[float(random.random() < 0.5) for _ in range({m})] for _ in range(6)]"
        return self.table(f"[{row[0]}]", targets)

    # --- training ---

    def rate(self):
        of_optimizer = self.shape["update"] == "optimizer"
        name = "opt.rate" if of_optimizer else "rate"
        before = [] if of_optimizer else ["rate = 0.1"]
        inside = {
            "falls": [f"{name} = 0.1 / (1 + 0.1 * epoch)"],
            "steps": ["if epoch % 3 == 2:", f"    {name} *= 0.5"],
            "warm": [f"{name} = 0.1 * min(1, (epoch + 1) / 4)"],
        }.get(self.shape["rate"], [])
        return before, inside

    def pass_of(self, x, to):
        """The lines of a forward pass of x, whose outputs go to the variable `to`."""
        if self.shape["net"] == "class":
            return [f"{to} = {'net.forward' if self.forward == 'forward' else 'net'}({x})"]
        return [f"{to} = {x}", "for layer in net:", f"    {to} = layer.forward({to})"]

    def one_pass(self, x, t):
        rate = self.rate_argument()
        if self.shape["net"] == "class":
            backward = [f"net.backward(loss.backward(){rate})"]
        else:
            backward = ["g = loss.backward()", "for layer in reversed(net):"]
            backward += [f"    g = layer.backward(g{rate})"]
        return [
            *self.pass_of(x, "p"),
            self.draw.choice((f"total += loss.forward(p, {t})", f"E = loss.forward(p, {t})")),
            *backward,
        ]

    def step(self):
        return {
            "after": ["net.step(rate)"]
            if self.shape["net"] == "class"
            else ["for layer in net:", "    layer.step(rate)"],
            "optimizer": ["opt.step()"],
            "in backward": [],
        }[self.shape["update"]]

    def training(self):
        before, rate = self.rate()
        ends = self.shape["ends"]
        lines = [*before, "best = 1e9"]
        turn = ["total = 0.0", *rate, *self.turns()]
        if ends:
            turn += [*self.pass_of(f"{self.held}[0]", "q"), f"V = loss.forward(q, {self.held}[1])"]
        if ends == "evaluated":
            turn += ["if epoch % 4 == 0: print(epoch, V)"]
        if ends == "early":
            turn += ["if V > best + 10: break", "best = min(best, V)"]
        if ends == "best":
            turn += [
                "if V < best:",
                f"    best, kept = V, [list(one.w) for one in {self.list} if hasattr(one, 'w')]",
            ]
        return [*lines, "for epoch in range(9):", *indented(turn)]


def in_brackets(slope):
    return slope if slope.startswith("(") else f"({slope})"


def indented(lines, levels=1):
    return ["    " * levels + line for line in lines]
