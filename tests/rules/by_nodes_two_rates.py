import math, random

random.seed(4)
data = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]
nh = 3
W1 = [[random.uniform(-1, 1) for _ in range(2)] for _ in range(nh)]
b1 = [random.uniform(-1, 1) for _ in range(nh)]
W2 = [random.uniform(-1, 1) for _ in range(nh)]
b2 = random.uniform(-1, 1)

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
            W2[j] -= 0.2 * g
            for i in range(2):
                g = dh[j] * x[i]
                W1[j][i] -= 0.6 * g
            g = dh[j]
            b1[j] -= 0.6 * g
        g = d
        b2 -= 0.2 * g
