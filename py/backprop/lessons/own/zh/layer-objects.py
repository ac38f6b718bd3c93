# 每一层是一个对象，能做前向和反向。
import numpy as np

rng = np.random.default_rng(2)


class Dense:
    def __init__(self, size_in, size_out):
        self.weights = rng.uniform(-1, 1, (size_in, size_out))
        self.bias = np.zeros((1, size_out))

    def forward(self, x):
        self.x = x
        return x @ self.weights + self.bias

    def backward(self, grad, rate):
        grad_in = grad @ self.weights.T
        self.weights -= rate * self.x.T @ grad
        self.bias -= rate * grad
        return grad_in


class Sigmoid:
    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, grad, rate):
        return grad * self.out * (1 - self.out)


layers = [Dense(2, 3), Sigmoid(), Dense(3, 1), Sigmoid()]
points = [[0, 0], [0, 1], [1, 0], [1, 1]]
labels = [0, 1, 1, 0]  # 异或

for epoch in range(1500):
    for point, label in zip(points, labels):
        out = np.array([point])
        for layer in layers:
            out = layer.forward(out)
        grad = out - label  # 平方误差的导数
        for layer in reversed(layers):
            grad = layer.backward(grad, 0.8)

print("最后的输出", out.round(3))
