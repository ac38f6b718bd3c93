# 三个类别：softmax、独热目标、小批量。
import numpy as np

rng = np.random.default_rng(7)

# 三个中心，各有十个点
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

        # 前向：先 ReLU，再 softmax
        z1 = x @ W1 + b1
        h = np.maximum(z1, 0)
        z2 = h @ W2 + b2
        e = np.exp(z2 - z2.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)

        # 反向：softmax 和交叉熵合在一起
        dz2 = (p - t) / batch
        dz1 = (dz2 @ W2.T) * (z1 > 0)

        W2 -= lr * h.T @ dz2
        b2 -= lr * dz2.sum(axis=0)
        W1 -= lr * x.T @ dz1
        b1 -= lr * dz1.sum(axis=0)

answers = np.maximum(points @ W1 + b1, 0) @ W2 + b2
right = (answers.argmax(axis=1) == classes).mean()
print("正确率：", right)
