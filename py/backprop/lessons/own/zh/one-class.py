# 一个类，里面是 W1、b1、W2 和 b2。
import numpy as np


class Network:
    def __init__(self, inputs, hidden, outputs):
        rng = np.random.default_rng(5)
        self.W1 = rng.normal(size=(inputs, hidden))
        self.b1 = np.zeros(hidden)
        self.W2 = rng.normal(size=(hidden, outputs))
        self.b2 = np.zeros(outputs)

    def predict(self, x):
        self.z1 = x @ self.W1 + self.b1
        self.a1 = np.tanh(self.z1)
        self.z2 = self.a1 @ self.W2 + self.b2
        self.a2 = 1 / (1 + np.exp(-self.z2))
        return self.a2

    def learn(self, x, t, rate):
        y = self.predict(x)
        # delta，所有样本一起算
        d2 = (y - t) * y * (1 - y)
        d1 = d2 @ self.W2.T * (1 - self.a1 ** 2)
        self.W2 -= rate * self.a1.T @ d2
        self.b2 -= rate * d2.sum(axis=0)
        self.W1 -= rate * x.T @ d1
        self.b1 -= rate * d1.sum(axis=0)


X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
Y = np.array([[0], [1], [1], [0]])  # 异或

net = Network(2, 3, 1)
for epoch in range(2000):
    net.learn(X, Y, rate=0.5)

print(net.predict(X).round(3))
