import numpy as np

rng = np.random.default_rng(5)
X = rng.normal(size=(30, 3))
T = (X[:, :1] * X[:, 1:2] > 0).astype(float)
sig = lambda z: 1 / (1 + np.exp(-z))
U = X[:, 2:] ** 2
W1 = rng.normal(size=(3, 5))
A = rng.normal(size=(5, 1))
B = rng.normal(size=(5, 1))
for s in range(60):
    h = np.tanh(X @ W1)
    y = sig(h @ A)
    u = h @ B
    da = (y - T) * y * (1 - y)
    db = u - U
    d1 = (da @ A.T + db @ B.T) * (1 - h * h)
    A -= 0.05 * h.T @ da
    B -= 0.05 * h.T @ db
    W1 -= 0.05 * X.T @ d1
