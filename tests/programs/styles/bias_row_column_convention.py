# style: 33_bias_row_column_convention
# network: 2-3-1
# expected: correct
# truth: {"sizes": [2, 3, 1], "samples": 4, "activations": {"output": [[0.341974624072], [0.353679393279], [0.303797903442], [0.320999308058]], "hidden": [[0.588443963488, 0.636382264598, 0.62318682365], [0.634924413133, 0.371651981934, 0.383342669486], [0.775812763764, 0.143863410884, 0.80885172613], [0.808035362947, 0.053738045587, 0.613982838201]]}, "deltas": {"output": [[-0.076953859059], [0.147742608492], [0.147250041545], [-0.069964608668]], "hidden": [[-0.007574145657, -0.005759906946, 0.008916275313], [0.013918093245, 0.011160005365, -0.017232391283], [0.010408601712, 0.005866387885, -0.011233198843], [-0.004410615204, -0.001150783414, 0.008181821079]]}}

import numpy as np
np.random.seed(20)
X = np.array([[0, 0, 1, 1], [0, 1, 0, 1]])
D = np.array([[0, 1, 1, 0]])
W = np.random.randn(3, 3)     # last column: bias
V = np.random.randn(1, 4)     # last column: bias
eta, mse, epoch = 0.8, 1.0, 0
ones = np.ones((1, X.shape[1]))
Xb = np.vstack((X, ones))
while mse > 0.24 and epoch < 60:
    H = 1 / (1 + np.exp(-W @ Xb))
    Hb = np.vstack((H, ones))
    Y = 1 / (1 + np.exp(-V @ Hb))
    E = D - Y
    mse = (E ** 2).mean()
    dV = E * Y * (1 - Y)
    dW = V[:, :-1].T @ dV * H * (1 - H)
    V += eta * dV @ Hb.T
    W += eta * dW @ Xb.T
    epoch += 1
    if epoch % 20 == 0:
        print(f'{epoch:4d} {mse:.6f}')
