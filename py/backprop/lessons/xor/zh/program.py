# 异或：前两个输入里，是不是恰好有一个是 1？
# w[j, i] 从节点 i 通向节点 j，b[j] 是节点 j 的偏置。
import math
import random

samples = [
    ((0, 0, 1), 0),
    ((0, 1, 1), 1),
    ((1, 0, 1), 1),
    ((1, 1, 1), 0),
]
inputs = (1, 2, 3)
hidden = (4, 5, 6, 7)
eta = 0.5  # 学习率


def sigmoid(net):
    return 1 / (1 + math.exp(-net))


random.seed(211)
w, b, net, a, delta = {}, {}, {}, {}, {}
answers = {}
for j in hidden:
    for i in inputs:
        w[j, i] = random.uniform(-1, 1)
    w[8, j] = random.uniform(-1, 1)
    b[j] = random.uniform(-1, 1)
b[8] = random.uniform(-1, 1)

for epoch in range(4000):
    error = 0
    for x, t in samples:
        # 前向：网络的输出是多少？
        a[1], a[2], a[3] = x
        for j in hidden:
            net[j] = sum(w[j, i] * a[i] for i in inputs) + b[j]
            a[j] = sigmoid(net[j])
        net[8] = sum(w[8, j] * a[j] for j in hidden) + b[8]
        y = a[8] = sigmoid(net[8])
        error += (t - y) ** 2 / 2
        answers[x] = y

        # 反向：每个 net 该往哪边变？
        delta[8] = y * (1 - y) * (t - y)
        for j in hidden:
            delta[j] = a[j] * (1 - a[j]) * w[8, j] * delta[8]

        # 更新：每个权重和偏置都往那边改一点
        for j in hidden:
            w[8, j] += eta * delta[8] * a[j]
            for i in inputs:
                w[j, i] += eta * delta[j] * a[i]
            b[j] += eta * delta[j]
        b[8] += eta * delta[8]
    if epoch % 1000 == 0:
        print("迭代", epoch, f"误差 {error:.4f}")

for (x1, x2, _), said in answers.items():
    print(f"{x1} xor {x2} = {said:.3f}")
