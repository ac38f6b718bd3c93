# style: numpy_object_record_arrays_vectorize
# network: 2-3-1
# expected: correct
# truth: {"sizes": [2, 3, 1], "samples": 1, "activations": {"output": [[-0.705429878094]], "hidden": [[-0.802943720964, -0.987732509722, -0.971870473313]]}, "deltas": {"output": [[-0.147982805399]], "hidden": [[0.067753628846, -0.003830175788, 0.000332445793]]}}

import numpy as np
from math import exp, tanh
np.random.seed(88)
act = np.vectorize(lambda z: tanh(z))
slope = np.vectorize(lambda a: 1.0 - a * a)
brain = np.array([None, None], dtype=object)
brain[0] = np.random.randn(3, 3)   # rows: x1, x2, bias
brain[1] = np.random.randn(4, 1)
table = np.array([[-1, -1, -1], [-1, 1, 1], [1, -1, 1], [1, 1, -1]], float)
for lesson in range(25):
    for row in table:
        x = np.hstack((row[:2], [1.0]))
        hidden = act(np.dot(x, brain[0]))
        hx = np.hstack((hidden, [1.0]))
        out = act(np.dot(hx, brain[1]))
        miss = row[2] - out
        d_out = miss * slope(out)
        d_hid = np.dot(brain[1][:3], d_out) * slope(hidden)
        brain[1] += 0.15 * hx[:, None] * d_out[None, :]
        brain[0] += 0.15 * x[:, None] * d_hid[None, :]
    if lesson % 5 == 0: print(lesson, float(np.abs(miss).sum()))
