"""The playground's speed: training against the same network in JavaScript (yardstick.js), how its cost grows, its maps.

All of it is measured in one page, in turns. What runs in Python runs in the page's own worker. The yardstick is told
the order of the points, so it need not shuffle them, and is spared the errors that the program prints.
"""

import itertools
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page

import build
from tests.bench.shared import IS_SHORT, Row, opened

sys.path.insert(0, str(build.ROOT / "py"))  # the programs import backprop

HERE = Path(__file__).parent
LESSONS = build.ROOT / "py/backprop/lessons"
ROUNDS = 1 if IS_SHORT else 3
LONG = 8  # seconds: a case that has taken as many is told by the rounds it has, one at least
ENOUGH = 200_000  # samples for the yardstick's time to be more than the clock's grain
LOOP = "\nfor epoch in "  # what stands before it only makes data and weights

PLAYGROUND_END = "print(json.dumps([[[*w.ravel(), *b] for w, b in zip(weights, biases)]]))"
STARTS_END = "print(json.dumps([[[*w.ravel(), *b], [*v, c]] for w, b, v, c in zip(W1, b1, W2, b2)]))"
PLAIN = """import time
begun = time.perf_counter()
exec(compile({source!r}, "plain", "exec"), {{"__name__": "__main__"}})
print(time.perf_counter() - begun)
"""

# Gives the bench the page's worker as `window.worker`: the first one that lives, not a spare one that is let go again.
# `heard` is the time of its last message, `begun` the time of the frame that draws what the message brings.
WORKER = """const living = [];
Object.defineProperty(window, "worker", { get: () => living[0] });
window.Worker = class extends Worker {
  constructor(...given) {
    super(...given);
    living.push(this);
    this.addEventListener("message", () => {
      this.heard = performance.now();
      this.begun = new Promise((done) => requestAnimationFrame(() => done(performance.now())));
    });
  }
  terminate() {
    living.splice(living.indexOf(this), 1);
    super.terminate();
  }
}"""

RUN = """([source, lesson]) => new Promise((resolve, reject) => {
  const id = `bench ${performance.now()}`; // the page passes over what it has not asked for
  let output = "";
  const hear = ({ data }) => {
    if (data.id !== id) return;
    if (data.chunk) output += JSON.parse(data.chunk.header).output;
    if (!data.end && !data.crash) return;
    worker.removeEventListener("message", hear);
    if (data.crash) reject(new Error(data.crash));
    resolve({ seconds: (performance.now() - begun) / 1000, output });
  };
  worker.addEventListener("message", hear);
  const begun = performance.now();
  worker.postMessage({ id, source, lesson, judged: false, network: 1, choices: "{}" });
})"""

YARDSTICK = """([given, times]) => {
  const begun = performance.now();
  let networks;
  for (let i = 0; i < times; i++) networks = yardstick(given);
  return { seconds: (performance.now() - begun) / 1000 / times, networks };
}"""

# Two times in ms of each move, which goes one kept iteration back and on in turns: the main thread's time for drawing the
# maps, layout included, without the wait for the frame; and the time from the key to the drawing. The page's own listener
# was added before this one, and so it hears each message first.
MAPS = """async (count) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => done(performance.now())));
  const button = (way) => document.querySelector(`[data-action="${way}-iteration"]`);
  const found = [];
  for (let i = 0; i < count; i++) {
    const pressed = performance.now();
    button(i % 2 ? "next" : "previous").click();
    const parsed = await new Promise((resolve) => worker.addEventListener(
      "message", () => resolve(performance.now() - worker.heard), { once: true }));
    const drawn = frame();
    const from = await worker.begun;
    await drawn;
    document.body.getBoundingClientRect();
    const now = performance.now();
    if (!document.querySelector(".plane[data-here]")) throw new Error("the maps have not come");
    found.push([parsed + now - from, now - pressed]);
  }
  return found;
}"""


Key = tuple[str, int]  # what tells one case from the others


class Case(NamedTuple):
    """One training: the program, its lesson, and all the yardstick needs for the same."""

    name: str
    source: str
    lesson: str
    given: dict[str, Any]
    samples: int

    @property
    def key(self) -> Key:
        return self.name, self.samples


class Times(NamedTuple):
    """Seconds; and how far `apart` the yardstick's weights and the program's are in the end, of the larger."""

    yardstick: float
    plain: float
    recorded: float
    apart: float


def network(hidden: list[int], batch: int, epochs: int, points: int = 200) -> Case:
    """The playground's program on a net 2-hidden-1, seven tenths of so many points to train with."""
    source = with_constants("playground", hidden=hidden, batch_size=batch, epochs=epochs)
    source = source.replace(
        "data.points(dataset, noise, seed)", f"data.points(dataset, noise, seed, {points})"
    )
    made = beginning(source)
    train, random = made["train"], made["random"]
    given = {
        "networks": [{"weights": as_lists(made["weights"]), "biases": as_lists(made["biases"])}],
        "points": train[:, :2].tolist(),
        "targets": train[:, 2].tolist(),
        "orders": [random.permutation(len(train)).tolist() for _ in range(epochs)],
        "batch": batch,
        "rate": made["learning_rate"],
        "activation": made["activation"],
        "isEntropy": True,
    }
    size = "full batch" if batch >= len(train) else f"batch {batch}"
    name = f"2-{'-'.join(map(str, hidden))}-1, {size}"
    return Case(name, ending(source, PLAYGROUND_END), "playground", given, len(train) * epochs)


def starts(count: int, epochs: int) -> Case:
    """The program that trains so many starts at once; the yardstick trains one after the other."""
    source = with_constants("starts", starts=count, epochs=epochs)
    made = beginning(source)
    layers = zip(*(made[name].tolist() for name in ("W1", "b1", "W2", "b2")))
    given = {
        "networks": [{"weights": [w, [v]], "biases": [b, [c]]} for w, b, v, c in layers],
        "points": made["X"].tolist(),
        "targets": made["T"].tolist(),
        "orders": [[0, 1, 2, 3]] * epochs,
        "batch": 1,
        "rate": made["eta"],
        "activation": "sigmoid",
        "isEntropy": False,
    }
    return Case(f"{count} starts", ending(source, STARTS_END), "starts", given, count * 4 * epochs)


def with_constants(lesson: str, **constants: Any) -> str:
    source = (LESSONS / lesson / "program.py").read_text(encoding="utf-8")
    for name, value in constants.items():
        source, count = re.subn(rf"(?m)^{name} = [^#\n]*", f"{name} = {value!r} ", source)
        assert count == 1, name
    return source


def beginning(source: str) -> dict[str, Any]:
    """The names that a program has before its training loop."""
    made: dict[str, Any] = {}
    exec(source[: source.index(LOOP)], made)
    return made


def as_lists(arrays: list[Any]) -> list[Any]:
    return [array.tolist() for array in arrays]


def ending(source: str, line: str) -> str:
    return f"{source}\nimport json\n{line}\n"


def times(page: Page, case: Case) -> Times:
    """The medians of so many turns, fewer of a long case, after a first round that does not count."""
    print(f"· {case.name}, {case.samples:,} samples", flush=True)
    repeats = -(-ENOUGH // case.samples)
    rounds: list[Times] = []
    begun = time.monotonic()
    while len(rounds) < 2 or (len(rounds) <= ROUNDS and time.monotonic() - begun < LONG):
        yard = page.evaluate(YARDSTICK, [case.given, repeats])
        plain = page.evaluate(RUN, [PLAIN.format(source=case.source), case.lesson])
        recorded = page.evaluate(RUN, [case.source, case.lesson])
        *_, weights, seconds = plain["output"].splitlines()
        found = weights, recorded["output"].splitlines()[-1]
        apart = max(distance(yard["networks"], json.loads(weights)) for weights in found)
        rounds.append(Times(yard["seconds"], float(seconds), recorded["seconds"], apart))
    return Times(*map(median, zip(*rounds[1:])))


def distance(some: Any, others: Any) -> float:
    """Between two nested lists of numbers of the same shape: the largest, as a part of the larger number or of 1e-3."""
    pairs = zip(flat(some), flat(others), strict=True)
    return max(abs(a - b) / max(abs(a), abs(b), 1e-3) for a, b in pairs)


def flat(nested: Any) -> Iterator[float]:
    if isinstance(nested, list):
        for part in nested:
            yield from flat(part)
    else:
        yield nested


def speed(case: Case, took: Times) -> Iterator[Row]:
    """Samples trained per second, as so many times the yardstick's."""
    is_full, is_small = "full" in case.name, "batch 10" in case.name
    goals = {
        "plain": ">= 4" if is_full or "starts" in case.name else "",
        "recorded": ">= 0.5" if is_full else ">= 0.15" if is_small else "",
    }
    for name, target in goals.items():
        seconds: float = getattr(took, name)
        rates = [case.samples / seconds / 1000, case.samples / took.yardstick / 1000]
        figures = " / ".join(map(short, rates))
        yield Row(f"{case.name}: {name} / yardstick", f"{figures} k samples/s", rates[0] / rates[1], target)


def growth(what: str, found: list[Times]) -> Iterator[Row]:
    """How many times as long twice as much takes."""
    for name in ("yardstick", "plain", "recorded"):
        seconds: list[float] = [getattr(took, name) for took in found]
        each = " → ".join(short(1000 * s) for s in seconds)
        by = (seconds[-1] / seconds[0]) ** (1 / (len(seconds) - 1))
        yield Row(f"twice the {what}: {name}", f"{each} ms", by)


def distances(took: dict[Key, Times]) -> Iterator[Row]:
    """The largest. Steps after single samples make much of little: where a weight begins one unit in its last place
    (1e-16) further up, 2-8-8-8-1 ends 2e-9 off, the yardstick from itself as Python from the yardstick, which only
    adds up in another order; after batches of 10 it ends 2e-13 off."""
    single = {key for key in took if key[0].endswith("batch 1")}
    for what, keys, goal in (("batch 1", single, "1e-7"), ("others", took.keys() - single, "1e-9")):
        apart = max(took[key].apart for key in keys)
        yield Row(f"weights of program and yardstick, {what}", f"{apart:.0e} apart", None, f"<= {goal}")


def short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


# The frames of a run, and how many of them show something new, from the press of Run to its end.
FRAMES = """async () => {
  const { dataset } = document.documentElement;
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  document.querySelector('[data-action="run"]').click();
  while (dataset.run !== "running") await frame();
  const [gaps, seen] = [[], new Set()];
  let before = performance.now();
  while (dataset.run === "running") {
    const now = await frame();
    gaps.push(now - before);
    seen.add(dataset.settled);
    before = now;
  }
  return [gaps, seen.size];
}"""


def frames(page: Page) -> Iterator[Row]:
    """The default network in a run that lasts some seconds: how often the page draws, and its longest pause."""
    page.locator(".cm-content").fill(with_constants("playground", epochs=2000))
    gaps, drawn = page.evaluate(FRAMES)
    seconds = sum(gaps) / 1000
    yield Row("the playground runs: frames a second", f"{len(gaps) / seconds:.0f}", None, ">= 30")
    yield Row("... of these with something new", f"{drawn / seconds:.0f}")
    yield Row("... longest pause", f"{max(gaps):.0f} ms", None, "<= 100 ms")


def maps(page: Page, hidden: list[int], count: int) -> Iterator[Row]:
    """Moving from iteration to iteration of a run, the maps of every node on the page."""
    many = 3 + sum(hidden)
    print(f"· {many} maps", flush=True)
    page.locator(".cm-content").fill(with_constants("playground", hidden=hidden, epochs=10))
    page.locator('[data-action="run"]').click()
    page.locator(f'[data-map="{many}"]').wait_for()
    page.locator("html[data-run=idle]").wait_for()
    page.locator(".plane[data-here]").first.wait_for()  # no answer is under way
    found = page.evaluate(MAPS, count)
    main, whole = ([took[i] for took in found] for i in (0, 1))
    what = f"{many} maps of 100 × 100"
    yield Row(f"{what}: main thread, median", f"{median(main):.1f} ms", None, "<= 16 ms")
    yield Row(f"{what}: 95 of 100 within", f"{sorted(main)[int(0.95 * count)]:.1f} ms", None, "<= 16 ms")
    yield Row(f"{what}: from the key to the picture", f"{median(whole):.0f} ms")


def rows(browser: Browser) -> Iterator[Row]:
    address = f"http://127.0.0.1:{build.server().server_port}/?lesson=playground"
    page = opened(browser, address, WORKER, (HERE / "yardstick.js").read_text(encoding="utf-8"))
    yield from frames(page)
    small, large = [4, 2], [8, 8, 8]
    if IS_SHORT:
        for case in (network(small, 10, 10), network(small, 1000, 50), network(large, 1000, 50)):
            yield from speed(case, times(page, case))
        yield from maps(page, large, 20)
        return page.context.close()
    sizes = itertools.product((small, large), ((1, 3), (10, 10), (1000, 50)))
    cases = [*(network(hidden, *size) for hidden, size in sizes), starts(64, 100)]
    doubled = {
        "nodes": [network([n, n, n], 1000, 50) for n in (2, 4, 8)],
        "samples": [network(small, 1000, 50, points) for points in (100, 200, 400)],
        "starts": [starts(count, 100) for count in (32, 64, 128)],
    }
    distinct = {case.key: case for case in itertools.chain(cases, *doubled.values())}
    took = {key: times(page, case) for key, case in distinct.items()}
    for case in cases:
        yield from speed(case, took[case.key])
    for what, grown in doubled.items():
        yield from growth(what, [took[case.key] for case in grown])
    yield from distances(took)
    yield from maps(page, large, 60)
    page.context.close()
