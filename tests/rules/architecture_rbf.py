import numpy as np

rng = np.random.default_rng(5)
X = rng.normal(size=(30, 3))
T = (X[:, :1] * X[:, 1:2] > 0).astype(float)
sig = lambda z: 1 / (1 + np.exp(-z))
C = X[:5].copy()
W2 = rng.normal(size=(5, 1))
for s in range(60):
    h = np.exp(-((X[:, None] - C) ** 2).sum(2))
    y = h @ W2
    d2 = y - T
    W2 -= 0.02 * h.T @ d2
