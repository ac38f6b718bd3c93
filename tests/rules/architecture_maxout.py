import numpy as np

rng = np.random.default_rng(5)
X = rng.normal(size=(30, 3))
T = (X[:, :1] * X[:, 1:2] > 0).astype(float)
sig = lambda z: 1 / (1 + np.exp(-z))
P = rng.normal(size=(3, 4))
Q = rng.normal(size=(3, 4))
W2 = rng.normal(size=(4, 1))
for s in range(60):
    p = X @ P
    q = X @ Q
    h = np.maximum(p, q)
    y = sig(h @ W2)
    d2 = (y - T) * y * (1 - y)
    g = d2 @ W2.T
    dp = g * (p >= q)
    dq = g * (p < q)
    W2 -= 0.1 * h.T @ d2
    P -= 0.1 * X.T @ dp
    Q -= 0.1 * X.T @ dq
