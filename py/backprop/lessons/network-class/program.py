# The network as a class, for any number of layers. Samples are
# columns; delta has the other sign here: output minus target.
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def slope(z):  # of the sigmoid, from its input this time
    return sigmoid(z) * (1 - sigmoid(z))


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

    def backprop(self, x, target):
        zs, activations = self.feedforward(x)
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        delta = (activations[-1] - target) * slope(zs[-1])
        nabla_b[-1] = delta
        nabla_w[-1] = np.dot(delta, activations[-2].T)
        for l in range(2, len(activations)):  # -l: l-th from the end
            w = self.weights[-l + 1]  # leads to the layer just done
            delta = np.dot(w.T, delta) * slope(zs[-l])
            nabla_b[-l] = delta
            nabla_w[-l] = np.dot(delta, activations[-l - 1].T)
        return nabla_b, nabla_w

    def update(self, samples, eta):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        for x, target in samples:  # add up their gradients
            more_b, more_w = self.backprop(x, target)
            nabla_b = [n + more for n, more in zip(nabla_b, more_b)]
            nabla_w = [n + more for n, more in zip(nabla_w, more_w)]
        self.biases = [
            b - eta * n for b, n in zip(self.biases, nabla_b)
        ]
        self.weights = [
            w - eta * n for w, n in zip(self.weights, nabla_w)
        ]

    def train(self, samples, epochs, eta):
        for epoch in range(epochs):
            np.random.shuffle(samples)
            self.update(samples, eta)


X = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
samples = [(np.array([x]).T, t) for x, t in zip(X, [0, 1, 1, 0])]
np.random.seed(22)
net = Network([3, 4, 1])
net.train(samples[:], epochs=2000, eta=1.0)
for x, t in samples:
    y = net.feedforward(x)[1][-1].item()
    print(x.ravel(), "target", t, "output", f"{y:.3f}")
