"""Numbers that stand for something else: in the log for marks of loops, in the instrumented program for our functions."""

# Marks stand in the log like sites do, but are negative. Of a turn that begins with LIGHT only the error is noted. DARK
# stands for several turns, of which not even that is noted; its index is a list with their number so far.
TURN, ENTER, LEAVE, LIGHT, DARK = -1, -2, -3, -4, -5

# The hooks, as they stand in the tree: numbers so long that no program has one by accident.
_FIRST_HOOK = 0xB4C6_57A1_0E93_D28F_6C15_F07B_3A8E_9D42
NOTE, SLOW_NOTE, LOST, PASS_THROUGH, CHANGED, VALIDATED, TOGETHER, TICK, COUNT = (
    _FIRST_HOOK + n for n in range(9)
)
JOIN, LEN, SLICE, IS_AFTER, EXCEPTION, ANY_ERROR = (_FIRST_HOOK + n for n in range(9, 15))
VALUE, QUIET, START, BEGIN, UPDATED, REST = (_FIRST_HOOK + n for n in range(15, 21))
NOTED, TURNED, ENTERED, LEFT, AHEAD, APPLIED, AROUND, STORED, STANDS, REACHED = (
    _FIRST_HOOK + n for n in range(21, 31)
)

# The keys of VALIDATED: `site` for one array; `number * MOST_TOGETHER` for a batch (numbered from 1), plus its length in
# bytes if its shape may change.
MOST_TOGETHER = 2**20  # bytes
