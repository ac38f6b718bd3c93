# style: function train() returns only W2; W1 is a new local array each call and the caller keeps the old one
# network: 2-3-1 sigmoid, no bias, 4 samples
# expected: mistake: the new W1 is never given back, so the hidden layer does not learn
# finding: update-lost 18
# truth: {"sizes": [2, 3, 1], "samples": 4, "inputs": [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], "activations": {"hidden": [[0.5, 0.5, 0.5], [0.3091796229, 0.5043359162, 0.5973399757], [0.6270251922, 0.2194712413, 0.5598171555], [0.4293553985, 0.2224567998, 0.6535801869]], "output": [[0.6773770773], [0.6121107046], [0.6663919673], [0.5982881052]]}, "deltas": {"hidden": [[-0.04733819291, -0.02441555782, 0.01685275899], [0.02516152848, 0.01518879572, -0.01008742798], [0.02218618827, 0.008381846642, -0.008322558486], [-0.04506439272, -0.01640877164, 0.01482558429]], "output": [[-0.1480322066], [0.09209701695], [0.0741656405], [-0.1437922332]]}}
import numpy as np

np.random.seed(52)

def sig(x): return 1 / (1 + np.exp(-x))

def one_pass(X, Y, W1, W2, lr):
    H = sig(X @ W1)
    O = sig(H @ W2)
    E = Y - O
    dO = E * O * (1 - O)
    dH = dO @ W2.T * H * (1 - H)
    W1 = W1 + lr * X.T @ dH
    W2 = W2 + lr * H.T @ dO
    return W2, np.abs(E).mean()

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
Y = np.array([[0], [1], [1], [0]])
W1 = np.random.randn(2, 3)
W2 = np.random.randn(3, 1)
for k in range(400):
    W2, e = one_pass(X, Y, W1, W2, 0.8)
    if k % 100 == 0:
        print(k, e)
