import numpy as np

rng = np.random.default_rng(5)
X = rng.normal(size=(30, 3))
T = (X[:, :1] * X[:, 1:2] > 0).astype(float)
sig = lambda z: 1 / (1 + np.exp(-z))
K = rng.integers(0, 3, 30)
Y = np.eye(3)[K]
W1 = rng.normal(size=(3, 5))
W2 = rng.normal(size=(5, 3))
tau = 2.0
for s in range(60):
    h = np.tanh(X @ W1)
    z = h @ W2 / tau
    e = np.exp(z - z.max(1, keepdims=True))
    p = e / e.sum(1, keepdims=True)
    d2 = (p - Y) / tau / len(X)
    d1 = d2 @ W2.T * (1 - h * h)
    W2 -= h.T @ d2
    W1 -= X.T @ d1
