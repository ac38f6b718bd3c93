# 把网络写成一个类，层数不限。样本是列向量；
# 这里的 delta 符号相反：输出减目标。
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def slope(z):  # sigmoid 的斜率，这次用它的输入
    return sigmoid(z) * (1 - sigmoid(z))


class Network:
    def __init__(self, sizes):
        shapes = list(zip(sizes[1:], sizes))  # （终点，起点）
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
        for l in range(2, len(activations)):  # -l：倒数第 l 个
            w = self.weights[-l + 1]  # 通向刚算完的那一层
            delta = np.dot(w.T, delta) * slope(zs[-l])
            nabla_b[-l] = delta
            nabla_w[-l] = np.dot(delta, activations[-l - 1].T)
        return nabla_b, nabla_w

    def update(self, samples, eta):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        for x, target in samples:  # 把各样本的梯度加起来
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
    print(x.ravel(), "目标", t, "输出", f"{y:.3f}")
