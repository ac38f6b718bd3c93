"""What is true of a mutant: whether the steps it takes are the steepest descent of its own error.

Told without a derivative: the tape is replayed with one weight a little larger and a little smaller.
"""

from collections import defaultdict

import numpy as np
from backprop.trace import Kind

RIGHT, FAULTY = "right", "faulty"
_MOST_ROWS = 8  # weights of a layer that are nudged
_STEP = 1e-5


def truth(roles, rule="plain"):
    """RIGHT or FAULTY, and None where it cannot be told. `rule`: the original's, "plain", "momentum", "L2", "adam" or
    "perceptron" (descends no error)."""
    with np.errstate(all="ignore"):
        return _Truth(roles, rule).tell()


def steps_of(roles):
    """The changes of all weights in the updates traced, sorted: what two programs are compared by."""
    values = roles.tape.values
    found = [values[after] - values[before] for rows in _rows(roles).values() for before, after, _ in rows]
    return sorted(float(one) for one in found)


def alike(steps, others):
    """Whether two programs take the same steps."""
    return len(steps) == len(others) and np.allclose(steps, others, rtol=1e-6, atol=1e-13)


def _rows(roles):
    """Of each (layer, "w" or "b") the versions that the passes used, one after the other: (before, after, round). A number
    that the program writes anew for each pass (`net = 1`) has no versions."""
    event = roles.tape.event
    used = defaultdict(lambda: defaultdict(dict))
    for net in roles.network.nets:
        for term, id in enumerate(net.weights.tolist()):
            used[net.layer, "w"][net.neuron, term][id] = None
        for number, (id, _) in enumerate(net.biases):
            used[net.layer, "b"][net.neuron, number][id] = None
    return {
        key: [
            (*pair, number)
            for versions in each.values()
            for number, pair in enumerate(zip(list(versions), list(versions)[1:]))
            if event(pair[1]).kind is not Kind.SOURCE
        ]
        for key, each in used.items()
    }


class _Truth:
    def __init__(self, roles, rule):
        self.roles, self.tape, self.rule = roles, roles.tape, rule
        last = len(roles.network.layers)
        nets = [net for net in roles.network.nets if net.layer == last and net.id in roles.deltas.of]
        found = roles.outputs
        nets = [net for net in nets if net.id in found.target or net.id in found.one_hot]
        self.outputs = np.array([found.activation.get(net.id, -1) for net in nets], int)
        self.targets = np.array(
            [
                self.tape.values[found.target[net.id]] if net.id in found.target else found.one_hot[net.id]
                for net in nets
            ]
        )
        rows = _rows(roles)
        self.rows = {key: self._chosen(one) for key, one in rows.items()}
        self.fixed = np.zeros(len(self.tape), bool)
        self.fixed[
            list({id for one in rows.values() for before, after, _ in one for id in (before, after)})
        ] = True
        self.fixed |= roles.weights.is_weight

    def _chosen(self, rows):
        """The rows that moved most, and some of the others; of momentum those of the first update alone."""
        if self.rule in ("momentum", "adam"):
            rows = [row for row in rows if row[2] == 0]
        values = self.tape.values
        ordered = sorted(rows, key=lambda row: -abs(values[row[1]] - values[row[0]]))
        half = _MOST_ROWS // 2
        return ordered[:half] + ordered[half :: max(1, (len(ordered) - half) // half)][:half]

    def tell(self):
        if (
            self.rule == "perceptron"
            or not self.outputs.size
            or (self.outputs < 0).any()
            or not any(self.rows.values())
        ):
            return None
        told = {self._follows(error) for error in self._errors()}
        rounds = {row[2] for rows in self.rows.values() for row in rows}
        if RIGHT in told and len(rounds) * len(self.outputs) < 4:
            return None  # of one number any is a multiple
        return RIGHT if RIGHT in told else None if None in told else FAULTY

    def _errors(self):
        """The errors that the steps may descend, as functions of all outputs."""
        t = self.targets
        yield lambda y: ((t - y) ** 2).sum()
        y = self.tape.values[self.outputs]
        if ((y > 0) & (y < 1)).all():
            yield lambda y: -(t * np.log(y) + (1 - t) * np.log(1 - y)).sum()
            if abs(y.sum() - round(y.sum())) < 1e-6:  # shares: of a softmax
                yield lambda y: -(t * np.log(y)).sum()

    def _follows(self, error):
        told = [self._rows_follow(rows, error) for rows in self.rows.values() if rows]
        return FAULTY if FAULTY in told else None if None in told else RIGHT

    def _rows_follow(self, rows, error):
        values = self.tape.values
        moved = np.array([values[after] - values[before] for before, after, _ in rows])
        slopes = np.array([-self._slope(before, error) for before, _, _ in rows])
        if not np.isfinite(moved).all() or not np.isfinite(slopes).all():
            return None
        if not moved.any():
            return RIGHT if not np.abs(slopes).max() > 1e-7 else None
        if not slopes.any():
            return FAULTY
        if self.rule == "adam":  # the first step goes by the sign alone
            return None if (np.sign(moved) == np.sign(slopes)).all() else FAULTY
        columns = [slopes]
        if self.rule == "L2":
            columns.append(-values[[before for before, _, _ in rows]])
        found, *_ = np.linalg.lstsq(np.array(columns).T, moved, rcond=None)
        left = np.abs(moved - np.array(columns).T @ found).max()
        is_growing = self.rule == "L2" and found[1] < -1e-9
        return RIGHT if found[0] > 0 and left < 1e-3 * np.abs(moved).max() and not is_growing else FAULTY

    def _slope(self, id, error):
        up, down = (error(self._replayed(id, change)[self.outputs]) for change in (_STEP, -_STEP))
        return (up - down) / (2 * _STEP)

    def _replayed(self, id, change):
        """The values of the tape after one of them has changed; weights and biases stay as they are."""
        values = self.tape.values.copy()
        values[id] += change
        moved = np.zeros(len(self.tape), bool)
        moved[id] = True
        for event in self.tape.events[int(self.tape.owner[id]) + 1 :]:
            if not event.operands or not any(moved[operand.ravel()].any() for operand in event.operands):
                continue
            here = np.arange(event.first, event.first + event.size)
            made = np.ravel(again(event, values))
            free = ~self.fixed[here]
            values[here[free]] = made[free]
            moved[here[free]] = True
        return values


def again(event, values):
    """The results of an event, computed again."""
    operands = [values[operand] for operand in event.operands]
    if event.kind is Kind.PRODUCT:
        return operands[0] @ operands[1]
    if event.kind is Kind.REDUCTION:
        function = np.linalg.norm if event.operation == "norm" else getattr(np, event.operation)
        return function(operands[0], axis=1)
    if event.kind is Kind.OPAQUE:
        return np.full(event.size, np.nan)
    operands = [operand.ravel() for operand in operands]
    if event.operation in ("select", "astype"):
        return operands[0]
    if event.operation == "where":
        return np.where(operands[0] != 0, operands[1], operands[2])
    return getattr(np, event.operation)(*operands)


def reached(roles, lines):
    """The lines of the numbers that the statements on these lines compute, on to the first deltas and weights among them."""
    tape = roles.tape
    changed = np.zeros(len(tape), bool)
    found = set(lines)
    stopped = np.zeros(len(tape), bool)
    stopped |= roles.weights.is_weight
    for delta in roles.deltas.of.values():
        stopped[[id for _, ids in delta.products for id in ids]] = True
    for event in tape.events:
        here = slice(event.first, event.first + event.size)
        place = tape.places[event.place]
        mutated = any(place.line <= line <= place.end_line for line in lines)
        fed = (
            any((changed & ~stopped)[operand.ravel()].any() for operand in event.operands)
            if not mutated
            else True
        )
        if fed:
            changed[here] = True
            if event.kind is not Kind.SOURCE:
                found.add(place.line)
    return found
