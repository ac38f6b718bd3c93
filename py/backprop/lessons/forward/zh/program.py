# 同一个网络算两遍：先逐个节点算，再一层一层算。
# w[j, i] 从节点 i 通向节点 j，b[j] 是节点 j 的偏置。
import random
from itertools import pairwise

import numpy as np

sizes = [3, 4, 2]  # 再试试 [3, 4, 4, 4, 2]
samples = [(0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 1)]


def f(net):
    return 1 / (1 + np.exp(-net))  # net 是一个数或一个向量


# 节点从头编到尾：1 2 3，然后 4 5 6 7，然后 8 9。
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

# 同样的权重写成矩阵：一行一个节点，偏置在最后。
W = [
    np.array([[*(w[j, i] for i in below), b[j]] for j in layer])
    for below, layer in pairs
]

for x in samples:
    # 逐个节点 (3.2, 3.3)
    net, a = {}, dict(zip(layers[0], x))
    for below, layer in pairs:
        for j in layer:
            net[j] = sum(w[j, i] * a[i] for i in below) + b[j]
            a[j] = f(net[j])

    # 一层一层 (3.8)
    vector = np.array(x)
    for matrix in W:
        nets = matrix @ np.append(vector, 1)
        vector = f(nets)

    apart = vector - [a[j] for j in layers[-1]]
    print(x, "->", vector.round(4))
    print("   两种算法相差", abs(apart).max())
