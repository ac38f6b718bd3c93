import math, random

random.seed(4)
data = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]
nh = 3
W1 = [[random.uniform(-1, 1) for _ in range(2)] for _ in range(nh)]
b1 = [random.uniform(-1, 1) for _ in range(nh)]
W2 = [random.uniform(-1, 1) for _ in range(nh)]
b2 = random.uniform(-1, 1)
v1 = [[0.0] * 2 for _ in range(nh)]
v2 = [0.0] * nh
vB1 = [0.0] * nh
vB2 = [0.0]
s = lambda z: 1 / (1 + math.exp(-z))
for epoch in range(80):
    pass
    for x, t in data:
        h = [s(sum(W1[j][i] * x[i] for i in range(2)) + b1[j]) for j in range(nh)]
        y = s(sum(W2[j] * h[j] for j in range(nh)) + b2)
        d = (y - t) * y * (1 - y)
        dh = [d * W2[j] * h[j] * (1 - h[j]) for j in range(nh)]
        for j in range(nh):
            g = d * h[j]
            o = v2[j]
            v2[j] = 0.8 * v2[j] - 0.2 * g
            W2[j] += -0.8 * o + 1.8 * v2[j]
            for i in range(2):
                g = dh[j] * x[i]
                o = v1[j][i]
                v1[j][i] = 0.8 * v1[j][i] - 0.2 * g
                W1[j][i] += -0.8 * o + 1.8 * v1[j][i]
            g = dh[j]
            o = vB1[j]
            vB1[j] = 0.8 * vB1[j] - 0.2 * g
            b1[j] += -0.8 * o + 1.8 * vB1[j]
        g = d
        o = vB2[0]
        vB2[0] = 0.8 * vB2[0] - 0.2 * g
        b2 += -0.8 * o + 1.8 * vB2[0]
