# XOR: is exactly one of the first two inputs 1?
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
eta = 0.5  # the learning rate


def sigmoid(net):
    return 1 / (1 + math.exp(-net))


random.seed(211)
w, b, net, a, delta = {}, {}, {}, {}, {}
answers = {}
for j in hidden:
    for i in inputs:
        w[j, i] = random.uniform(-1, 1)
    w[8, j] = random.uniform(-1, 1)
    b[j] = random.uniform(-1, 1)
b[8] = random.uniform(-1, 1)

for epoch in range(4000):
    error = 0
    for x, t in samples:
        # forward: the output of every node
        a[1], a[2], a[3] = x
        for j in hidden:
            net[j] = sum(w[j, i] * a[i] for i in inputs) + b[j]
            a[j] = sigmoid(net[j])
        net[8] = sum(w[8, j] * a[j] for j in hidden) + b[8]
        y = a[8] = sigmoid(net[8])
        error += (t - y) ** 2 / 2
        answers[x] = y

        # backward: which way should each net move?
        delta[8] = y * (1 - y) * (t - y)
        for j in hidden:
            delta[j] = a[j] * (1 - a[j]) * w[8, j] * delta[8]

        # update: move every weight and bias a little that way
        for j in hidden:
            w[8, j] += eta * delta[8] * a[j]
            for i in inputs:
                w[j, i] += eta * delta[j] * a[i]
            b[j] += eta * delta[j]
        b[8] += eta * delta[8]
    if epoch % 1000 == 0:
        print("iteration", epoch, f"error {error:.4f}")

for (x1, x2, _), said in answers.items():
    print(f"{x1} xor {x2} = {said:.3f}")
