import math

w = 1.2
b = -0.5


def relu(net):
    return max(0.0, net)


for x in [k / 4 for k in range(-5, 7)]:
    net = w * x + b
    y = relu(net)
    slope = 1.0 if y > 0 else 0.0
