"""What the page shows of a recording, read from the chunk it is handed, and a small evaluator for its equations.

The reading does in Python what site/recording.js and site/equation.js do: the state just before a step, and the numbers
that are put into the equation's template. `evaluate` then works the equation out from its TeX alone.
"""

import json
import math
import re
from collections import namedtuple

import numpy as np
from backprop.page.wire import Chunks

Shown = namedtuple("Shown", "iteration number step template value formula sample first")
LASTING = re.compile(r"(w:|b:|eta)")
MOST_STEPS = 400  # of an iteration


def equation_of(instances, name):
    """The equation with a name; those of weights are often one for all."""
    found = re.fullmatch(r"w:(\d+)-(\d+)(.*)", name)
    if name in instances or not found:
        return instances.get(name)
    of_all = json.dumps(instances.get("w:{to}-{from}" + found[3]))
    return json.loads(of_all.replace("{to}", found[1]).replace("{from}", found[2]))


class Page:
    """One chunk of a whole run, as the page holds it."""

    def __init__(self, recording):
        header, index, values, _ = Chunks(lambda *chunk: None).take(recording)
        self.header = json.loads(json.dumps(header))
        self.patterns, self.layouts = self.header["patterns"], self.header["layouts"]
        self.instances = self.header["instances"]
        self.rows = {}
        index, values, at, start = (
            np.frombuffer(index, np.int32).tolist(),
            np.frombuffer(values).tolist(),
            0,
            0,
        )
        while at < len(index):
            iteration, layout, count = index[at : at + 3]
            segments = [tuple(index[at + 3 + 2 * k : at + 5 + 2 * k]) for k in range(count)]
            at += 3 + 2 * count
            differing = index[at + 1 : at + 1 + index[at]]
            at += 1 + len(differing)
            width = len(self.layouts[layout]) + sum(self.patterns[id]["length"] for id, _ in segments)
            formulas = dict(zip(differing, values[start + width : start + width + len(differing)]))
            self.rows[iteration] = (layout, segments, values[start : start + width], formulas)
            start += width + len(differing)

    def steps(self, iteration):
        """Every step: (segment, sample of the segment, number of the segment's first step, its offset, the step)."""
        layout, segments, *_ = self.rows[iteration]
        offset, first = len(self.layouts[layout]), 0
        for number, (id, sample) in enumerate(segments):
            for step in self.patterns[id]["steps"]:
                yield number, sample, first, offset, step
            offset += self.patterns[id]["length"]
            first += len(self.patterns[id]["steps"])

    def shown(self, iteration):
        """Every step that is shown with an equation."""
        _, _, values, formulas = self.rows[iteration]
        for number, (_, sample, first, offset, step) in enumerate(self.steps(iteration)):
            written = equation_of(self.instances, step.get("written", step["sets"]))
            if not step["checked"] or not written or not written["right"]:
                continue
            own = step.get("sample", sample)
            value = values[offset + step["at"]]
            yield Shown(iteration, number, step, written["right"], value, formulas.get(number), own, first)

    def numbers(self, one):
        """The numbers that are put into the equation of a step that is shown, by the names they have in it."""
        state = self.state(one.iteration, one.number, one.sample)
        found = {ref: self.operand(one.iteration, one.number, state, ref) for ref in refs_in(one.template)}
        for ref, since in one.step.get("operands", {}).items():
            found[ref] = self.state(one.iteration, one.first + since, one.sample).get(ref)
        return found

    def state(self, iteration, number, shown):
        """`stateAt` of the page, just before a step; `shown` is the sample whose numbers are shown."""
        layout, segments, values, _ = self.rows[iteration]
        state, offset, first = {}, len(self.layouts[layout]), 0
        lengths = [len(self.patterns[id]["steps"]) for id, _ in segments]
        starts = np.cumsum([0, *lengths]).tolist()
        current = max(k for k in range(len(segments)) if starts[k] <= number)

        def note(name, whole, at, is_current):
            ref, _, own = name.partition("/")
            sample = int(own) if own else whole
            lasts = LASTING.match(ref)
            if sample >= 0 and not lasts:
                state[f"{ref}/{sample}"] = values[at]
            if lasts or (is_current and (sample < 0 or sample == shown)):
                state[ref] = values[at]

        for at, ref in enumerate(self.layouts[layout]):
            note(ref, -1, at, True)
        for segment, (id, sample) in enumerate(segments[: current + 1]):
            pattern, last = self.patterns[id], number - 1 - first
            for n, step in enumerate(pattern["steps"]):
                if n <= last:
                    note(step["sets"], step.get("sample", sample), offset + step["at"], segment == current)
            for ref, at, since in pattern["also"]:
                if since <= last + 1:
                    note(ref, sample, offset + at, segment == current)
            offset += pattern["length"]
            first += lengths[segment]
        return state

    def operand(self, iteration, number, state, ref):
        """`operand` of the page: the number of one quantity in the equation of a step."""
        if ref.startswith("Δ"):
            return self.last_change(iteration, number, ref[1:])
        plain, at, distance = ref.partition("@")
        found = self.in_pass(iteration, number, plain, int(distance)) if at else None
        return state.get(plain) if found is None else found

    def in_pass(self, iteration, number, ref, distance):
        _, segments, values, _ = self.rows[iteration]
        steps = [*self.steps(iteration)]
        wanted = steps[number][0] + distance
        found = None
        for n, (segment, _, _, offset, step) in enumerate(steps):
            if segment == wanted and n < number and step["sets"] == ref:
                found = values[offset + step["at"]]
        if found is None and 0 <= wanted < len(segments):
            first, offset = next((f, o) for segment, _, f, o, _ in steps if segment == wanted)
            for name, at, since in self.patterns[segments[wanted][0]]["also"]:
                if name == ref and first + since <= number:
                    found = values[offset + at]
        return found

    def last_change(self, iteration, number, ref):
        if iteration < 0:
            return 0.0
        if iteration not in self.rows:
            return None
        _, _, values, _ = self.rows[iteration]
        steps = [*self.steps(iteration)]
        made = [n for n, (*_, step) in enumerate(steps[:number]) if step["sets"] == ref]
        if not made:
            return self.last_change(iteration - 1, None, ref)
        *_, offset, step = steps[made[-1]]
        return values[offset + step["at"]] - self.state(iteration, made[-1], -1)[ref]


# --- the equation worked out from its TeX ---

_TOKEN = re.compile(r"«[^»]*»|\\[A-Za-z]+|\\.|\d+\.?\d*|\S")


def evaluate(template, numbers):
    """The number that an equation gives; where it has several sides (`sigmoid(x) = 1/(1+e^{-x})`), all must agree.

    Of a sum with dots the terms that the dots stand for are put in: those of the samples between.
    """
    sides = [_Reader(side, numbers).whole() for side in _filled(template).split("=")]
    for side in sides[1:]:
        assert math.isclose(side, sides[0], rel_tol=1e-12, abs_tol=1e-300), template
    return sides[0]


def refs_in(template):
    """The quantities an equation is made from, with those that its dots stand for."""
    return re.findall("«([^»]*)»", _filled(template))


def _filled(template):
    """The sum with its terms in place of the dots."""
    if r"\cdots" not in template:
        return template
    before, last = template.split(r" + \cdots + ")
    term = re.match(r"«[^»]*»(·«[^»]*»)*", last)[0]
    third = re.findall(r"«[^»]*»(?:·«[^»]*»)*", before)[-1]

    def number(text):
        return int(re.search(r"[/@](-?\d+)»", text)[1])

    between = range(number(third) + 1, number(term))
    return (
        " + ".join([before, *(re.sub(r"([/@])-?\d+»", rf"\g<1>{n}»", term) for n in between), term])
        + last[len(term) :]
    )


class _Reader:
    """A recursive descent over the TeX of one side of an equation."""

    def __init__(self, tex, numbers):
        self.tokens = _TOKEN.findall(tex)
        self.at = 0
        self.numbers = numbers

    def whole(self):
        value = self.sum()
        assert self.at == len(self.tokens), (self.tokens, self.at)
        return value

    def ahead(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted=None):
        token = self.ahead()
        assert token
        assert wanted in (None, token), (wanted, token, self.tokens)
        self.at += 1
        return token

    def sum(self):
        value = self.product()
        while self.ahead() in ("+", "-"):
            value = value + self.product() if self.take() == "+" else value - self.product()
        return value

    def product(self):
        if self.ahead() == "-":
            self.take()
            return -self.product()
        value = self.power()
        while self.ahead() and self.ahead() not in ("+", "-", ")", "]", "}", ",", ">", r"\bigr"):
            if self.ahead() in ("·", r"\cdot"):
                self.take()
            value = value * self.power()
        return value

    def power(self):
        is_e = self.ahead() == "e"
        value = self.atom()
        if self.ahead() == "^":
            self.take()
            exponent = self.group()
            value = math.exp(min(exponent, 709)) if is_e else value**exponent
        return value

    def group(self):
        if self.ahead() != "{":
            return self.atom()
        self.take("{")
        value = self.sum()
        self.take("}")
        return value

    def atom(self):
        token = self.take()
        if token.startswith("«"):
            return self.numbers[token[1:-1]]
        if token[0].isdigit():
            return float(token)
        if token == "e":
            return math.e
        if token == "(":
            return self.closed(")")
        if token == r"\bigl":
            self.take("(")
            value = self.sum()
            self.take(r"\bigr")
            self.take(")")
            return value
        if token == "[":  # 1 if it is so, else 0
            left = self.sum()
            self.take(">")
            return float(left > self.closed("]"))
        if token == r"\frac":
            return self.group() / self.group()
        if token == r"\max":
            self.take("(")
            first = self.sum()
            self.take(",")
            return max(first, self.closed(")"))
        if token == r"\tanh":
            return math.tanh(self.argument())
        assert token == r"\mathrm", token
        self.take("{")
        name = ""
        while self.ahead() != "}":
            name += self.take()
        self.take("}")
        value = self.argument()
        return {"sigmoid": _sigmoid, "relu": lambda x: max(0.0, x), "sign": np.sign}[name](value)

    def argument(self):
        self.take("(")
        return self.closed(")")

    def closed(self, bracket):
        value = self.sum()
        self.take(bracket)
        return value


def _sigmoid(x):
    return 1 / (1 + math.exp(-x)) if x > -709 else 0.0


def assert_shown(recording, iterations=3):
    """Every step shown with an equation, of the first and last iterations: its equation gives its number.

    Where the program has another number than its equation, the page shows the equation's.
    """
    page = Page(recording)
    kept = [*page.rows]
    seen, unknown = 0, []
    for iteration in sorted({*kept[:iterations], *kept[-1:]}):
        shown = [*page.shown(iteration)]
        for one in shown[:: len(shown) // MOST_STEPS + 1]:
            numbers = page.numbers(one)
            told = one.value if one.formula is None else one.formula
            if not math.isfinite(told):
                continue
            if None in numbers.values():  # then the page shows none of them
                unknown.append(one)
                continue
            got = evaluate(one.template, numbers)
            largest = max([abs(told), *(abs(number) for number in numbers.values() if math.isfinite(number))])
            assert math.isclose(got, told, rel_tol=1e-9, abs_tol=1e-11 * largest), (one, got)
            seen += 1
    return seen, unknown
