# finding: overflow, cut-short
import math

w = -1200.0
b = -0.5


def sigmoid(net):
    return 1 / (1 + math.exp(-net))


for x in [k / 4 for k in range(-5, 7)]:
    net = w * x + b
    y = sigmoid(net)
    slope = y * (1 - y)
