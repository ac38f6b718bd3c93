# 没有列表，也没有 NumPy：每个权重都有自己的名字。
from math import exp


def squash(x):
    return 1 / (1 + exp(-x))


i1, i2 = 0.1, 0.9        # 输入
goal1, goal2 = 0.2, 0.8  # 目标
rate = 0.5

# 两个隐藏节点的权重和偏置
w1, w2, b1 = 0.3, -0.2, 0.1
w3, w4, b2 = -0.4, 0.6, 0.2
# 两个输出节点的权重和偏置
w5, w6, b3 = 0.5, -0.3, 0.1
w7, w8, b4 = 0.2, 0.7, -0.1

for n in range(500):
    # 前向
    h1 = squash(w1 * i1 + w2 * i2 + b1)
    h2 = squash(w3 * i1 + w4 * i2 + b2)
    o1 = squash(w5 * h1 + w6 * h2 + b3)
    o2 = squash(w7 * h1 + w8 * h2 + b4)

    # 反向：误差怎样随每个 net 变化
    d_o1 = (o1 - goal1) * o1 * (1 - o1)
    d_o2 = (o2 - goal2) * o2 * (1 - o2)
    d_h1 = (d_o1 * w5 + d_o2 * w7) * h1 * (1 - h1)
    d_h2 = (d_o1 * w6 + d_o2 * w8) * h2 * (1 - h2)

    # 更新：逆着这个变化走
    w5 = w5 - rate * d_o1 * h1
    w6 = w6 - rate * d_o1 * h2
    b3 = b3 - rate * d_o1
    w7 = w7 - rate * d_o2 * h1
    w8 = w8 - rate * d_o2 * h2
    b4 = b4 - rate * d_o2
    w1 = w1 - rate * d_h1 * i1
    w2 = w2 - rate * d_h1 * i2
    b1 = b1 - rate * d_h1
    w3 = w3 - rate * d_h2 * i1
    w4 = w4 - rate * d_h2 * i2
    b2 = b2 - rate * d_h2

print("输出", round(o1, 3), round(o2, 3))
