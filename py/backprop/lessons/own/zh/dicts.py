# 参数、中间结果和梯度都放在字典里。
# 一列是一个样本：X 有 2 行、m 列。
import numpy as np

X = np.array([[0.0, 0.0, 1.0, 1.0],
              [0.0, 1.0, 0.0, 1.0]])
Y = np.array([[0.0, 1.0, 1.0, 0.0]])  # 异或
m = X.shape[1]


def initialise(n_x, n_h, n_y):
    np.random.seed(2)
    return {
        "W1": np.random.randn(n_h, n_x),
        "b1": np.zeros((n_h, 1)),
        "W2": np.random.randn(n_y, n_h),
        "b2": np.zeros((n_y, 1)),
    }


def forward(params):
    Z1 = params["W1"] @ X + params["b1"]
    A1 = np.tanh(Z1)
    Z2 = params["W2"] @ A1 + params["b2"]
    A2 = 1 / (1 + np.exp(-Z2))
    return {"A1": A1, "A2": A2}


def backward(params, cache):
    # 交叉熵：输出层的 delta 是 A2 - Y。
    dZ2 = cache["A2"] - Y
    dZ1 = params["W2"].T @ dZ2 * (1 - cache["A1"] ** 2)
    return {
        "W2": dZ2 @ cache["A1"].T / m,
        "b2": dZ2.sum(axis=1, keepdims=True) / m,
        "W1": dZ1 @ X.T / m,
        "b1": dZ1.sum(axis=1, keepdims=True) / m,
    }


params = initialise(2, 4, 1)
for i in range(1500):
    cache = forward(params)
    loss = -np.mean(Y * np.log(cache["A2"])
                    + (1 - Y) * np.log(1 - cache["A2"]))
    grads = backward(params, cache)
    for name in params:
        params[name] = params[name] - 1.2 * grads[name]

print("损失", loss.round(4))
print(cache["A2"].round(3))
