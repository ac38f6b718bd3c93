import numpy as np

rng = np.random.default_rng(5)
X = rng.normal(size=(30, 3))
T = (X[:, :1] * X[:, 1:2] > 0).astype(float)
sig = lambda z: 1 / (1 + np.exp(-z))
W1 = rng.normal(size=(3, 8))
W2 = rng.normal(size=(8, 1))
for s in range(60):
    i = rng.permutation(30)[:10]
    x = X[i]
    t = T[i]
    m = (rng.random((10, 8)) < 0.8) / 0.8
    h = np.tanh(x @ W1) * m
    y = sig(h @ W2)
    d2 = y - t
    d1 = d2 @ W2.T * m * (1 - np.tanh(x @ W1) ** 2)
    W2 -= 0.05 * h.T @ d2
    W1 -= 0.05 * x.T @ d1
