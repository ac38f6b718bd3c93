"""Right programs of layer objects in NumPy: samples are rows."""

from tests.py.layer_programs import Program, in_brackets, indented


class Arrays(Program):
    """A program of arrays; samples are rows."""

    def dense(self):
        inside, bias = self.shape["form"] == "inside", self.shape["bias"]
        turned = self.draw.random() < 0.25  # weights of shape (outputs, inputs)
        size = "m, n" if turned else "n, m"
        add = "+=" if self.shape["turns"] == "accumulated" else "="
        adds = add == "+="
        zeros = ["self.gw = np.zeros_like(self.w)", *(["self.gb = np.zeros_like(self.b)"] if bias else [])]
        init = [f"self.w = np.random.randn({size}) * 0.7"]
        init += [self.draw.choice(("self.b = np.zeros(m)", "self.b = np.zeros((1, m))"))] if bias else []
        init += zeros if adds else []
        w, back = ("self.w.T", "self.w") if turned else ("self.w", "self.w.T")
        net = self.draw.choice((f"self.x @ {w}", f"np.dot(self.x, {w})")) + (" + self.b" if bias else "")
        product = "self.x.T @ g" if not turned else "g.T @ self.x"
        keep = "keepdims=True" if "(1, m)" in init[1 if bias else 0] else ""
        gradients = [f"self.gw {add} {product}"]
        gradients += [f"self.gb {add} g.sum(axis=0{', ' + keep if keep else ''})"] if bias else []
        backward = [*gradients, f"return g @ {back}"]
        if self.shape["update"] == "in backward":
            backward = [f"below = g @ {back}", *gradients, *self.changed(bias), "return below"]
        forward = ["self.x = x", f"return {net}"]
        if inside:
            init += ["self.f, self.slope = FUNCTIONS[kind]"]
            forward = ["self.x = x", f"self.z = {net}", "self.a = self.f(self.z)", "return self.a"]
            backward = ["g = g * self.slope(self.z, self.a)", *backward]
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
        if self.shape["update"] == "after":
            lines += [
                "    def step(self, rate):",
                *indented([*self.changed(bias), *(zeros if adds else [])], 2),
            ]
        if adds:
            lines += ["    def zero(self):", *indented(zeros, 2)]
        return lines

    def changed(self, bias):
        decay = " + 0.01 * self.w" if self.shape["rule"] == "decay" else ""
        forms = (f"self.w -= rate * (self.gw{decay})", f"self.w = self.w - rate * (self.gw{decay})")
        of_bias = ("self.b -= rate * self.gb", "self.b = self.b - self.gb * rate")
        return [self.draw.choice(forms), *([self.draw.choice(of_bias)] if bias else [])]

    def activation_class(self, name, formula, slope):
        if self.shape["form"] == "two functions":
            return [
                f"class {name}:",
                "    def f(self, z):",
                f"        return {formula}",
                "    def slope(self, z):",
                "        a = self.f(z)",
                f"        return {slope}",
                "    def forward(self, z):",
                "        self.z = z",
                "        return self.f(z)",
                f"    def backward(self, g{self.rate_argument()}):",
                "        return g * self.slope(self.z)",
                *self.no_step(),
            ]
        return [
            f"class {name}:",
            "    def forward(self, z):",
            f"        self.z, self.a = z, {formula}",
            "        return self.a",
            f"    def backward(self, g{self.rate_argument()}):",
            "        z, a = self.z, self.a",
            f"        return g * {in_brackets(slope)}",
            *self.no_step(),
        ]

    def loss_class(self):
        error, slope = self.loss[1]
        return [
            "class Loss:",
            "    def forward(self, p, t):",
            "        self.p, self.t = p, t",
            f"        return {error}",
            "    def backward(self):",
            "        p, t = self.p, self.t",
            f"        return {slope}",
        ]

    def optimizer(self):
        names = "('w', 'b')" if self.shape["bias"] else "('w',)"
        zero = ["            layer.zero()"] if self.shape["turns"] == "accumulated" else []
        rule = self.shape["rule"]
        init = ["        self.layers, self.rate = layers, rate", "        self.n = 0"]
        if rule in ("momentum", "adam"):
            init += [
                f"        self.v = [{{name: 0 * getattr(one, name) for name in {names}}} for one in layers]",
                f"        self.u = [{{name: 0 * getattr(one, name) for name in {names}}} for one in layers]",
            ]
        change = {
            "plain": ["value -= self.rate * g"],
            "decay": [
                "value -= self.rate * (g + 0.01 * value)"
                if not self.shape["bias"]
                else "value -= self.rate * g"
            ],
            "momentum": ["v[name] = 0.9 * v[name] - self.rate * g", "value += v[name]"],
            "adam": [
                "v[name] = 0.9 * v[name] + 0.1 * g",
                "u[name] = 0.99 * u[name] + 0.01 * g * g",
                "value -= self.rate * (v[name] / (1 - 0.9 ** self.n)) / ((u[name] / (1 - 0.99 ** self.n)) ** 0.5 + 1e-8)",
            ],
        }[rule]
        of = (
            "v, u, layer in zip(self.v, self.u, self.layers)"
            if rule in ("momentum", "adam")
            else "layer in self.layers"
        )
        return [
            "class Optimizer:",
            "    def __init__(self, layers, rate):",
            *init,
            "    def step(self):",
            "        self.n += 1",
            f"        for {of}:",
            f"            for name in {names}:",
            "                value, g = getattr(layer, name), getattr(layer, 'g' + name)",
            *indented(change, 4),
            *zero,
        ]

    # --- data and turns ---

    held = "(X[:3], T[:3])"

    def windows(self, n):
        windows = self.draw.choice(
            (
                f"X = np.array([series[k:k + {n}] for k in range(len(series) - {n})])",
                f"X = np.lib.stride_tricks.sliding_window_view(series, {n})[:-1]",
            )
        )
        targets = self.draw.choice((f"T = series[{n}:].reshape(-1, 1)", f"T = series[{n}:, None]"))
        return ["series = np.array(series)", windows, targets]

    def table(self, rows, targets):
        return [f"X = np.array({rows})", f"T = np.array({targets})"]

    def turns(self):
        one_pass, step, m = self.one_pass, self.step(), self.shape["sizes"][-1]
        data, turns = self.shape["data"], self.shape["turns"]
        size = {"all": "", "samples": "n:n + 1", "accumulated": "n:n + 2"}[turns]
        x, t = (f"X[{size}]", f"T[{size}]") if size else ("X", "T")
        lines = [f"x, t = {x}, {t}"]
        if data == "noise":
            lines += ["t = t + 0.1 * np.random.randn(*t.shape)"]
        if data == "drift":
            rows = {"all": 6, "samples": 1, "accumulated": 2}[turns]
            lines = [f"x = np.random.randn({rows}, {self.shape['sizes'][0]})"]
            lines += [f"t = 0.5 + 0.4 * np.sin(x[:, :{m}].sum(axis=1, keepdims=True) + epoch) * np.ones({m})"]
        lines += one_pass("x", "t")
        if turns == "all":
            return lines + step
        if turns == "samples":
            return ["for n in range(len(X)):", *indented(lines + step)]
        return ["for n in range(0, 6, 2):", *indented(lines), *step]
