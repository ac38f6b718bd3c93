# style: Korean homework: deltas of the samples are averaged, then multiplied by the averaged inputs
# network: 2-3-1 sigmoid, bias (1,n), 4 samples
# expected: mistake: mean of delta times mean of activation is not the mean of the products
# finding: average-times-average 35, average-times-average 37
# truth: {"sizes": [2, 3, 1], "samples": 4, "inputs": [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], "activations": {"hidden": [[0.5659906757, 0.5271105169, 0.5010728561], [0.563930095, 0.6747799263, 0.3283198157], [0.8316124123, 0.6950482076, 0.1763741368], [0.8304351287, 0.8092529717, 0.09438822138]], "output": [[0.4420550869], [0.4070076313], [0.3550059328], [0.3438735493]]}, "deltas": {"hidden": [[-0.004676244466, 0.01176845926, 0.03279149643], [0.00614507109, -0.01360048586, -0.03796990511], [0.003610961451, -0.01355524379, -0.02581018083], [-0.001907530315, 0.005186105364, 0.007978551872]], "output": [[0.1090295218], [-0.1431201428], [-0.1476886262], [0.07758630843]]}}
import numpy as np

np.random.seed(10)

X = np.array([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
Y = np.array([[0.], [1.], [1.], [0.]])

# 가중치 초기화
W1 = np.random.randn(2, 3)
B1 = np.random.randn(1, 3)
W2 = np.random.randn(3, 1)
B2 = np.random.randn(1, 1)
lr = 0.5

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

for epoch in range(1000):
    # 순전파
    H = sigmoid(X @ W1 + B1)
    O = sigmoid(H @ W2 + B2)

    # 역전파
    dO = (O - Y) * O * (1 - O)
    dH = dO @ W2.T * H * (1 - H)

    # 평균 기울기
    mO = dO.mean(axis=0, keepdims=True)
    mH = dH.mean(axis=0, keepdims=True)
    W2 -= lr * H.mean(axis=0, keepdims=True).T @ mO
    B2 -= lr * mO
    W1 -= lr * X.mean(axis=0, keepdims=True).T @ mH
    B1 -= lr * mH

    if epoch % 200 == 0:
        print(epoch, np.mean((O - Y) ** 2))
