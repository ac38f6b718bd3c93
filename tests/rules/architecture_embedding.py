import numpy as np

rng = np.random.default_rng(5)
X = rng.normal(size=(30, 3))
T = (X[:, :1] * X[:, 1:2] > 0).astype(float)
sig = lambda z: 1 / (1 + np.exp(-z))
I = rng.integers(0, 6, 30)
E = rng.normal(size=(6, 3))
W2 = rng.normal(size=(3, 1))
for s in range(60):
    h = np.tanh(E[I])
    y = sig(h @ W2)
    d2 = (y - T) * y * (1 - y)
    d1 = d2 @ W2.T * (1 - h * h)
    W2 -= 0.1 * h.T @ d2
    np.subtract.at(E, I, 0.1 * d1)
