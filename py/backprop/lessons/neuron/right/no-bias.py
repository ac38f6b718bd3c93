import math

w = 1.2


def sigmoid(net):
    return 1 / (1 + math.exp(-net))


for x in [k / 4 for k in range(-5, 7)]:
    net = w * x
    y = sigmoid(net)
    slope = y * (1 - y)
