import math, random

random.seed(4)
data = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]
nh = 3
W1 = [[random.uniform(-1, 1) for _ in range(2)] for _ in range(nh)]
b1 = [random.uniform(-1, 1) for _ in range(nh)]
W2 = [random.uniform(-1, 1) for _ in range(nh)]
b2 = random.uniform(-1, 1)
m1 = [[0.0] * 2 for _ in range(nh)]
m2 = [0.0] * nh
mB1 = [0.0] * nh
mB2 = [0.0]
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
            m2[j] = 0.9 * m2[j] + 0.1 * g
            v2[j] = max(0.99 * v2[j], abs(g))
            W2[j] -= 0.02 * m2[j] / (v2[j] + 1e-8)
            for i in range(2):
                g = dh[j] * x[i]
                m1[j][i] = 0.9 * m1[j][i] + 0.1 * g
                v1[j][i] = max(0.99 * v1[j][i], abs(g))
                W1[j][i] -= 0.02 * m1[j][i] / (v1[j][i] + 1e-8)
            g = dh[j]
            mB1[j] = 0.9 * mB1[j] + 0.1 * g
            vB1[j] = max(0.99 * vB1[j], abs(g))
            b1[j] -= 0.02 * mB1[j] / (vB1[j] + 1e-8)
        g = d
        mB2[0] = 0.9 * mB2[0] + 0.1 * g
        vB2[0] = max(0.99 * vB2[0], abs(g))
        b2 -= 0.02 * mB2[0] / (vB2[0] + 1e-8)
