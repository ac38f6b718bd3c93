# One network, computed twice: node by node, then layer by layer.
# w[j, i] leads from node i to node j; b[j] is its bias.
import random
from itertools import pairwise

import numpy as np

sizes = [3, 4, 2]  # then try [3, 4, 4, 4, 2]
samples = [(0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 1)]


def f(net):
    return 1 / (1 + np.exp(-net))  # of a number or of a vector


# Nodes are numbered through: 1 2 3, then 4 5 6 7, then 8 9.
layers, first = [], 1
for size in sizes:
    layers.append(range(first, first + size))
    first += size
pairs = list(pairwise(layers))

random.seed(3)
w, b = {}, {}
for below, layer in pairs:
    for j in layer:
        for i in below:
            w[j, i] = random.uniform(-2, 2)
        b[j] = random.uniform(-2, 2)

# The same weights as matrices: a row for each node, its bias last.
W = [
    np.array([[*(w[j, i] for i in below), b[j]] for j in layer])
    for below, layer in pairs
]

for x in samples:
    # node by node (3.2, 3.3)
    net, a = {}, dict(zip(layers[0], x))
    for below, layer in pairs:
        for j in layer:
            net[j] = b[j]
            for i in below:
                net[j] += w[j, i] * a[i]
            a[j] = f(net[j])

    # layer by layer (3.8)
    vector = np.array(x)
    for matrix in W:
        nets = matrix @ np.append(vector, 1)
        vector = f(nets)

    apart = vector - [a[j] for j in layers[-1]]
    print(x, "->", vector.round(4))
    print("   the two differ by", abs(apart).max())
