import numpy as np

rng = np.random.default_rng(5)
X = rng.normal(size=(30, 3))
T = (X[:, :1] * X[:, 1:2] > 0).astype(float)
sig = lambda z: 1 / (1 + np.exp(-z))
W1 = rng.normal(size=(3, 4))
W2 = rng.normal(size=(4, 1))
for s in range(60):
    z = X @ W1
    m = z.mean(1, keepdims=True)
    v = ((z - m) ** 2).mean(1, keepdims=True)
    n = (z - m) / np.sqrt(v + 1e-5)
    h = np.maximum(n, 0)
    y = sig(h @ W2)
    d2 = (y - T) * y * (1 - y)
    dn = d2 @ W2.T * (n > 0)
    dz = (dn - dn.mean(1, keepdims=True) - n * (dn * n).mean(1, keepdims=True)) / np.sqrt(v + 1e-5)
    W2 -= 0.1 * h.T @ d2
    W1 -= 0.1 * X.T @ dz
