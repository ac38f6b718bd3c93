"""Records the first updates of any program as a data-flow graph of single numbers (tape.py).

    tape = trace(source)
    tape.events, tape.values, tape.bindings

How: rewrite.py puts hooks (hooks.py) into the program; identity.py knows which number has which id; scalars.py,
ufuncs.py, products.py, reductions.py, moves.py, random_moves.py and containers.py know the operations; builder.py
collects the events.
"""

from backprop.trace.bounds import Bounds
from backprop.trace.builder import Leave
from backprop.trace.replay import Replay
from backprop.trace.run import trace
from backprop.trace.switch import Switch
from backprop.trace.tape import Binding, Context, Event, Kind, Place, Tape, Turn

__all__ = [
    "Binding",
    "Bounds",
    "Context",
    "Event",
    "Kind",
    "Leave",
    "Place",
    "Replay",
    "Switch",
    "Tape",
    "Turn",
    "trace",
]
