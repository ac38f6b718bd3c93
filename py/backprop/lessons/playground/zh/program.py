# 试验场：数据、网络和训练都由你来改。
import numpy as np
from backprop import data

dataset = "circle"
noise = 0.03
test_part = 0.3
inputs = ["x1", "x2"]
hidden = [4, 2]
activation = "tanh"
output = "sigmoid"
cost = "cross-entropy"
learning_rate = 0.3
batch_size = 10
momentum = 0
l1 = 0
l2 = 0
epochs = 40
seed = 4


def squeeze(z, name):
    if name == "sigmoid":
        return 1 / (1 + np.exp(-z))
    if name == "tanh":
        return np.tanh(z)
    if name == "relu":
        return np.maximum(z, 0)
    return z  # 线性


def slope(y, name):  # 同一个函数的斜率，只用它的输出
    if name == "sigmoid":
        return y * (1 - y)
    if name == "tanh":
        return 1 - y**2
    if name == "relu":
        return 1.0 * (y > 0)
    return np.ones_like(y)


def error(points):  # (t - y)^2 / 2 的平均值
    y = data.features(points, inputs)
    for w, b, name in zip(weights, biases, names):
        y = squeeze(y @ w.T + b, name)
    return np.mean((points[:, 2:] - y) ** 2) / 2


points = data.points(dataset, noise, seed)  # 每行是 x1, x2, 目标
train, test = data.split(points, test_part, seed)
random = np.random.default_rng(seed)
sizes = [len(inputs), *hidden, 1]
shapes = list(zip(sizes[1:], sizes))  # （终点，起点）
weights = [random.normal(0, x**-0.5, (y, x)) for y, x in shapes]
biases = [np.zeros(y) for y in sizes[1:]]
names = [activation] * len(hidden) + [output]
last_w = [0 * w for w in weights]  # 每个权重上一步的改变量
last_b = [0 * b for b in biases]

for epoch in range(epochs):
    order = random.permutation(len(train))
    for start in range(0, len(train), batch_size):
        batch = train[order[start : start + batch_size]]

        # 前向，这一批的每个点占一行
        target = batch[:, 2:]
        a = data.features(batch, inputs)
        outputs = [a]
        for w, b, name in zip(weights, biases, names):
            net = a @ w.T + b
            a = squeeze(net, name)
            outputs.append(a)

        # 反向：先算完所有的 delta，再改权重
        off = target - a
        plain = cost == "cross-entropy"  # t - y，没有斜率
        delta = off if plain else off * slope(a, output)
        deltas = [delta]
        for l in range(len(hidden), 0, -1):
            delta = delta @ weights[l] * slope(outputs[l], activation)
            deltas.insert(0, delta)

        # 更新：取平均，加上 l1、l2 和动量
        for l, w in enumerate(weights):
            step_w = deltas[l].T @ outputs[l] / len(batch)
            step_w = step_w - l2 * w - l1 * np.sign(w)
            step_b = deltas[l].mean(axis=0)
            last_w[l] = learning_rate * step_w + momentum * last_w[l]
            last_b[l] = learning_rate * step_b + momentum * last_b[l]
            weights[l] = w + last_w[l]
            biases[l] = biases[l] + last_b[l]
    if (epoch + 1) % 10 == 0:
        print("轮次", epoch + 1, "误差", f"{error(train):.4f}")

if len(test):
    print("测试点的误差", f"{error(test):.4f}")
