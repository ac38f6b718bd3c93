import numpy as np

rng = np.random.default_rng(5)
X = rng.normal(size=(30, 3))
T = (X[:, :1] * X[:, 1:2] > 0).astype(float)
sig = lambda z: 1 / (1 + np.exp(-z))
W1 = rng.normal(size=(3, 4))
W2 = rng.normal(size=(4, 1))
ga = np.ones(4)
be = np.zeros(4)
for s in range(60):
    z = X @ W1
    m = z.mean(0)
    v = z.var(0)
    n = (z - m) / np.sqrt(v + 1e-5)
    o = ga * n + be
    h = np.maximum(o, 0)
    y = sig(h @ W2)
    d2 = (y - T) * y * (1 - y) / len(X)
    do = d2 @ W2.T * (o > 0)
    dn = do * ga
    dz = (dn - dn.mean(0) - n * (dn * n).mean(0)) / np.sqrt(v + 1e-5)
    W2 -= h.T @ d2
    ga -= (do * n).sum(0)
    be -= do.sum(0)
    W1 -= X.T @ dz
