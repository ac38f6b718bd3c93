# Two neurons, one behind the other: x -> h -> y.
# Four numbers to find: wh and bh, then wo and bo.
import math

samples = [(-1.0, 0.9), (-0.4, 0.8), (0.3, 0.4), (1.0, 0.2)]
eta = 0.5
wh, bh = 0.6, 0.2
wo, bo = -0.8, 0.3


def sigmoid(net):
    return 1 / (1 + math.exp(-net))


for iteration in range(400):
    error = 0
    for x, t in samples:
        # forward
        net_h = wh * x + bh
        h = sigmoid(net_h)
        net_o = wo * h + bo
        y = sigmoid(net_o)
        error += (t - y) ** 2 / 2

        # backward: the output's delta, then through wo
        delta_o = y * (1 - y) * (t - y)  # (4.1)
        delta_h = h * (1 - h) * wo * delta_o  # (4.3)

        # the four updates
        wo += eta * delta_o * h  # (4.5)
        bo += eta * delta_o  # (4.8)
        wh += eta * delta_h * x  # (4.5)
        bh += eta * delta_h  # (4.8)
    if iteration % 100 == 0:
        print(f"iteration {iteration}  error {error:.4f}")
print(f"wh {wh:.3f}  bh {bh:.3f}  wo {wo:.3f}  bo {bo:.3f}")
