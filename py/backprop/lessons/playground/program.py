# The playground: data, network and training are yours to change.
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
    return z  # linear


def slope(y, name):  # of the same function, from its output alone
    if name == "sigmoid":
        return y * (1 - y)
    if name == "tanh":
        return 1 - y**2
    if name == "relu":
        return 1.0 * (y > 0)
    return np.ones_like(y)


def error(points):  # the mean of (t - y)^2 / 2
    y = data.features(points, inputs)
    for w, b, name in zip(weights, biases, names):
        y = squeeze(y @ w.T + b, name)
    return np.mean((points[:, 2:] - y) ** 2) / 2


points = data.points(dataset, noise, seed)  # rows x1, x2, target
train, test = data.split(points, test_part, seed)
random = np.random.default_rng(seed)
sizes = [len(inputs), *hidden, 1]
shapes = list(zip(sizes[1:], sizes))  # (to, from)
weights = [random.normal(0, x**-0.5, (y, x)) for y, x in shapes]
biases = [np.zeros(y) for y in sizes[1:]]
names = [activation] * len(hidden) + [output]
last_w = [0 * w for w in weights]  # each one's last step
last_b = [0 * b for b in biases]

for epoch in range(epochs):
    order = random.permutation(len(train))
    for start in range(0, len(train), batch_size):
        batch = train[order[start : start + batch_size]]

        # forward, a row for each point of the batch
        target = batch[:, 2:]
        a = data.features(batch, inputs)
        outputs = [a]
        for w, b, name in zip(weights, biases, names):
            net = a @ w.T + b
            a = squeeze(net, name)
            outputs.append(a)

        # backward: all deltas before any weight moves
        off = target - a
        plain = cost == "cross-entropy"  # t - y, no slope
        delta = off if plain else off * slope(a, output)
        deltas = [delta]
        for l in range(len(hidden), 0, -1):
            delta = delta @ weights[l] * slope(outputs[l], activation)
            deltas.insert(0, delta)

        # update: the mean, the pull of l1, l2, and momentum
        for l, w in enumerate(weights):
            step_w = deltas[l].T @ outputs[l] / len(batch)
            step_w = step_w - l2 * w - l1 * np.sign(w)
            step_b = deltas[l].mean(axis=0)
            last_w[l] = learning_rate * step_w + momentum * last_w[l]
            last_b[l] = learning_rate * step_b + momentum * last_b[l]
            weights[l] = w + last_w[l]
            biases[l] = biases[l] + last_b[l]
    if (epoch + 1) % 10 == 0:
        print("epoch", epoch + 1, "error", f"{error(train):.4f}")

if len(test):
    print("error on the test points", f"{error(test):.4f}")
