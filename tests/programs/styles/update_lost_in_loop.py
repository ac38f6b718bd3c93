# style: params in lists, "for w, g in zip(weights, grads): w = w - lr*g" which changes nothing
# network: 2-3-1 sigmoid, bias (1,n), 4 samples
# expected: mistake: w = w - lr*g only binds the loop's own name, the weights in the list never change
# finding: update-lost 32
# truth: {"sizes": [2, 3, 1], "samples": 4, "inputs": [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], "activations": {"hidden": [[0.5, 0.5, 0.5], [0.400344102, 0.3535914858, 0.4393372367], [0.5550270266, 0.4156965252, 0.3594508185], [0.4543702365, 0.2801425882, 0.3054239558]], "output": [[0.7179378245], [0.674967195], [0.7123431058], [0.6704489623]]}, "deltas": {"hidden": [[0.03763076873, 0.02110815617, 0.009174269951], [-0.01772381313, -0.009465372148, -0.004433531212], [-0.01507200833, -0.008314677946, -0.003425655947], [0.03802302088, 0.01734888291, 0.007932133471]], "output": [[0.1453846384], [-0.0713078032], [-0.0589438908], [0.1481337883]]}}
import numpy as np

np.random.seed(19)
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])

weights = [np.random.randn(2, 3), np.random.randn(3, 1)]
biases = [np.zeros((1, 3)), np.zeros((1, 1))]
lr = 0.5

def sigmoid(x):
    return 1/(1+np.exp(-x))

for epoch in range(300):
    activations = [X]
    for w, b in zip(weights, biases):
        activations.append(sigmoid(activations[-1] @ w + b))
    out = activations[-1]
    delta = (out - y) * out * (1 - out)
    grads_w, grads_b, deltas = [], [], []
    for l in (1, 0):
        deltas.insert(0, delta)
        grads_w.insert(0, activations[l].T @ delta)
        grads_b.insert(0, delta.sum(axis=0, keepdims=True))
        delta = delta @ weights[l].T * activations[l] * (1 - activations[l])
    for w, g in zip(weights, grads_w):
        w = w - lr * g
    for b, g in zip(biases, grads_b):
        b = b - lr * g
    if epoch % 100 == 0:
        print(epoch, np.mean((out - y) ** 2))
