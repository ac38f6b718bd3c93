# 没有隐藏层的网络，四个样本一起算：
# X 的一行是一个样本，y 的一行是它的目标。
import numpy as np

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [0], [1], [1]])


def sigmoid(net):
    return 1 / (1 + np.exp(-net))


def slope(output):  # sigmoid 的斜率，只用它的输出
    return output * (1 - output)


np.random.seed(1)
syn0 = 2 * np.random.random((3, 1)) - 1  # syn0[i] 是输入 i 的权重

for iteration in range(10000):
    # 前向：四个输出一起算
    l0 = X
    l1 = sigmoid(np.dot(l0, syn0))

    # 反向：四个 net 各该往哪边变？
    l1_error = y - l1
    l1_delta = l1_error * slope(l1)

    # 更新：delta 乘输入，对四个样本求和
    syn0 += np.dot(l0.T, l1_delta)

    if iteration % 2000 == 0:
        print(iteration, "误差", np.mean(np.abs(l1_error)))

print("训练后的输出：")
print(l1)
