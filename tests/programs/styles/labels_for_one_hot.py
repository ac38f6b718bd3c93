# style: softmax with 3 classes and 3 samples per batch; labels (3,) are subtracted from probs (3,3)
# network: 2-4-3 tanh, softmax, bias (n,), 3 samples
# expected: mistake: labels are not one-hot; probs - labels broadcasts the class numbers over the rows
# finding: targets-not-one-hot 20
# truth: {"sizes": [2, 4, 3], "samples": 3, "inputs": [[1.0, 2.0], [-1.5, 0.3], [0.4, -1.2]], "activations": {"hidden": [[0.770123687, 0.9274973526, 0.997984163, -0.3607402262], [0.686835383, -0.7253891086, -0.9899462838, 0.9980931047], [-0.7738526333, -0.2711218666, -0.1524747896, -0.957512798]], "output": [[0.4741734688, 0.003778135163, 0.522048396], [0.0402010536, 0.9517309829, 0.008067963466], [0.1905405156, 0.2556480977, 0.5538113867]]}, "deltas": {"hidden": [[0.617601958, 0.02374660277, 0.004170156453, -1.395084798], [0.1771072637, -0.5946692758, -0.01351862807, 0.00117965057], [0.4194998513, 0.006742028601, 0.4689136163, -0.09984599499]], "output": [[0.4741734688, -0.9962218648, -1.477951604], [0.0402010536, -0.04826901707, -1.991932037], [0.1905405156, -0.7443519023, -1.446188613]]}}
import numpy as np

np.random.seed(29)
points = np.array([[1.0, 2.0], [-1.5, 0.3], [0.4, -1.2]])
labels = np.array([0, 1, 2])

W1 = np.random.randn(2, 4); b1 = np.zeros(4)
W2 = np.random.randn(4, 3); b2 = np.zeros(3)

for step in range(200):
    hidden = np.tanh(points @ W1 + b1)
    scores = hidden @ W2 + b2
    exps = np.exp(scores)
    probs = exps / exps.sum(axis=1, keepdims=True)
    dscores = probs - labels
    dhidden = dscores @ W2.T * (1 - hidden**2)
    W2 -= 0.01 * hidden.T @ dscores
    b2 -= 0.01 * dscores.sum(axis=0)
    W1 -= 0.01 * points.T @ dhidden
    b1 -= 0.01 * dhidden.sum(axis=0)
print(probs)
