# style: class; sigmoid_prime(z) is right, but it is called with the activations a1, a2
# network: 2-3-2 sigmoid, bias (n,1), per sample as columns
# expected: mistake: sigmoid_prime is called with activations instead of nets
# finding: slope-of-output 25, slope-of-output 31
# truth: {"sizes": [2, 3, 2], "samples": 1, "inputs": [[0.0, 0.0]], "activations": {"hidden": [[0.3977719809, 0.4174212006, 0.5202618942]], "output": [[0.1503933646, 0.3102541375]]}, "deltas": {"hidden": [[-0.04971732083, 0.004963105365, 0.06119378758]], "output": [[0.03738653866, -0.1683525592]]}}
import numpy as np

class NeuralNet(object):
    def __init__(self, sizes):
        np.random.seed(31)
        self.biases = [np.random.randn(y, 1) for y in sizes[1:]]
        self.weights = [np.random.randn(y, x) for x, y in zip(sizes[:-1], sizes[1:])]

    def feedforward(self, a):
        activations = [a]
        for b, w in zip(self.biases, self.weights):
            a = sigmoid(np.dot(w, a) + b)
            activations.append(a)
        return activations

    def train(self, data, epochs, eta):
        for epoch in range(epochs):
            for x, y in data:
                acts = self.feedforward(x)
                delta = (acts[-1] - y) * sigmoid_prime(acts[-1])
                nabla_w = [None] * len(self.weights)
                nabla_b = [None] * len(self.biases)
                nabla_w[-1] = np.dot(delta, acts[-2].T)
                nabla_b[-1] = delta
                for l in range(2, len(self.weights) + 1):
                    delta = np.dot(self.weights[-l + 1].T, delta) * sigmoid_prime(acts[-l])
                    nabla_w[-l] = np.dot(delta, acts[-l - 1].T)
                    nabla_b[-l] = delta
                self.weights = [w - eta * nw for w, nw in zip(self.weights, nabla_w)]
                self.biases = [b - eta * nb for b, nb in zip(self.biases, nabla_b)]

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))

data = [(np.array([[a], [b]]), np.array([[a ^ b], [1 - (a ^ b)]])) for a in (0, 1) for b in (0, 1)]
net = NeuralNet([2, 3, 2])
net.train(data, 300, 1.0)
for x, y in data:
    print(x.ravel(), net.feedforward(x)[-1].ravel())
