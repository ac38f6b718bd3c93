# 会记住自己怎样算出来的数，
# 这样梯度就能自动求出来。
import random
from math import tanh


class Value:
    def __init__(self, data, parents=()):
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self.pass_back = lambda: None

    def __add__(self, other):
        out = Value(self.data + other.data, (self, other))

        def pass_back():
            self.grad += out.grad
            other.grad += out.grad

        out.pass_back = pass_back
        return out

    def __mul__(self, other):
        out = Value(self.data * other.data, (self, other))

        def pass_back():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out.pass_back = pass_back
        return out

    def tanh(self):
        out = Value(tanh(self.data), (self,))

        def pass_back():
            self.grad += (1 - out.data ** 2) * out.grad

        out.pass_back = pass_back
        return out

    def backward(self):
        order, seen = [], set()

        def visit(value):
            if value not in seen:
                seen.add(value)
                for parent in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            value.pass_back()


class Neuron:
    def __init__(self, inputs):
        self.w = []
        for _ in range(inputs):
            self.w.append(Value(random.uniform(-1, 1)))
        self.b = Value(random.uniform(-1, 1))

    def __call__(self, x):
        total = self.b
        for weight, value in zip(self.w, x):
            total = total + weight * value
        return total.tanh()


random.seed(4)
hidden = [Neuron(2) for _ in range(3)]
output = Neuron(3)
parameters = [p for n in [*hidden, output] for p in [*n.w, n.b]]

# 异或，用 -1 表示假
data = [(-1, -1, -1), (-1, 1, 1), (1, -1, 1), (1, 1, -1)]

for epoch in range(150):
    for x1, x2, wanted in data:
        x = [Value(x1), Value(x2)]
        y = output([neuron(x) for neuron in hidden])
        miss = y + Value(-wanted)
        loss = miss * miss
        for p in parameters:
            p.grad = 0.0
        loss.backward()
        for p in parameters:
            p.data -= 0.1 * p.grad

print("最后的损失", round(loss.data, 4))
