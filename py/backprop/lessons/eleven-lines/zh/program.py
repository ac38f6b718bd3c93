# 异或，一次算一整层：X 的一行是一个样本。
import numpy as np

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])


def sigmoid(net):
    return 1 / (1 + np.exp(-net))


def slope(output):  # sigmoid 的斜率，只用它的输出
    return output * (1 - output)


np.random.seed(1)
syn0 = 2 * np.random.random((3, 4)) - 1  # [起点, 终点]：输入层到隐藏层
syn1 = 2 * np.random.random((4, 1)) - 1  # 隐藏层到输出层

for iteration in range(60000):
    # 前向
    l0 = X
    l1 = sigmoid(np.dot(l0, syn0))
    l2 = sigmoid(np.dot(l1, syn1))

    l2_error = y - l2
    if iteration % 10000 == 0:
        print(iteration, "误差", np.mean(np.abs(l2_error)))

    # 反向：l2_delta 传回来，就是隐藏层的误差
    l2_delta = l2_error * slope(l2)
    l1_error = np.dot(l2_delta, syn1.T)
    l1_delta = l1_error * slope(l1)

    # 更新：.T 把行变成列，dot 把各个样本加起来
    syn1 += np.dot(l1.T, l2_delta)
    syn0 += np.dot(l0.T, l1_delta)

print("训练后的输出：")
print(l2)
