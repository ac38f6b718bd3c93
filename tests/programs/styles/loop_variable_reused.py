# style: index loops; the inner loop reuses i, so the change of the input weights uses the wrong sample's inputs
# network: 3-3-1 sigmoid, no bias, per sample, lists
# expected: mistake: i is reused by an inner loop, X[i] afterwards is the last sample, not the current one
# finding: other-samples 27
# truth: {"sizes": [3, 4, 1], "samples": 1, "inputs": [[0.0, 0.0, 1.0]], "activations": {"hidden": [[0.671435494, 0.7309863114, 0.3727190435, 0.4197391041]], "output": [[0.3904392502]]}, "deltas": {"hidden": [[-0.008535869678, 0.008018819322, 0.01028418108, 0.01228431506]], "output": [[-0.09292315242]]}}
import math, random

random.seed(15)
X = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
Y = [0, 1, 1, 0]
w1 = [[random.random() * 2 - 1 for j in range(4)] for i in range(3)]
w2 = [random.random() * 2 - 1 for j in range(4)]

def f(s): return 1 / (1 + math.exp(-s))

for epoch in range(300):
    for i in range(4):
        h = [f(sum(X[i][k] * w1[k][j] for k in range(3))) for j in range(4)]
        o = f(sum(h[j] * w2[j] for j in range(4)))
        delta = (Y[i] - o) * o * (1 - o)
        dh = [0] * 4
        for i in range(4):
            dh[i] = delta * w2[i] * h[i] * (1 - h[i])
            w2[i] += 0.5 * delta * h[i]
        for k in range(3):
            for j in range(4):
                w1[k][j] += 0.5 * dh[j] * X[i][k]
print(o)
