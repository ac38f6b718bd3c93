"""Interprets the notes of one iteration: which number is which quantity, of which sample, in which step.

An iteration is looked at note by note only when its structure (the sites, their indices and the
sizes of their arrays, in order) has not been met before. Everything that follows from the
structure alone is found here, once; the numbers are laid down by the recorder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from backprop.equations.catalogue import equation_for, number_of, phase_of
from backprop.equations.types import Instance
from backprop.lessons.lens import Lens, Watch, entries, pairs_of
from backprop.model.patterns import SegmentPattern, StepPattern
from backprop.model.recording import LASTING, Recording
from backprop.recording.notes import Layer, Notes, Opened, Part, Structure, floats, kind_of, kinds_of, number
from backprop.recording.read_set import reads
from backprop.recording.sites import Site
from backprop.topology import Place, Ref, Topology, ends_of, inputs_of, node_of, resolved, targets_of

ETA: Ref = ("eta", None)


class Reader:
    """Finds structures, and with the first of them the network that the program's weights make."""

    def __init__(
        self,
        lens: Lens,
        recording: Recording,
        constants: Callable[[], Mapping[str, Any]],
        no_node: Callable[[int, Any], None],
        no_fit: Callable[[int], None],
    ) -> None:
        """`constants` gives the program's unchanging variables.

        `no_node` is told of an index that names no node, `no_fit` of an array that fits no layer.
        """
        self.lens = lens
        self.recording = recording
        self.constants = constants
        self.no_node = no_node
        self.no_fit = no_fit
        self.sites: list[Site] = []
        self.shapes: dict[
            tuple[int, int | None], tuple[int, ...]
        ] = {}  # of a site's array, as last looked at
        self.has_topology = False
        self._segment_ids: dict[Any, int] = {}

    # --- numbers ---

    def numbers(self, index: Any, values: list[Any]) -> np.ndarray[Any, Any]:
        """The values that were noted with one index, as floats: one row for each value."""
        if type(values[0]) is not bytes:
            return np.array(list(map(number, values))).reshape(len(values), 1)
        joined = np.frombuffer(b"".join(values), kind_of(index))
        return joined.astype(float).reshape(len(values), -1)

    # --- places ---

    def places(
        self, notes: Notes, standing: dict[str, tuple[int, int]] | None = None
    ) -> list[list[Place | None]]:
        """For each note the quantities its numbers are, None for those that belong to no node.

        `standing` is how far each quantity has walked through the layers; it is brought up to date.
        """
        standing = {} if standing is None else standing
        return [self._places(*note, standing) for note in notes]

    def _places(
        self, site: int, index: Any, value: Any, standing: dict[str, tuple[int, int]]
    ) -> list[Place | None]:
        if site < 0:
            return [] if value == b"" else [None]
        watch = self.lens.watches[self.sites[site].watch.base]
        topology = self.recording.topology
        if watch.layer is None:
            ref = index.ref if isinstance(index, Opened) else watch.ref(index)
            if ref is not None and self.has_topology:
                ref = resolved(ref, topology)
            if ref is None or (self.has_topology and not exists(ref, topology)):
                self.no_node(site, index)
                return [None]
            return [(ref, None)]
        count = len(value) // kind_of(index).itemsize
        size = index.size if isinstance(index, Part) else count
        layer = self._layer(site, index, size, standing)
        found: list[Place | None] = list(self._array_places(watch, layer, size))
        if len(found) != size or not self._has_its_shape(site, index, layer):
            self.no_fit(site)
            return [None] * count
        return [found[at] for at in index.at] if isinstance(index, Part) else found

    def _has_its_shape(self, site: int, index: Any, layer: int) -> bool:
        """True if a table of numbers has its rows and columns where the lens says; its size alone tells nothing."""
        watch = self.lens.watches[self.sites[site].watch.base]
        number = index.number if isinstance(index, (Layer, Part)) else None
        shape = self.shapes.get((site, number), ())
        walks = number is None and not isinstance(watch.layer, int)  # the shape last seen was another layer's
        if len(shape) != 2 or watch.quantity == "b" or walks:
            return True
        layers = self.recording.topology.layers
        if watch.quantity == "w":
            wanted = len(layers[layer]), len(layers[layer - 1]) + watch.biases
            return shape == (wanted[::-1] if watch.transposed else wanted)
        nodes = shape[1] if self.lens.samples == "rows" else shape[0]
        return nodes == len(layers[layer])

    def _layer(self, site: int, index: Any, size: int, standing: dict[str, tuple[int, int]]) -> int:
        """The number of the layer to which an array of so many numbers belongs."""
        watch = self.lens.watches[self.sites[site].watch.base]
        number = index.number if isinstance(index, (Layer, Part)) else None
        if number is not None:
            return number
        if isinstance(watch.layer, int):
            return watch.layer
        layers = self.recording.topology.layers
        last = len(layers) - 1
        if watch.layer == "last":
            return last
        way = range(0 if watch.quantity == "a" else 1, last + 1)
        way = way[::-1] if watch.layer == "back" else way
        if watch.quantity not in standing:
            layer = way[0]
        else:  # the next one on its way, unless the one it stands for was only changed
            before, size_before = standing[watch.quantity]
            layer = way[(way.index(before) + 1) % len(way)]
            samples = size_before // len(layers[before])
            same_again = size == size_before != samples * len(layers[layer])
            if same_again or self.sites[site].augmented or isinstance(index, Part):
                layer = before
        standing[watch.quantity] = layer, size
        return layer

    def _array_places(self, watch: Watch, layer: int, count: int) -> Iterator[Place]:
        """The places of an array's elements, in C order."""
        quantity = watch.quantity
        layers = self.recording.topology.layers
        if not 0 <= layer < len(layers):
            return
        nodes = layers[layer]
        if quantity == "w":
            rows: list[list[Ref]] = [[("w", (j, i)) for i in layers[layer - 1]] for j in nodes]
            if watch.biases:
                rows = [[*row, ("b", j)] for j, row in zip(nodes, rows)]
            yield from ((ref, None) for row in (zip(*rows) if watch.transposed else rows) for ref in row)
        elif quantity == "b":
            yield from (((quantity, node), None) for node in nodes)
        else:
            samples = range(count // len(nodes)) if count > len(nodes) else (None,)
            if self.lens.samples == "rows":
                yield from (((quantity, node), sample) for sample in samples for node in nodes)
            else:
                yield from (((quantity, node), sample) for node in nodes for sample in samples)

    def current(self, watch: Watch, value: Any) -> list[tuple[Place, float]]:
        """The numbers that a watched container or list of arrays holds now, each with its place."""
        if watch.layer is None:
            opened = (
                (resolved(ref, self.recording.topology), item) for ref, item in entries(watch, None, value)
            )
            return [((ref, None), number(item)) for ref, item in opened if ref is not None]
        fixed = [(watch.layer, value)] if isinstance(watch.layer, int) else []
        arrays = enumerate((item for _, item in pairs_of(value)), 1) if watch.layer == "all" else fixed
        found: list[tuple[Place, float]] = []
        for layer, item in arrays:
            numbers = (watch.sign * floats(item)).ravel().tolist()
            found += zip(self._array_places(watch, layer, len(numbers)), numbers)
        return found

    # --- the network ---

    def find_topology(self, stretches: list[Notes]) -> None:
        """The network the program's own weights make; the lesson's, if they make none."""
        noted = {site.watch.quantity for site in self.sites}
        self.recording.rule = replace(
            self.recording.rule, net="net" in noted, eta="eta" in noted, delta="delta" in noted
        )
        topology = self._from_arrays(stretches) if self.lens.has_layers else self._from_items(stretches)
        self.recording.topology = topology
        self.has_topology = True

    def _from_items(self, stretches: list[Notes]) -> Topology:
        default = self.lens.topology
        refs = {place[0] for notes in stretches for found in self.places(notes) for place in found if place}
        edges = {ends_of(ref) for ref in refs if ref[0] == "w"}
        biases = {ref for ref in refs if ref[0] == "b"}
        try:
            if edges and (0, 0) not in edges:  # a full matrix would join every node to every node
                joined = Topology.from_edges(edges)
                nodes = {resolved(ref, joined) for ref in biases}
                return Topology.from_edges(edges, {node_of(ref) for ref in nodes if ref})
        except ValueError:
            pass
        named = {resolved(ref, default) for ref in biases}
        return Topology(default.layers, default.edges, tuple(b for b in default.biases if ("b", b) in named))

    def _from_arrays(self, stretches: list[Notes]) -> Topology:
        sizes: dict[int, int] = {}
        weights: dict[int, tuple[int, int]] = {}
        has_biases = False
        for notes in stretches:
            for site, index, _ in notes:
                watch = self.sites[site].watch if site >= 0 else None
                number = index.number if isinstance(index, (Layer, Part)) else None
                layer = number if number is not None else watch.layer if watch else None
                shape = self.shapes.get((site, number))
                if watch is None or not isinstance(layer, int) or not shape:
                    continue
                has_biases = has_biases or watch.quantity == "b" or watch.biases
                if watch.quantity == "w" and len(shape) == 2:
                    below, here = shape if watch.transposed else shape[::-1]
                    weights[layer] = below - watch.biases, here
                elif watch.quantity in ("a", "net", "delta"):
                    sizes.setdefault(layer, shape[-1] if self.lens.samples == "rows" else shape[0])
        default = self.lens.topology
        for layer, (below, here) in weights.items():
            if weights.get(layer - 1, (0, below))[1] != below:
                return default  # turned round: the first to be told that it does not fit
            sizes |= {layer - 1: below, layer: here}
        known = (
            [sizes[layer] for layer in range(len(sizes))] if sizes.keys() == set(range(len(sizes))) else []
        )
        whole = Topology.from_sizes(known) if len(known) > 1 and all(known) else default
        return whole if has_biases else Topology(whole.layers, whole.edges)

    # --- structures ---

    def structure(self, notes: Notes, as_noted: Notes, layout: Mapping[Place, int]) -> Structure:
        """Look at an iteration note by note; `as_noted` is the same with what was noted together."""
        topology = self.recording.topology
        per_note = self.places(notes)
        places = [place for found in per_note for place in found]
        owner = [n for n, found in enumerate(per_note) for _ in found]
        signs = np.array(
            [1 if s < 0 else self.sites[s].watch.sign for s in (notes.sites[n] for n in owner)], float
        )
        lasting = {p: at for at, p in enumerate(places) if p and (p[0][0] in LASTING or p in layout)}
        parts = _cut_into_samples(places, topology)
        segments = [self._segment(notes, places, owner, part) for part in parts]
        columns = [at for part in parts for at in part]
        inputs, targets = inputs_of(topology), targets_of(topology)
        samples, errors = [], []
        for part in parts:
            here = {place: at for at in part if (place := places[at])}
            samples.append(
                (
                    [here[ref, None] for ref in inputs if (ref, None) in here],
                    [here[ref, None] for ref in targets if (ref, None) in here],
                )
            )
            for (quantity, node), row in here:
                if quantity == "a" and node in topology.outputs:
                    target: Place = (("t", node), row)
                    errors.append((here[("a", node), row], here.get(target, target)))
        return Structure(
            as_noted,
            as_noted.sizes(),
            signs if (signs < 0).any() else None,
            len(places),
            columns,
            tuple(segments),
            lasting,
            samples,
            [at for inputs_here, targets_here in samples for at in inputs_here + targets_here],
            self._rows(places, layout),
            errors,
            kinds_of(notes),
        )

    def _rows(
        self, places: list[Place | None], layout: Mapping[Place, int]
    ) -> list[tuple[list[Place | int], list[Place | int]]]:
        """The places of x and t of every row: columns of the iteration's numbers, or quantities in the state before it."""
        where: dict[Place, Place | int] = {place: place for place in layout}
        where |= {place: at for at, place in enumerate(places) if place}
        count = 1 + max((place[1] for place in where if place[1] is not None), default=-1)
        topology = self.recording.topology
        if any((ref, None) in where for ref in inputs_of(topology)):
            return []  # its samples come one by one, whatever else is a table
        return [
            (
                [where[ref, row] for ref in inputs_of(topology) if (ref, row) in where],
                [where[ref, row] for ref in targets_of(topology) if (ref, row) in where],
            )
            for row in range(count)
        ]

    def _segment(self, notes: Notes, places: list[Place | None], owner: list[int], part: list[int]) -> int:
        key = tuple((notes.sites[owner[at]], places[at]) for at in part)
        if key not in self._segment_ids:
            self._segment_ids[key] = len(self.recording.segments)
            self.recording.segments.append(self._new_segment(notes, places, owner, part))
        return self._segment_ids[key]

    def _new_segment(
        self, notes: Notes, places: list[Place | None], owner: list[int], part: list[int]
    ) -> SegmentPattern:
        topology = self.recording.topology
        steps: list[StepPattern] = []
        also: list[tuple[Place, int, int]] = []
        for at, column in enumerate(part):
            place, site = places[column], self.sites[notes.sites[owner[column]]]
            assert place is not None  # a part holds only numbers that are quantities
            ref, sample = place
            if ref[0] in ("t", "eta"):
                also.append((place, at, len(steps)))
                continue
            note = owner[column]
            if steps and steps[-1].sets == ref and self._is_alias(notes, note - 1, note):
                steps.pop()  # y = a[8] = … sets one quantity, under two names
            written = self.recording.instance(ref)
            steps.append(
                StepPattern(
                    site.line,
                    phase_of(ref[0]),
                    equation_for(ref, topology) if written else None,
                    number_of(ref, topology) if written else None,
                    ref,
                    sample,
                    at,
                    self._reads(site, notes.indices[owner[column]], ref, written),
                )
            )
        return SegmentPattern(len(part), tuple(steps), tuple(also))

    def _is_alias(self, notes: Notes, before: int, note: int) -> bool:
        """True if two notes are of one number with two names, as in `y = a[8] = …`; the mark of a loop is no number."""
        if before < 0 or notes.sites[before] < 0:
            return False
        one, other = self.sites[notes.sites[before]], self.sites[notes.sites[note]]
        same_statement = notes.sites[before] < notes.sites[note] and one.value is other.value is not None
        return same_statement and notes.values[before] == notes.values[note]

    def _reads(self, site: Site, index: Any, ref: Ref, written: Instance | None) -> tuple[Ref, ...]:
        """The quantities that a line read, found in its expression; failing that, those of its equation."""
        recording = self.recording
        found = None
        if site.watch.layer is None:
            found = reads(site, ref[1] if isinstance(index, Opened) else index, self.lens, self.constants())
        if found is None:
            return written.reads if written else ()
        own = [ref] if site.augmented else []
        named = (resolved(r, recording.topology) for r in found)
        return tuple(r for r in dict.fromkeys([*own, *named]) if r and exists(r, recording.topology))


# --- small questions ---


def exists(ref: Ref, topology: Topology) -> bool:
    """True if the network has such a quantity."""
    quantity, key = ref
    if quantity in ("w", "dE_dw"):
        return key in topology.connections
    return key is None or key in topology.nodes


_FORWARD = ("a", "net", "t", "eta", "slope")


def _cut_into_samples(places: list[Place | None], topology: Topology) -> list[list[int]]:
    """The numbers of an iteration, cut where the next sample begins.

    That is where an input is set after anything has been computed, together with the target that
    may stand just before it. Where the program sets no inputs, its targets tell the samples apart. Samples that have
    numbers and pass forward one after the other before anything else belong together.
    """
    targets = set(targets_of(topology))
    openers = set(inputs_of(topology)) & {place[0] for place in places if place} or targets
    parts: list[list[int]] = [[]]
    waiting: list[int] = []  # targets and rates that may belong to the next sample already
    computed = went_back = False
    for at, place in enumerate(places):
        if place is None:
            continue
        ref = place[0]
        if ref in openers and computed and (went_back or place[1] is None):
            parts.append([])
            computed = went_back = False
        if ref not in openers and (ref in targets or ref == ETA):
            waiting.append(at)
            continue
        parts[-1] += waiting
        waiting = []
        computed = computed or ref not in openers
        went_back = went_back or (computed and ref[0] not in _FORWARD)
        parts[-1].append(at)
    parts[-1] += waiting
    return [part for part in parts if part]
