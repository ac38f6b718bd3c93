# 用上一课的类来认手写数字。一个数字是 64 个像素，
# 从 0（纸）到 16（墨），外加它是哪个数字。
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

    def train(self, samples, epochs, eta, size):
        for epoch in range(epochs):
            np.random.shuffle(samples)
            for start in range(0, len(samples), size):
                self.update(samples[start : start + size], eta)

    def read(self, x):  # 输出最大的那个数字
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

table = np.zeros((10, 10), int)  # 哪个数字被认成了哪个
misread = []
for x, target in test:
    digit, answer = np.argmax(target), net.read(x)
    table[digit, answer] += 1
    if answer != digit:
        misread.append((x, target))
for x, target in misread:  # 只是看看：什么也不学
    net.backprop(x, target)
print(table)
print(np.trace(table), "个认对了，测试数字共", len(test), "个")
