# 这个类的反向部分还没有写：它会给出输出，
# 但输出是随机的，因为什么都还没有学。
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


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


X = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
samples = [(np.array([x]).T, t) for x, t in zip(X, [0, 1, 1, 0])]
np.random.seed(22)
net = Network([3, 4, 1])
for x, target in samples:
    zs, (_, hidden, output) = net.feedforward(x)
    print(x.ravel(), "目标", target)
    print("  隐藏层", hidden.ravel().round(3))
    print("  输出", output.ravel().round(3))
