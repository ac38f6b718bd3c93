"""Puts the chunks of a recording together, as the page does."""

import json

import numpy as np
import pytest
from backprop.page.session import run


class Folded:
    """The page's side: chunks joined into one recording (docs/recording-format.md)."""

    def __init__(self):
        self.headers, self.patterns, self.layouts, self.samples, self.notices = [], [], [], [], []
        self.rows, self.loss, self.output, self.network, self.instances = {}, [], "", None, {}
        self.differing = {}

    def add(self, header, index, values, loss):
        header = json.loads(header, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
        if header.get("again"):
            self.__init__()
        self.headers.append(header)
        for part in ("patterns", "layouts", "samples", "notices"):
            getattr(self, part).extend(header[part])
        self.instances |= header["instances"]
        self.output += header["output"]
        assert not (self.network and header["network"]), "the network is sent once"
        self.network = self.network or header["network"]
        self.loss += np.frombuffer(loss).tolist()
        index, values = np.frombuffer(index, np.int32).tolist(), np.frombuffer(values).tolist()
        while index:
            (iteration, layout, count), index = index[:3], index[3:]
            segments, index = list(zip(index[: 2 * count : 2], index[1 : 2 * count : 2])), index[2 * count :]
            length = len(self.layouts[layout]) + sum(
                self.patterns[pattern]["length"] for pattern, _ in segments
            )
            differing, index = index[1 : 1 + index[0]], index[1 + index[0] :]
            assert iteration not in self.rows
            self.rows[iteration] = (layout, segments, values[:length])
            self.differing[iteration] = dict(zip(differing, values[length:]))
            values = values[length + len(differing) :]
        assert values == []
        last = header["iterations"] - 1
        first, stride = header["first"], header["stride"]
        self.rows = {k: row for k, row in self.rows.items() if k < first or k % stride == 0 or k == last}

    def steps(self, iteration):
        layout, segments, values = self.rows[iteration]
        start = len(self.layouts[layout])
        for pattern, sample in segments:
            for step in self.patterns[pattern]["steps"]:
                yield step["line"], step["sets"], values[start + step["at"]], sample, step["checked"]
            start += self.patterns[pattern]["length"]

    def before(self, iteration):
        layout, _, values = self.rows[iteration]
        return dict(zip(self.layouts[layout], values))


def folded(source):
    chunks = Folded()
    run(source, "xor", chunks.add)
    return chunks


def name_of(ref):
    quantity, key = ref
    return f"{quantity}:{key[0]}-{key[1]}" if isinstance(key, tuple) else f"{quantity}:{key}"


def assert_folds_to(chunks, recording):
    assert sorted(chunks.rows) == recording.kept
    np.testing.assert_array_equal(chunks.loss, recording.loss)
    assert chunks.output == recording.output
    assert chunks.samples == recording.samples
    assert chunks.notices == recording.notices
    assert chunks.headers[-1]["iterations"] == recording.iterations
    for k in recording.kept:
        steps = [(line, name, value) for line, name, value, *_ in chunks.steps(k)]
        assert steps == [(s.line, name_of(r), v) for s in recording.steps(k) for r, v in s.sets.items()]
        checks = recording.checks(k)
        assert chunks.differing[k] == {c.step: c.formula for c in checks if not c.agrees}
        checked = [n for n, (*_, checked) in enumerate(chunks.steps(k)) if checked]
        assert checked == [c.step for c in checks]
        if k - 1 in chunks.rows:
            for edge in recording.topology.edges:
                at_the_end = recording.value("w", edge, iteration=k - 1)
                assert chunks.before(k)[name_of(("w", edge))] == at_the_end
