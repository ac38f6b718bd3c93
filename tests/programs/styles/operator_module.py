# style: 59_operator_module
# network: 2-3-1
# expected: correct
# truth: {"sizes": [2, 3, 1], "samples": 1, "activations": {"output": [[-0.479886019521]], "hidden": [[-0.633558276392, -0.46613268815, 0.276360099598]]}, "deltas": {"output": [[-0.400336624146]], "hidden": [[0.019586620991, 0.029372056261, 0.003710407775]]}}

import operator
from itertools import starmap
from math import tanh
import random
random.seed(8)

def dot(a, b): return sum(map(operator.mul, a, b))
def add(a, b): return operator.add(a, b)
def mul(a, b): return operator.mul(a, b)

W = [[random.uniform(-1, 1) for _ in range(3)] for _ in range(3)]  # last one: bias
V = [random.uniform(-1, 1) for _ in range(4)]
DATA = [([0, 0], -1), ([0, 1], 1), ([1, 0], 1), ([1, 1], -1)]

def run(x):
    z = [add(dot(row[:2], x), row[2]) for row in W]
    h = list(map(tanh, z))
    o = tanh(add(dot(V[:3], h), V[3]))
    return h, o

for epoch in range(30):
    errors = []
    for x, t in DATA:
        h, o = run(x)
        e = operator.sub(t, o)
        errors.append(mul(e, e))
        do = mul(e, operator.sub(1, mul(o, o)))
        dh = [mul(mul(do, v), operator.sub(1, mul(k, k))) for v, k in zip(V, h)]
        V = [add(v, mul(mul(0.2, do), k)) for v, k in zip(V, h + [1])]
        W = [[add(w, mul(mul(0.2, d), i)) for w, i in zip(row, x + [1])] for row, d in zip(W, dh)]
    if epoch % 10 == 0: print(epoch, sum(errors))
