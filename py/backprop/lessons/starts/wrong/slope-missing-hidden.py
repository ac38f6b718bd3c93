# finding: slope-missing-hidden
import numpy as np

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
T = np.array([0, 1, 1, 0])
starts = 64
epochs = 12
spread = 5  # weights begin between -spread and spread
eta = 0.5  # the learning rate
shown = 26  # the start that the picture follows


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
        # forward: one product for all starts
        hidden = sigmoid(W1 @ x + b1)
        y = sigmoid((W2 * hidden).sum(axis=1) + b2)
        answers.append(y)
        loss = loss + (t - y) ** 2 / 2
        a0, a1, y8 = x, hidden[shown], y[shown]

        # backward: (4.1), then (4.3); None makes room for the nodes
        delta = y * (1 - y) * (t - y)
        delta8 = delta[shown]
        below = W2 * delta[:, None]
        delta1 = below[shown]

        # update: (4.5) and (4.8) for all starts
        W2 += eta * delta[:, None] * hidden
        W1 += eta * below[:, :, None] * x
        b1 += eta * below
        b2 += eta * delta
        bias8 = b2[shown]
    losses[epoch] = loss

outputs = np.transpose(answers)  # a row for each start
stuck = np.abs(outputs - T).max(axis=1) > 0.4
print(f"{stuck.sum()} of {starts} starts are stuck:")
for start in np.flatnonzero(stuck):
    print(start, outputs[start].round(2))
