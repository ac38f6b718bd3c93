import numpy as np

rng = np.random.default_rng(5)
X = rng.normal(size=(30, 3))
T = (X[:, :1] * X[:, 1:2] > 0).astype(float)
sig = lambda z: 1 / (1 + np.exp(-z))
W1 = rng.normal(size=(3, 5))
W2 = rng.normal(size=(5, 1))
al = 0.25
for s in range(60):
    z = X @ W1
    h = np.where(z > 0, z, al * z)
    y = sig(h @ W2)
    d2 = (y - T) * y * (1 - y)
    g = d2 @ W2.T
    d1 = g * np.where(z > 0, 1, al)
    da = (g * np.where(z > 0, 0, z)).sum()
    W2 -= 0.1 * h.T @ d2
    W1 -= 0.1 * X.T @ d1
    al -= 0.05 * da
