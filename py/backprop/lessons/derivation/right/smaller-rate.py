# XOR once more, with every factor of the derivation by its name.
# w[j, i] leads from node i to node j; b[j] is its bias.
import math
import random

samples = [
    ((0, 0, 1), 0),
    ((0, 1, 1), 1),
    ((1, 0, 1), 1),
    ((1, 1, 1), 0),
]
inputs = (1, 2, 3)
hidden = (4, 5, 6, 7)
eta = 0.05  # the learning rate


def sigmoid(net):
    return 1 / (1 + math.exp(-net))


random.seed(211)
w, b, net, a, delta = {}, {}, {}, {}, {}
dE_dy, slope, dE_dnet, dE_dw = {}, {}, {}, {}
for j in hidden:
    for i in inputs:
        w[j, i] = random.uniform(-1, 1)
    w[8, j] = random.uniform(-1, 1)
    b[j] = random.uniform(-1, 1)
b[8] = random.uniform(-1, 1)

for epoch in range(12):
    for x, t in samples:
        # forward (4.11), and the error of this sample (4.9)
        a[1], a[2], a[3] = x
        for j in hidden:
            net[j] = sum(w[j, i] * a[i] for i in inputs) + b[j]
            a[j] = sigmoid(net[j])
        net[8] = sum(w[8, j] * a[j] for j in hidden) + b[8]
        y = a[8] = sigmoid(net[8])
        E = (t - y) ** 2 / 2

        # the output node: from E to y to net
        dE_dy[8] = -(t - y)  # 4.14
        slope[8] = y * (1 - y)  # 4.15
        dE_dnet[8] = dE_dy[8] * slope[8]  # 4.13, 4.16
        delta[8] = -dE_dnet[8]  # 4.17, which is 4.1

        # a hidden node: from the net of node 8 to a to net
        for j in hidden:
            slope[j] = a[j] * (1 - a[j])
            dE_dnet[j] = dE_dnet[8] * w[8, j] * slope[j]
            delta[j] = -dE_dnet[j]  # which is 4.3

        # a weight: it acts through one net alone
        for j, i in w:
            dE_dw[j, i] = dE_dnet[j] * a[i]  # 4.12

        # update: against the slope of E (4.10) is with delta (4.5)
        for j, i in w:
            w[j, i] += eta * delta[j] * a[i]
        for j in b:
            b[j] += eta * delta[j]

j, i = 8, 4
print(f"E = {E:.4f}, dE/dw84 = {dE_dw[j, i]:.6f}")
print(f"delta8 times a4, with a minus: {-delta[j] * a[i]:.6f}")
