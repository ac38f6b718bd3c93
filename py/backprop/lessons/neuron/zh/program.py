# 一个神经元：一个输入 x，一个权重 w，一个偏置 b。
# 改改这几个数，在这里改，或拖动滑块。
import math

w = 1.2
b = -0.5
x = 1.5


def sigmoid(net):
    return 1 / (1 + math.exp(-net))  # (1.2)


# 前向：神经元的输出是多少？
net = w * x + b  # 输入乘权重，再加偏置
y = sigmoid(net)  # (1.1)

# net 变一点，y 变多少？
slope = y * (1 - y)  # (1.4)

# 同一个斜率，量出来：让 net 动一动
h = 0.00001
more, less = sigmoid(net + h), sigmoid(net - h)
measured = (more - less) / (2 * h)

print(f"net {net:.4f}  y {y:.4f}")
print(f"由 y 算出的斜率  {slope:.6f}")
print(f"量出来的斜率    {measured:.6f}")
