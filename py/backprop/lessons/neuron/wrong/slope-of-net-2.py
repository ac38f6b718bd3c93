# finding: slope-of-net
import math

w = 1.2
b = -0.5


def sigmoid(net):
    return 1 / (1 + math.exp(-net))


def slope_of(z):
    return z * (1 - z)


for x in [k / 4 for k in range(-5, 7)]:
    net = w * x + b
    y = sigmoid(net)
    slope = slope_of(net)
