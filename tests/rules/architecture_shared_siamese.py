import numpy as np

rng = np.random.default_rng(5)
X = rng.normal(size=(30, 3))
T = (X[:, :1] * X[:, 1:2] > 0).astype(float)
sig = lambda z: 1 / (1 + np.exp(-z))
A = X[:15]
B = X[15:]
S = (A[:, :1] * B[:, :1] > 0).astype(float)
W1 = rng.normal(size=(3, 4))
for s in range(60):
    a = np.tanh(A @ W1)
    b = np.tanh(B @ W1)
    y = sig((a * b).sum(1, keepdims=True))
    d = y - S
    da = d * b * (1 - a * a)
    db = d * a * (1 - b * b)
    W1 -= 0.1 * (A.T @ da + B.T @ db)
