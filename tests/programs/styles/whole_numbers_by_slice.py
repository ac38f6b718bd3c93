# style: W1 = np.array([[1, 2], …]) whole numbers, updated through W1[:] = W1 + …, which cuts the decimals off
# network: 2-2-1 sigmoid, no bias, 4 samples
# expected: mistake: the weights are int arrays, W1[:] = … truncates every step
# finding: weights-truncated 21, weights-truncated 22
# truth: {"sizes": [2, 2, 1], "samples": 4, "inputs": [[0.1, 0.5], [0.9, 0.3], [0.4, 0.8], [0.7, 0.6]], "activations": {"hidden": [[0.7502601056, 0.5744425168], [0.8175744762, 0.1824255238], [0.880797078, 0.5], [0.8698915256, 0.3100255189]], "output": [[0.5438415202], [0.653656053], [0.5940653341], [0.6364215363]]}, "deltas": {"hidden": [[-0.02527902112, 0.03298111115], [0.01169438582, -0.01169438582], [0.01027801527, -0.02447296001], [-0.01666704354, 0.03150056598]], "output": [[-0.1349150737], [0.07840874292], [0.09789184003], [-0.1472610475]]}}
import numpy as np

x = np.array([[0.1, 0.5], [0.9, 0.3], [0.4, 0.8], [0.7, 0.6]])
t = np.array([[0.], [1.], [1.], [0.]])
W1 = np.array([[1, -2], [2, 1]])
W2 = np.array([[1], [-1]])
eta = 1.5

def g(z): return 1 / (1 + np.exp(-z))

for i in range(200):
    h = g(x.dot(W1))
    o = g(h.dot(W2))
    d2 = (t - o) * o * (1 - o)
    d1 = d2.dot(W2.T) * h * (1 - h)
    W2[:] = W2 + eta * h.T.dot(d2)
    W1[:] = W1 + eta * x.T.dot(d1)
print(W1, W2)
print(o)
