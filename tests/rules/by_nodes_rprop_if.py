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
q1 = [[0.0] * 2 for _ in range(nh)]
q2 = [0.0] * nh
qB1 = [0.0] * nh
qB2 = [0.0]
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
            p = g * v2[j]
            q2[j] = min(q2[j] * 1.2, 1) if p > 0 else max(q2[j] * 0.5, 0.001) if p < 0 else q2[j]
            W2[j] -= (q2[j] + 0.01) * (1 if g > 0 else -1 if g < 0 else 0)
            v2[j] = g
            for i in range(2):
                g = dh[j] * x[i]
                p = g * v1[j][i]
                q1[j][i] = (
                    min(q1[j][i] * 1.2, 1) if p > 0 else max(q1[j][i] * 0.5, 0.001) if p < 0 else q1[j][i]
                )
                W1[j][i] -= (q1[j][i] + 0.01) * (1 if g > 0 else -1 if g < 0 else 0)
                v1[j][i] = g
            g = dh[j]
            p = g * vB1[j]
            qB1[j] = min(qB1[j] * 1.2, 1) if p > 0 else max(qB1[j] * 0.5, 0.001) if p < 0 else qB1[j]
            b1[j] -= (qB1[j] + 0.01) * (1 if g > 0 else -1 if g < 0 else 0)
            vB1[j] = g
        g = d
        p = g * vB2[0]
        qB2[0] = min(qB2[0] * 1.2, 1) if p > 0 else max(qB2[0] * 0.5, 0.001) if p < 0 else qB2[0]
        b2 -= (qB2[0] + 0.01) * (1 if g > 0 else -1 if g < 0 else 0)
        vB2[0] = g
