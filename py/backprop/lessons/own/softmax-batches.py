# Three classes: softmax, one-hot targets, mini-batches.
import numpy as np

rng = np.random.default_rng(7)

# Ten points around each of three centres
centres = np.array([[0.0, 1.0], [1.0, -0.5], [-1.0, -0.5]])
classes = np.repeat([0, 1, 2], 10)
points = centres[classes] + rng.normal(0, 0.3, (30, 2))
one_hot = np.eye(3)[classes]

W1 = rng.normal(0, 0.5, (2, 4))
b1 = np.zeros(4)
W2 = rng.normal(0, 0.5, (4, 3))
b2 = np.zeros(3)
lr = 0.3
batch = 5

for epoch in range(40):
    order = rng.permutation(30)
    for start in range(0, 30, batch):
        pick = order[start:start + batch]
        x, t = points[pick], one_hot[pick]

        # Forward: ReLU, then softmax
        z1 = x @ W1 + b1
        h = np.maximum(z1, 0)
        z2 = h @ W2 + b2
        e = np.exp(z2 - z2.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)

        # Backward: softmax and cross-entropy together
        dz2 = (p - t) / batch
        dz1 = (dz2 @ W2.T) * (z1 > 0)

        W2 -= lr * h.T @ dz2
        b2 -= lr * dz2.sum(axis=0)
        W1 -= lr * x.T @ dz1
        b1 -= lr * dz1.sum(axis=0)

answers = np.maximum(points @ W1 + b1, 0) @ W2 + b2
right = (answers.argmax(axis=1) == classes).mean()
print("right:", right)
