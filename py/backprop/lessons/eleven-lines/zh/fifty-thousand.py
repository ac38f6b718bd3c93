# 同一个网络，同样的初始权重，迭代 50,000 次。
# 一个函数既是 sigmoid，也可以给出它的斜率。
import numpy as np


def sigmoid(value, slope=False):
    if slope:  # 这里的 value 是 sigmoid 的输出，不是 net
        return value * (1 - value)
    return 1 / (1 + np.exp(-value))


X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])

np.random.seed(1)
syn0 = 2 * np.random.random((3, 4)) - 1
syn1 = 2 * np.random.random((4, 1)) - 1

for iteration in range(50000):
    l0 = X
    l1 = sigmoid(np.dot(l0, syn0))
    l2 = sigmoid(np.dot(l1, syn1))

    l2_error = y - l2
    l2_delta = l2_error * sigmoid(l2, slope=True)
    l1_error = l2_delta.dot(syn1.T)
    l1_delta = l1_error * sigmoid(l1, slope=True)

    syn1 += l1.T.dot(l2_delta)
    syn0 += l0.T.dot(l1_delta)

    if iteration % 10000 == 0:
        print(iteration, "误差", np.mean(np.abs(l2_error)))
        print("  输出", l2.ravel())
