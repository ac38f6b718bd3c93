# 还是异或，推导中的每个因子都有自己的名字。
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
dE_dy, slope, dE_dnet, dE_dw = {}, {}, {}, {}
for j in hidden:
    for i in inputs:
        w[j, i] = random.uniform(-1, 1)
    w[8, j] = random.uniform(-1, 1)
    b[j] = random.uniform(-1, 1)
b[8] = random.uniform(-1, 1)

for epoch in range(6):
    for x, t in samples:
        # 前向 (4.11)，和这个样本的误差 (4.9)
        a[1], a[2], a[3] = x
        for j in hidden:
            net[j] = sum(w[j, i] * a[i] for i in inputs) + b[j]
            a[j] = sigmoid(net[j])
        net[8] = sum(w[8, j] * a[j] for j in hidden) + b[8]
        y = a[8] = sigmoid(net[8])
        E = (t - y) ** 2 / 2

        # 输出节点：从 E 到 y，再到 net
        dE_dy[8] = -(t - y)  # 4.14
        slope[8] = y * (1 - y)  # 4.15
        dE_dnet[8] = dE_dy[8] * slope[8]  # 4.13, 4.16
        delta[8] = -dE_dnet[8]  # 4.17，也就是 4.1

        # 隐藏节点：从节点 8 的 net 到 a，再到 net
        for j in hidden:
            slope[j] = a[j] * (1 - a[j])
            dE_dnet[j] = dE_dnet[8] * w[8, j] * slope[j]
            delta[j] = -dE_dnet[j]  # 也就是 4.3

        # 权重：只通过一个 net 起作用
        for j, i in w:
            dE_dw[j, i] = dE_dnet[j] * a[i]  # 4.12

        # 更新：逆着 E 的斜率 (4.10)，就是顺着 delta (4.5)
        for j, i in w:
            w[j, i] += eta * delta[j] * a[i]
        for j in b:
            b[j] += eta * delta[j]

j, i = 8, 4
print(f"E = {E:.4f}, dE/dw84 = {dE_dw[j, i]:.6f}")
print(f"delta8 乘 a4 的相反数：{-delta[j] * a[i]:.6f}")
