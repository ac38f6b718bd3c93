# The class of the lesson before reads handwriting. A digit is 64
# pixels, from 0 for paper to 16 for ink, and the digit that it is.
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

    def train(self, samples, epochs, eta, size):
        for epoch in range(epochs):
            np.random.shuffle(samples)
            for start in range(0, len(samples), size):
                self.update(samples[start : start + size], eta)

    def read(self, x):  # the digit whose output is highest
        return np.argmax(self.feedforward(x)[1][-1])


rows = np.loadtxt("digits.csv.gz", delimiter=",")
pixels, digits = rows[:, :64] / 16, rows[:, 64].astype(int)
samples = [
    (np.array([x]).T, np.eye(10)[[d]].T) for x, d in zip(pixels, digits)
]
np.random.seed(4)
np.random.shuffle(samples)
test, train = samples[:360], samples[360:]
net = Network([64, 20, 10])
net.train(train, epochs=8, eta=0.5, size=10)

table = np.zeros((10, 10), int)  # which digit is read as which
misread = []
for x, target in test:
    digit, answer = np.argmax(target), net.read(x)
    table[digit, answer] += 1
    if answer != digit:
        misread.append((x, target))
for x, target in misread:  # only to look at: nothing is learnt
    net.backprop(x, target)
print(table)
print(np.trace(table), "of", len(test), "test digits are read rightly")
