# 同一个神经元，依次收到 25 个输入。
import math

w = 2.0
b = 0.0


def sigmoid(net):
    return 1 / (1 + math.exp(-net))  # (1.2)


for x in [k / 4 for k in range(-12, 13)]:
    net = w * x + b
    y = sigmoid(net)  # (1.1)
    slope = y * (1 - y)  # (1.4)
    print(f"x {x:5.2f}  y {y:.4f}  斜率 {slope:.4f}")
