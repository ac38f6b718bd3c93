import numpy as np

rng = np.random.default_rng(5)
X = rng.normal(size=(30, 3))
T = (X[:, :1] * X[:, 1:2] > 0).astype(float)
sig = lambda z: 1 / (1 + np.exp(-z))
W = rng.normal(size=(3, 2))
for s in range(60):
    h = np.tanh(X @ W)
    y = h @ W.T
    d2 = (y - X) / len(X)
    d1 = d2 @ W * (1 - h * h)
    W -= 0.1 * (X.T @ d1 + d2.T @ h)
