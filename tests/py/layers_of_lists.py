"""Right programs of layer objects in lists, one sample at a time."""

from tests.py.layer_programs import Program, indented

AT_ONCE = ("g", "self.x", "g[j] * self.x[i]", "g[j]")  # where `changed` finds a gradient that is not kept


class Lists(Program):
    """A program of lists, one sample at a time."""

    held = "(X[0], T[0])"

    def dense(self):
        inside, bias = self.shape["form"] == "inside", self.shape["bias"]
        init = ["self.w = [[random.gauss(0, 0.7) for _ in range(n)] for _ in range(m)]"]
        init += ["self.b = [0.0] * m"] if bias else []
        zeros = [
            "self.gw = [[0.0] * len(row) for row in self.w]",
            *(["self.gb = [0.0] * len(self.w)"] if bias else []),
        ]
        first = self.draw.choice(("self.b[j] + ", "")) if bias else ""
        last = " + self.b[j]" if bias and not first else ""
        net = self.draw.choice(
            (
                f"[{first}sum(w * v for w, v in zip(self.w[j], x)){last} for j in range(len(self.w))]",
                f"[{first}sum(self.w[j][i] * x[i] for i in range(len(x))){last} for j in range(len(self.w))]",
            )
        )
        back = self.draw.choice(
            (
                "[sum(g[j] * self.w[j][i] for j in range(len(g))) for i in range(len(self.x))]",
                "[sum(d * row[i] for d, row in zip(g, self.w)) for i in range(len(self.x))]",
            )
        )
        forward = ["self.x = x", f"return {net}"]
        backward = ["for j in range(len(g)):", "    for i in range(len(self.x)):"]
        backward += ["        self.gw[j][i] += g[j] * self.x[i]"]
        backward += ["    self.gb[j] += g[j]"] if bias else []
        if self.shape["update"] == "in backward":
            self.shape["turns"] = "samples"
            backward = [f"below = {back}", *self.changed(bias, *AT_ONCE), "return below"]
            zeros = []
        else:
            backward += [f"return {back}"]
        init += zeros
        if inside:
            init += ["self.f, self.slope = FUNCTIONS[kind]"]
            forward = [
                "self.x = x",
                f"self.z = {net}",
                "self.a = [self.f(z) for z in self.z]",
                "return self.a",
            ]
            backward = ["g = [one * self.slope(z, a) for one, z, a in zip(g, self.z, self.a)]", *backward]
        lines = [
            *(self.functions() if inside else []),
            "class Dense:",
            f"    def __init__(self, n, m{', kind' if inside else ''}):",
            *indented(init, 2),
            "    def forward(self, x):",
            *indented(forward, 2),
            f"    def backward(self, g{self.rate_argument()}):",
            *indented(backward, 2),
        ]
        if zeros:
            lines += ["    def zero(self):", *indented(zeros, 2)]
        if self.shape["update"] == "after":
            lines += ["    def step(self, rate):", *indented([*self.changed(bias), "self.zero()"], 2)]
        return lines

    def changed(self, bias, rows="self.w", row="self.w[j]", of_weight="self.gw[j][i]", of_bias="self.gb[j]"):
        decay = " + 0.01 * self.w[j][i]" if self.shape["rule"] == "decay" else ""
        return [
            f"for j in range(len({rows})):",
            f"    for i in range(len({row})):",
            f"        self.w[j][i] -= rate * ({of_weight}{decay})",
            *([f"    self.b[j] -= rate * {of_bias}"] if bias else []),
        ]

    def activation_class(self, name, formula, slope):
        return [
            f"class {name}:",
            "    def f(self, z):",
            f"        return {formula}",
            "    def slope(self, z, a):",
            f"        return {slope}",
            "    def forward(self, x):",
            "        self.z = x",
            "        self.a = [self.f(z) for z in x]",
            "        return self.a",
            f"    def backward(self, g{self.rate_argument()}):",
            "        return [one * self.slope(z, a) for one, z, a in zip(g, self.z, self.a)]",
            *self.no_step(),
        ]

    def loss_class(self):
        error, slope = self.loss[2]
        return [
            "class Loss:",
            "    def forward(self, outputs, wanted):",
            "        self.outputs, self.wanted = outputs, wanted",
            f"        return sum({error} for p, t in zip(outputs, wanted))",
            "    def backward(self):",
            f"        return [{slope} for p, t in zip(self.outputs, self.wanted)]",
        ]

    def optimizer(self):
        rule = self.shape["rule"]
        change = {
            "plain": ["values[i] -= self.rate * g[i]"],
            "decay": ["values[i] -= self.rate * g[i]"],
            "momentum": ["v[i] = 0.9 * v[i] - self.rate * g[i]", "values[i] += v[i]"],
            "adam": [
                "v[i] = 0.9 * v[i] + 0.1 * g[i]",
                "u[i] = 0.99 * u[i] + 0.01 * g[i] ** 2",
                "values[i] -= self.rate * (v[i] / (1 - 0.9 ** self.n)) / (math.sqrt(u[i] / (1 - 0.99 ** self.n)) + 1e-8)",
            ],
        }[rule]
        rows = "layer.w + [layer.b]" if self.shape["bias"] else "layer.w"
        gradients = "layer.gw + [layer.gb]" if self.shape["bias"] else "layer.gw"
        return [
            "class Optimizer:",
            "    def __init__(self, layers, rate):",
            "        self.layers, self.rate, self.n = layers, rate, 0",
            f"        self.v = [[[0.0] * len(row) for row in {rows}] for layer in layers]",
            f"        self.u = [[[0.0] * len(row) for row in {rows}] for layer in layers]",
            "    def step(self):",
            "        self.n += 1",
            "        for k, layer in enumerate(self.layers):",
            f"            for values, g, v, u in zip({rows}, {gradients}, self.v[k], self.u[k]):",
            "                for i in range(len(values)):",
            *indented(change, 5),
            "            layer.zero()",
        ]

    # --- data and turns ---

    def windows(self, n):
        return [
            f"X = [series[k:k + {n}] for k in range(len(series) - {n})]",
            self.draw.choice(
                (f"T = [[one] for one in series[{n}:]]", f"T = [[series[k + {n}]] for k in range(len(X))]")
            ),
        ]

    def table(self, rows, targets):
        return [f"X = {rows}", f"T = {targets}"]

    def turns(self):
        m, n, data, turns = (
            self.shape["sizes"][-1],
            self.shape["sizes"][0],
            self.shape["data"],
            self.shape["turns"],
        )
        lines = []
        if data == "noise":
            lines += ["t = [one + random.gauss(0, 0.1) for one in t]"]
        if data == "drift":
            lines += [f"x = [random.uniform(-1, 1) for _ in range({n})]"]
            lines += [f"t = [0.5 + 0.4 * math.sin(sum(x) + epoch + k) for k in range({m})]"]
        lines += self.one_pass("x", "t")
        step = self.step()
        if turns == "samples":
            lines += step
        if turns == "accumulated":
            lines += ["if n % 2 == 1:", *indented(step)]
        loop = self.draw.choice(
            ("for n, (x, t) in enumerate(zip(X, T)):", "for n in range(6):\n        x, t = X[n], T[n]")
        )
        return [loop, *indented(lines), *(step if turns == "all" else [])]
