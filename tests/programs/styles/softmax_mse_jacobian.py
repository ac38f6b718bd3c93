# style: 56_softmax_mse_jacobian
# network: 3-4-3
# expected: correct
# truth: {"sizes": [3, 4, 3], "samples": 1, "activations": {"output": [[0.00013528253, 0.823129773453, 0.176734944017]], "hidden": [[-0.083940592128, -0.103480392718, 3.135484390918, 3.966471817473]]}, "deltas": {"output": [[-0.000231131192, 0.094237801022, -0.09400666983]], "hidden": [[-0.02793347035, 0.009189693119, 0.024844564488, 0.005143683326]]}}

import numpy as np
rng = np.random.default_rng(123)
def softmax(v):
    e = np.exp(v - v.max())
    return e / e.sum()
W = rng.normal(size=(4, 3)); b = rng.normal(size=4)
U = rng.normal(size=(3, 4)); c = rng.normal(size=3)
data = [(rng.normal(size=3), np.eye(3)[k % 3]) for k in range(6)]
for epoch in range(20):
    total = 0.0
    for x, t in data:
        h = np.maximum(0.1 * (W @ x + b), W @ x + b)
        p = softmax(U @ h + c)
        total += 0.5 * np.sum((p - t) ** 2)
        J = np.diag(p) - np.outer(p, p)
        dp = J @ (p - t)
        dh = (U.T @ dp) * np.where(W @ x + b > 0, 1, 0.1)
        U -= 0.2 * np.outer(dp, h); c -= 0.2 * dp
        W -= 0.2 * np.outer(dh, x); b -= 0.2 * dh
    if epoch % 5 == 0: print(epoch, total)
