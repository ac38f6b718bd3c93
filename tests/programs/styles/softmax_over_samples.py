# style: softmax over axis=0 although the samples are rows; cross-entropy; relu
# network: 3-5-3 relu, softmax along the samples, bias (1,n), 6 samples
# expected: mistake: softmax divides by the sum over the samples (axis=0) instead of over the classes
# finding: softmax-over-samples 22
# truth: {"sizes": [3, 5, 3], "samples": 6, "inputs": [[0.4170220047, 0.7203244934, 0.0001143748173], [0.3023325726, 0.1467558908, 0.09233859477], [0.1862602114, 0.345560727, 0.3967674742], [0.538816734, 0.4191945144, 0.6852195004], [0.2044522497, 0.8781174364, 0.0273875932], [0.6704675102, 0.4173048024, 0.5586898284]], "activations": {"hidden": [[0.0, 0.0, 0.3570903658, 0.0, 0.3010608456], [0.0, 0.0, 0.2045963082, 0.0, 0.04180670938], [0.0, 0.05697071095, 0.3080018098, 0.0, 0.1258784795], [0.03042813002, 0.06203191114, 0.5889963808, 0.0, 0.1210991668], [0.0, 0.0, 0.3073016763, 0.0, 0.3866331388], [0.0, 0.01634340331, 0.6026664874, 0.0, 0.1173734686]], "output": [[0.175821874, 0.167375145, 0.1605064602], [0.1714129798, 0.1778740566, 0.1761181884], [0.1670525428, 0.1703438467, 0.1681946866], [0.1497700006, 0.1573819098, 0.1690948007], [0.1834062145, 0.1685174884, 0.155742474], [0.1525363883, 0.1585075535, 0.1703433901]]}, "deltas": {"hidden": [[0.0, 0.0, 0.2328869333, 0.0, -0.3144621008], [0.0, 0.0, 0.1618956699, -0.0, 0.05143255199], [-0.0, 0.1553862776, -0.09800076756, -0.0, 0.3318467387], [0.3372555439, 0.1637726248, 0.2443342705, 0.0, -0.3244772378], [0.0, 0.0, 0.1604564143, -0.0, 0.06294475459], [-0.0, 0.1606902036, -0.08992597189, -0.0, 0.3276834357]], "output": [[-0.824178126, 0.167375145, 0.1605064602], [0.1714129798, -0.8221259434, 0.1761181884], [0.1670525428, 0.1703438467, -0.8318053134], [-0.8502299994, 0.1573819098, 0.1690948007], [0.1834062145, -0.8314825116, 0.155742474], [0.1525363883, 0.1585075535, -0.8296566099]]}}
import numpy as np

np.random.seed(1)

class SimpleNN:
    def __init__(self, input_size, hidden_size, output_size):
        self.W1 = np.random.randn(input_size, hidden_size) * 0.4
        self.b1 = np.zeros((1, hidden_size))
        self.W2 = np.random.randn(hidden_size, output_size) * 0.4
        self.b2 = np.zeros((1, output_size))

    def relu(self, z):
        return np.maximum(0, z)

    def softmax(self, z):
        e = np.exp(z - np.max(z))
        return e / e.sum(axis=0)

    def forward(self, X):
        self.z1 = X @ self.W1 + self.b1
        self.a1 = self.relu(self.z1)
        self.z2 = self.a1 @ self.W2 + self.b2
        self.a2 = self.softmax(self.z2)
        return self.a2

    def backward(self, X, y, lr):
        m = X.shape[0]
        self.dz2 = self.a2 - y
        self.dz1 = (self.dz2 @ self.W2.T) * (self.z1 > 0)
        self.W2 -= lr * self.a1.T @ self.dz2 / m
        self.b2 -= lr * self.dz2.sum(axis=0, keepdims=True) / m
        self.W1 -= lr * X.T @ self.dz1 / m
        self.b1 -= lr * self.dz1.sum(axis=0, keepdims=True) / m

X = np.random.rand(6, 3)
y = np.eye(3)[[0, 1, 2, 0, 1, 2]]
nn = SimpleNN(3, 5, 3)
for i in range(300):
    out = nn.forward(X)
    loss = -np.mean(np.sum(y * np.log(out), axis=1))
    nn.backward(X, y, 0.1)
    if i % 100 == 0:
        print(loss)
