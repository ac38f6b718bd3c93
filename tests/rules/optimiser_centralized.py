import numpy as np

rng = np.random.default_rng(3)
X = rng.normal(size=(40, 3))
T = (X[:, :1] * X[:, 1:2] > 0).astype(float)
W1 = rng.normal(size=(3, 5))
b1 = np.zeros(5)
W2 = rng.normal(size=(5, 1))
b2 = np.zeros(1)
P = [W1, b1, W2, b2]
sig = lambda z: 1 / (1 + np.exp(-z))

for step in range(120):
    h = np.tanh(X @ W1 + b1)
    y = sig(h @ W2 + b2)
    d2 = (y - T) * y * (1 - y) / len(X)
    d1 = d2 @ W2.T * (1 - h**2)
    G = [X.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)]
    for p, g in zip(P, G):
        if g.ndim > 1:
            g = g - g.mean(0)
        p -= 2 * g
