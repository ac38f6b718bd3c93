# 一个短小的 NumPy 程序：四个样本一起算。
import numpy as np

# 三个输入，最后一个始终是 1。
data = np.array([[0, 0, 1], [0, 1, 1],
                 [1, 0, 1], [1, 1, 1]])
wanted = np.array([[0], [1], [1], [0]])  # 异或

np.random.seed(3)
first = 2 * np.random.random((3, 4)) - 1
second = 2 * np.random.random((4, 1)) - 1

for turn in range(3000):
    # 前向：一行是一个样本。
    hidden = 1 / (1 + np.exp(-(data @ first)))
    guess = 1 / (1 + np.exp(-(hidden @ second)))

    # 反向：误差乘 sigmoid 的斜率。
    out_step = (wanted - guess) * guess * (1 - guess)
    back = out_step @ second.T
    hid_step = back * hidden * (1 - hidden)

    # 更新：把所有样本的改变量加起来。
    second += hidden.T @ out_step
    first += data.T @ hid_step

print(guess.round(3))
