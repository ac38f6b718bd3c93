import numpy as np

np.random.seed(1)

def leaky_relu(x, alpha=0.01):
    return np.where(x > 0, x, alpha * x)

def d_leaky_relu(x, alpha=0.01):
    dx = np.ones_like(x)
    dx[x < 0] = alpha
    return dx

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def init(n_in, n_hid, n_out):
    W1 = np.random.randn(n_in, n_hid) * np.sqrt(2 / n_in)
    b1 = np.full((1, n_hid), 0.1)
    W2 = np.random.randn(n_hid, n_out) * np.sqrt(2 / n_hid)
    b2 = np.zeros((1, n_out))
    return [W1, b1, W2, b2]

def forward(params, x):
    W1, b1, W2, b2 = params
    z1 = x @ W1 + b1
    a1 = leaky_relu(z1)
    z2 = a1 @ W2 + b2
    a2 = sigmoid(z2)
    return z1, a1, z2, a2

def backward(params, cache, x, t):
    W1, b1, W2, b2 = params
    z1, a1, z2, a2 = cache
    delta2 = (a2 - t) * a2 * (1 - a2)
    delta1 = (delta2 @ W2.T) * d_leaky_relu(z1)
    return [x.T @ delta1, delta1, a1.T @ delta2, delta2]

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
y = np.array([0, 1, 1, 0])
params = init(2, 4, 1)
lr = 0.2

for epoch in range(1500):
    total = 0
    for i in range(len(X)):
        x = X[i].reshape(1, -1)
        t = y[i].reshape(1, -1)
        cache = forward(params, x)
        total += 0.5 * ((cache[-1] - t) ** 2).item()
        grads = backward(params, cache, x, t)
        for p, g in zip(params, grads):
            p -= lr * g
    if epoch % 500 == 0:
        print("epoch", epoch, "loss", total)

for i in range(len(X)):
    print(X[i], forward(params, X[i].reshape(1, -1))[-1])
