import numpy as np

rng = np.random.default_rng(5)
X = rng.normal(size=(30, 3))
T = (X[:, :1] * X[:, 1:2] > 0).astype(float)
sig = lambda z: 1 / (1 + np.exp(-z))
W1 = rng.normal(size=(3, 5))
W2 = rng.normal(size=(5, 1))
D = rng.normal(size=(3, 1))
for s in range(60):
    h = np.tanh(X @ W1)
    y = sig(h @ W2 + X @ D)
    d2 = (y - T) * y * (1 - y)
    d1 = d2 @ W2.T * (1 - h * h)
    W2 -= 0.1 * h.T @ d2
    D -= 0.1 * X.T @ d2
    W1 -= 0.1 * X.T @ d1
