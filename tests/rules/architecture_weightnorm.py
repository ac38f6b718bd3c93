import numpy as np

rng = np.random.default_rng(5)
X = rng.normal(size=(30, 3))
T = (X[:, :1] * X[:, 1:2] > 0).astype(float)
sig = lambda z: 1 / (1 + np.exp(-z))
Vv = rng.normal(size=(3, 4))
gg = np.ones(4)
W2 = rng.normal(size=(4, 1))
for s in range(60):
    nv = np.sqrt((Vv**2).sum(0))
    W1 = gg * Vv / nv
    h = np.tanh(X @ W1)
    y = sig(h @ W2)
    d2 = (y - T) * y * (1 - y)
    d1 = d2 @ W2.T * (1 - h * h)
    dW = X.T @ d1
    dg = (dW * Vv / nv).sum(0)
    dV = gg / nv * dW - gg * dg / nv**2 * Vv
    W2 -= 0.1 * h.T @ d2
    gg -= 0.1 * dg
    Vv -= 0.1 * dV
