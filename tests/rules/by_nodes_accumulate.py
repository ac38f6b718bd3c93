import math, random

random.seed(4)
data = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]
nh = 3
W1 = [[random.uniform(-1, 1) for _ in range(2)] for _ in range(nh)]
b1 = [random.uniform(-1, 1) for _ in range(nh)]
W2 = [random.uniform(-1, 1) for _ in range(nh)]
b2 = random.uniform(-1, 1)
Z1 = [[0.0] * 2 for _ in range(nh)]
Z2 = [0.0] * nh
c1 = [0.0] * nh
c2 = 0.0
s = lambda z: 1 / (1 + math.exp(-z))
for epoch in range(80):
    Z1 = [[0.0] * 2 for _ in range(nh)]
    Z2 = [0.0] * nh
    c1 = [0.0] * nh
    c2 = 0.0
    for x, t in data:
        h = [s(sum(W1[j][i] * x[i] for i in range(2)) + b1[j]) for j in range(nh)]
        y = s(sum(W2[j] * h[j] for j in range(nh)) + b2)
        d = (y - t) * y * (1 - y)
        dh = [d * W2[j] * h[j] * (1 - h[j]) for j in range(nh)]
        for j in range(nh):
            Z2[j] += d * h[j]
            c1[j] += dh[j]
            for i in range(2):
                Z1[j][i] += dh[j] * x[i]
        c2 += d
    for j in range(nh):
        W2[j] -= Z2[j] / 2
        b1[j] -= c1[j] / 2
        for i in range(2):
            W1[j][i] -= Z1[j][i] / 2
    b2 -= c2 / 2
