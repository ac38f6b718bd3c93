# 64 个 3-4-1 网络，各从一组随机初始权重出发，一起训练：
# W1、b1、W2、b2 等数组的第一个下标说的是第几个网络。
import numpy as np

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
T = np.array([0, 1, 1, 0])
starts = 64
epochs = 1000
spread = 5  # 初始权重在 -spread 和 spread 之间
eta = 0.5  # 学习率
shown = 26  # 图中显示的那一个


def sigmoid(net):
    return 1 / (1 + np.exp(-net))


def random(*shape):
    return np.random.uniform(-spread, spread, shape).round(2)


np.random.seed(1)
W1, b1 = random(starts, 4, 3), random(starts, 4)
W2, b2 = random(starts, 4), random(starts)
first = [array.copy() for array in (W1, b1, W2, b2)]
losses = np.zeros((epochs, starts))
w1, w2, bias1 = W1[shown], W2[shown, None], b1[shown]
bias8 = b2[shown]

for epoch in range(epochs):
    loss, answers = 0, []
    for x, t in zip(X, T):
        # 前向：一次乘法算完所有网络
        hidden = sigmoid(W1 @ x + b1)
        y = sigmoid((W2 * hidden).sum(axis=1) + b2)
        answers.append(y)
        loss = loss + (t - y) ** 2 / 2
        a0, a1, y8 = x, hidden[shown], y[shown]

        # 反向：先 (4.1)，再 (4.3)；None 为节点留出一维
        delta = y * (1 - y) * (t - y)
        delta8 = delta[shown]
        below = hidden * (1 - hidden) * W2 * delta[:, None]
        delta1 = below[shown]

        # 更新：对所有网络做 (4.5) 和 (4.8)
        W2 += eta * delta[:, None] * hidden
        W1 += eta * below[:, :, None] * x
        b1 += eta * below
        b2 += eta * delta
        bias8 = b2[shown]
    losses[epoch] = loss

outputs = np.transpose(answers)  # 一行是一个网络
stuck = np.abs(outputs - T).max(axis=1) > 0.4
print(f"有 {stuck.sum()} 个卡住了，共 {starts} 个网络：")
for start in np.flatnonzero(stuck):
    print(start, outputs[start].round(2))
