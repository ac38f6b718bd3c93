"""The rows of a run that are kept, and their samples."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from backprop.model.recording import Array, Block, Recording

# A recording keeps at most this many bytes of numbers; beyond it, every second iteration is let go.
MOST_BYTES = 56 * 2**20
MOST_SAMPLES = 2_000
FIRST = 20  # iterations that are kept whole, unless they alone would take half of MOST_BYTES


class KeptRows:
    """Adds blocks to a recording; thins them out when those after the first need more than `most_bytes`."""

    def __init__(self, recording: Recording, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._recording = recording
        self._last_dropped: Block | None = None  # the last iteration of all, if it was not kept
        self._bytes = 0
        self._has_learnt = False
        self._learns: dict[tuple[int, ...], bool] = {}  # by segments, whether one of them changes a weight

    def add(self, block: Block) -> None:
        """Keep the rows the stride lets through, and always remember the last one."""
        recording = self._recording
        if 2 * FIRST * block.rows[0].nbytes <= MOST_BYTES:
            recording.first = FIRST
        self._note_looks(block)
        kept = self._stays(block)
        if not kept[-1]:
            self._last_dropped = block.only(np.arange(len(kept)) == len(kept) - 1)
        if not kept.all():
            block = block.only(kept)
        if len(block.iterations):
            recording.blocks.append(block)
            self._bytes += self._bytes_of(block)
        while self._bytes > self.most_bytes and self._could_go() > (1 if recording.looks else 2):
            self.thin_to(2 * recording.stride)

    def _note_looks(self, block: Block) -> None:
        """Note the iterations after the last that changes a weight; they may take half of the room."""
        looks = self._recording.looks
        if block.segments not in self._learns:
            steps = (step for id in {*block.segments} for step in self._recording.segments[id].steps)
            self._learns[block.segments] = any(step.sets[0] in ("w", "b") for step in steps)
        if self._learns[block.segments]:
            self._has_learnt = True
            if looks:
                looks.clear()
                self._let_go()
        elif self._has_learnt:
            room = self.most_bytes // (2 * block.rows[0].nbytes) - len(looks)
            looks += map(int, block.iterations[: max(0, room)])

    def _stays(self, block: Block) -> NDArray[np.bool_]:
        """Booleans, one for each row of a block: True for an iteration that is kept at the present stride."""
        regular: NDArray[np.bool_] = block.iterations % self._recording.stride == 0
        is_first = block.iterations < self._recording.first
        return regular | is_first | np.isin(block.iterations, self._recording.looks)

    def _could_go(self) -> int:
        """The number of kept iterations that a larger stride may let go."""
        kept = sum(int((block.iterations >= self._recording.first).sum()) for block in self._recording.blocks)
        return kept - len(self._recording.looks)

    def _bytes_of(self, block: Block) -> int:
        """The bytes of a block's rows, those of the first iterations not counted."""
        one = block.rows.nbytes // len(block.rows)
        return one * int(np.count_nonzero(block.iterations >= self._recording.first))

    def thin_to(self, stride: int) -> None:
        """Let the kept iterations go that a larger stride does not keep; the loss of each stays."""
        recording = self._recording
        recording.stride = stride
        if not recording.blocks:
            return
        last = recording.blocks[-1]
        if self._last_dropped is None or self._last_dropped.iterations[-1] < last.iterations[-1]:
            self._last_dropped = last.only(np.arange(len(last.iterations)) == len(last.iterations) - 1)
        self._let_go()

    def _let_go(self) -> None:
        recording = self._recording
        thinned = [block.only(self._stays(block)) for block in recording.blocks]
        recording.blocks[:] = [block for block in thinned if len(block.iterations)]
        self._bytes = sum(map(self._bytes_of, recording.blocks))

    def finish(self) -> None:
        """Keep the last iteration of all, and say which others were let go."""
        recording, last = self._recording, self._last_dropped
        if last is not None and recording.blocks[-1].iterations[-1] < last.iterations[-1]:
            recording.blocks.append(last)
        if recording.stride > 1:
            recording.notices.append({"id": "thinned", "stride": recording.stride})


class SampleNames:
    """Numbers the samples of a recording in the order they are first seen; a sample is known by its inputs and targets."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._numbers: dict[tuple[float, ...], int] = {}
        self._met: dict[bytes, int] = {}  # by the bytes of the numbers, which are quicker to look up

    def number_of(self, numbers: Array, inputs: int) -> int:
        """The number of the sample with these inputs and targets; the first `inputs` are inputs. -1 where one of them
        is not finite, and where there are too many samples."""
        met = numbers.tobytes()
        if met not in self._met:
            found = self._number_of(numbers, inputs)
            if found < 0:
                return found
            self._met[met] = found
        return self._met[met]

    def _number_of(self, numbers: Array, inputs: int) -> int:
        """The number of the sample with these inputs and targets, the next one if it is new; -1 as in `number_of`."""
        key = tuple(map(float, numbers))
        if key not in self._numbers:
            if len(self._numbers) >= MOST_SAMPLES or not all(map(math.isfinite, key)):
                return -1
            self._numbers[key] = len(self._numbers)
            self._recording.samples.append({"x": list(key[:inputs]), "t": list(key[inputs:])})
        return self._numbers[key]
