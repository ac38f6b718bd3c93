"""The functions that the page calls: a run handed over piece by piece while it goes on, and questions about a run."""

from __future__ import annotations

import json
import math
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from backprop.analyse.gradient_check import edges_checked
from backprop.model.recording import Recording, to_json
from backprop.page.wire import Chunks, Emit
from backprop.plan import Wanted
from backprop.provenance.explorer import explorer_of
from backprop.provenance.gradient_check import gradient_check
from backprop.provenance.iteration import Untold, unrepeatable
from backprop.recording.budget import WithinBudget
from backprop.recording.facade import CheckedRecording
from backprop.run import repeated, run_and_record
from backprop.sandbox.limits import few_frames
from backprop.topology import ref_of

Progress = Callable[[float], None]  # hears which part of the work is done, from 0 to 1

SECONDS_TO_THE_FIRST_CHUNK = 0.25
# A baked recording is small: it is loaded before Python is, and all of them must fit into the one file.
BAKED_BYTES = 100_000
_AROUND = 24  # iterations before and after one that is opened and was not kept
_BYTES_FOR_A_LOSS = 60  # of the bytes a recording may have, one loss for each so many


def run(
    source: str,
    lesson: str,
    on_chunk: Emit,
    memory: Callable[[], int] | None = None,
    judged: bool = False,
    network: int = 1,
    choices: str = "{}",
    shallow: bool = False,
) -> None:
    """Run a program and hand over the recording of its network number `network` in chunks: header (JSON), index, values,
    loss. `choices` are what the reader chose to be which quantity, as JSON.

    The last chunk's header has an `end`; and, for a run that is to be `judged` as an exercise's, the
    `verdict`. The chunk before it, `checking`, has all that was recorded: the reader can step while the run is judged.
    `memory` tells how many bytes the interpreter holds. `shallow`: the program has run over the browser's stack at its first
    try.
    """
    chunks = Chunks(on_chunk, SECONDS_TO_THE_FIRST_CHUNK, judged)
    _last.clear()  # before the new run needs the memory
    _again.clear()
    with few_frames() if shallow else nullcontext():
        recording = run_and_record(
            source,
            lesson,
            pulse=chunks.send_when_due,
            memory=memory,
            wanted=_wanted(network, choices),
            files=_files,
            rest=chunks.rest,
            turns=WithinBudget,
            printed=chunks.printed,
            ended=chunks.send_unjudged,
        )
    _last[source, lesson, network, choices] = recording
    chunks.send(recording)


# The files that a program of the page may open.
_files: dict[str, bytes] = {}


def give_files(files: str) -> None:
    """From now on a program may open these files; JSON, the bytes of each by name in base64."""
    given = {name: b64decode(data) for name, data in json.loads(files).items()}
    if given != _files:
        _last.clear()
        _files.clear()
        _files.update(given)


# What the page has last run, with its recording: what is asked about it needs no second run.
_last: dict[tuple[str, str, int, str], CheckedRecording] = {}


def _wanted(network: int, choices: str) -> Wanted:
    return Wanted(network, json.loads(choices))


_SAME_RUN = 1e-3  # a run that the build recorded differs in the last digits from that of the page's Python


@dataclass(frozen=True)
class Asked:
    """The run that the page shows, and the iteration that a question is about.

    `network` and `choices` are those of `run`; `loss` is the error that the page shows for the iteration (None: not known).
    """

    source: str
    lesson: str
    iteration: int
    network: int = 1
    choices: str = "{}"
    loss: float | None = None

    def recording(self) -> CheckedRecording:
        """The recording of the last run if that was of this program; else the program is run now.

        Raises Untold if its error in the iteration is not `loss`. (A program without a seed that is run anew computes
        other numbers.)
        """
        key = self.source, self.lesson, self.network, self.choices
        if key not in _last:
            _last.clear()
            wanted = _wanted(self.network, self.choices)
            _last[key] = run_and_record(self.source, self.lesson, wanted=wanted, files=_files)
        recording = _with(_last[key], self.iteration)
        if self.loss is None or self.iteration >= len(recording.loss):
            return recording
        both = (recording.loss[self.iteration], self.loss)  # NaN: not noted
        if all(map(math.isfinite, both)) and not math.isclose(*both, rel_tol=_SAME_RUN):
            raise Untold("another-run")
        return recording


def gradient(asked: Asked, progress: Progress | None = None) -> str:
    """The gradient check of one iteration, as JSON: `{"rows": …, "weights": …}` or `{"untold": …}`.

    A row is a `GradientRow`; `weights` is how many of the network's weights are checked.
    """

    def answer() -> dict[str, Any]:
        recording = asked.recording()
        rows = gradient_check(recording, asked.iteration, progress)
        return {"rows": [row.as_json() for row in rows], "weights": len(edges_checked(recording.topology))}

    return _told(answer)


# The last part of a run that was repeated: of which recording, and how it came out.
_again: list[tuple[CheckedRecording, CheckedRecording]] = []


def _with(recording: CheckedRecording, iteration: int) -> CheckedRecording:
    """The recording, or its repeated part in which an iteration was kept that it had let go."""
    if iteration not in recording.kept:
        for of, again in _again:
            if of is recording and iteration in again.kept:
                return again
    return recording


def origin(asked: Asked, step: int, sample: int, ref: str, progress: Progress | None = None) -> str:
    """The origin of a quantity at a position (sample -1: not known), as JSON:
    `{"node": …, "parts": …, "uses": …}` (docs/recording-format.md), or `{"untold": …}`, why that cannot be told.
    """

    def answer() -> dict[str, Any]:
        tree = explorer_of(asked.recording()).tree(asked.iteration, progress)
        handle = tree.handle(tree.traced.find(ref_of(ref), sample if sample >= 0 else None, step))
        levels = {"parts": tree.parts(handle).as_json(), "uses": tree.uses(handle).as_json()}
        return {"node": tree.node(handle).as_json(), **levels}

    return _told(answer)


def level(asked: Asked, way: str, handle: str, whole: bool) -> str:
    """The next level of a tree, as JSON: what a number is made of (`way` "parts") or used for ("uses")."""

    def answer() -> dict[str, Any]:
        tree = explorer_of(asked.recording()).tree(asked.iteration)
        return (tree.parts if way == "parts" else tree.uses)(handle, whole).as_json()

    return _told(answer)


def nudge(asked: Asked, sample: int, ref: str, progress: Progress | None = None) -> str:
    """The error over a quantity (sample -1: not known), as the JSON of a `Nudge`, or `{"untold": …}`."""

    def answer() -> dict[str, Any]:
        explorer = explorer_of(asked.recording())
        one = explorer.nudge(ref_of(ref), asked.iteration, sample if sample >= 0 else None, progress)
        return one.as_json()

    return _told(answer)


def stretch(asked: Asked, progress: Progress | None = None) -> str:
    """An iteration that was not kept and those around it, as the JSON of a recording by itself, in the form of `bake`; or
    `{"untold": …}`. The run is repeated for it, `progress` hears how far."""

    def answer() -> dict[str, Any]:
        whole, iteration = asked.recording(), asked.iteration
        if iteration not in whole.kept:
            try:
                whole = _repeated_around(whole, iteration, progress)
            except ValueError:
                raise unrepeatable(asked.source) from None
        shown = copy(whole)
        shown.end, shown.notices, shown.output, shown.losses, shown.noted = None, [], "", [], []
        near = (iteration - _AROUND, iteration + _AROUND)
        blocks = [one.only((one.iterations >= near[0]) & (one.iterations <= near[1])) for one in whole.blocks]
        shown.blocks = [one for one in blocks if len(one.iterations)]
        header, *parts = Chunks(lambda *chunk: None).take(shown)
        header["kept_loss"] = _kept_errors(whole, shown.kept)
        index, values, errors = (b64encode(part).decode() for part in parts)
        return {"header": header, "index": index, "values": values, "loss": errors}

    return _told(answer)


def _kept_errors(recording: Recording, kept: Iterable[int]) -> list[tuple[int, float]]:
    """These iterations, each with its error, but those whose errors are no finite numbers or were not noted."""
    loss = recording.loss
    return [(one, float(loss[one])) for one in kept if math.isfinite(loss[one])]


def _repeated_around(
    recording: CheckedRecording, iteration: int, progress: Progress | None
) -> CheckedRecording:
    """The run again, with the iterations around one recorded whole."""
    if recording.repeat is None or recording.repeat.thinned is None:
        raise Untold("another-run")
    begin = recording.repeat.thinned.begins[0][1]
    # The repeated run records all iterations before `begin` whole, so only the later ones are asked for.
    first = max(begin, iteration - _AROUND)
    last = min(recording.iterations - 1, max(begin + 1, iteration + _AROUND))
    again = repeated(recording, (first, last), progress)
    again.repeat, again.judgement = recording.repeat, recording.judgement
    _again[:] = [(recording, again)]
    return again


def _told(answer: Callable[[], dict[str, Any]]) -> str:
    """An answer as JSON, or why there is none."""
    try:
        return to_json(answer())
    except Untold as why:
        return to_json({"untold": why.message, "reason": why.reason, **why.facts})


def bake(
    lesson: str, source: str, most_bytes: int = BAKED_BYTES, first: int | None = None
) -> tuple[dict[str, Any], bytes, bytes, bytes]:
    """A program of ours, run beforehand and thinned to about so many bytes: header, index, values, loss.

    With `first`, only so many of its first iterations are kept, and the last. Of the losses every `loss_stride`-th is
    given, and those of the kept iterations. Raises RuntimeError if the program does not run.
    """
    recording = run_and_record(source, lesson, most_bytes=most_bytes)
    if recording.error:
        raise RuntimeError(f"the program of lesson {lesson} does not run: {recording.error}")
    if first is not None:
        _keep_first(recording, first)
    _forget_unseen_samples(recording)
    header, index, values, _ = Chunks(lambda *chunk: None).take(recording)
    stride = -(-recording.iterations * _BYTES_FOR_A_LOSS // most_bytes)
    more = {"loss_stride": stride, "kept_loss": _kept_errors(recording, recording.kept)}
    return header | more, index, values, recording.loss[::stride].tobytes()


def _keep_first(recording: CheckedRecording, count: int) -> None:
    """Let all iterations go but the first ones and the last."""
    last = recording.kept[-1]
    kept = [block.only((block.iterations < count) | (block.iterations == last)) for block in recording.blocks]
    recording.blocks[:] = [block for block in kept if len(block.iterations)]
    recording.first, recording.stride, recording.looks = count, recording.iterations, []
    for notice in recording.notices:
        if notice["id"] == "thinned":
            notice["stride"] = recording.stride


def _forget_unseen_samples(recording: CheckedRecording) -> None:
    """Leave out the samples that no kept iteration goes through, and number the others anew."""
    seen = np.unique(np.concatenate([block.samples.ravel() for block in recording.blocks]))
    if not len(seen) or seen[0] < 0:
        return  # an iteration goes through all samples at once
    recording.samples[:] = [recording.samples[number] for number in seen]
    recording.blocks[:] = [
        replace(block, samples=np.searchsorted(seen, block.samples).astype(block.samples.dtype))
        for block in recording.blocks
    ]
