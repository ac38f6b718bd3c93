import numpy as np

rng = np.random.default_rng(5)
X = rng.normal(size=(30, 3))
T = (X[:, :1] * X[:, 1:2] > 0).astype(float)
sig = lambda z: 1 / (1 + np.exp(-z))
W0 = rng.normal(size=(3, 4))
W1 = rng.normal(size=(4, 4)) * 0.5
W2 = rng.normal(size=(4, 1))
for s in range(60):
    a = np.tanh(X @ W0)
    r = np.tanh(a @ W1)
    h = a + r
    y = sig(h @ W2)
    d2 = (y - T) * y * (1 - y)
    g = d2 @ W2.T
    d1 = g * (1 - r * r)
    d0 = (g + d1 @ W1.T) * (1 - a * a)
    W2 -= 0.1 * h.T @ d2
    W1 -= 0.1 * a.T @ d1
    W0 -= 0.1 * X.T @ d0
