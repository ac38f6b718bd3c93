# The class before its backward half is written: its outputs are
# random, because nothing has been learnt yet.
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class Network:
    def __init__(self, sizes):
        shapes = list(zip(sizes[1:], sizes))  # (to, from)
        self.biases = [np.random.randn(y, 1) for y, x in shapes]
        self.weights = [np.random.randn(y, x) for y, x in shapes]

    def feedforward(self, x):
        activation, activations, zs = x, [x], []
        for b, w in zip(self.biases, self.weights):
            z = np.dot(w, activation) + b
            activation = sigmoid(z)
            zs.append(z)
            activations.append(activation)
        return zs, activations


X = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
samples = [(np.array([x]).T, t) for x, t in zip(X, [0, 1, 1, 0])]
np.random.seed(22)
net = Network([3, 4, 1])
for x, target in samples:
    zs, (_, hidden, output) = net.feedforward(x)
    print(x.ravel(), "target", target)
    print("  hidden", hidden.ravel().round(3))
    print("  output", output.ravel().round(3))
