# style: init_params/forward_prop/back_prop/get_predictions/gradient_descent of the digits video, samples are columns, softmax, one_hot
# network: 6-5-3 relu, softmax, bias (n,1), 8 samples as columns
# expected: mistake: db1 and db2 sum over all nodes and samples (np.sum without an axis), so all biases of a layer move by one number
# finding: summed-over-nodes 49, summed-over-nodes 52
# truth: {"sizes": [6, 5, 3], "samples": 8, "inputs": [[0.4359949021, 0.02592623183, 0.5496624779, 0.4353223926, 0.4203678021, 0.330334821], [0.204648634, 0.6192709664, 0.2996546737, 0.2668272751, 0.6211338328, 0.5291420943], [0.1345799453, 0.5135781213, 0.1844398656, 0.7853351478, 0.8539752926, 0.4942368374], [0.8465614854, 0.07964547701, 0.5052460901, 0.06528650439, 0.4281223276, 0.09653091566], [0.1271599717, 0.596745309, 0.2260120006, 0.1069456843, 0.2203062071, 0.349826285], [0.4677874846, 0.2017432263, 0.6404067252, 0.4830698356, 0.50523672, 0.3868926511], [0.7936374544, 0.5800041789, 0.1622985985, 0.7007523466, 0.9645510801, 0.5000083612], [0.8895200639, 0.3416136527, 0.5671441276, 0.4275459633, 0.436747263, 0.776559185]], "activations": {"hidden": [[0.2267809195, 0.0, 0.1388244145, 0.0, 0.1284346445], [0.5900498947, 0.0, 0.08249604835, 0.0, 0.0], [0.2744497852, 0.0, 0.0, 0.0, 0.0], [0.3353831338, 0.0, 0.3709679584, 0.0, 0.03428756374], [0.6312904702, 0.0, 0.1689547775, 0.0, 0.0], [0.3002461675, 0.0, 0.158316803, 0.0, 0.1045483684], [0.3496696957, 0.0, 0.003641060975, 0.0, 0.0], [0.5445604658, 0.0, 0.3216947549, 0.0, 0.0]], "output": [[0.1876529331, 0.440752834, 0.371594233], [0.1665062585, 0.4749598108, 0.3585339307], [0.186275575, 0.4454396065, 0.3682848185], [0.184477537, 0.4430799231, 0.3724425399], [0.1646260897, 0.4768621637, 0.3585117466], [0.1834581774, 0.4469399664, 0.3696018562], [0.1813009925, 0.4528929468, 0.3658060606], [0.17126921, 0.464281525, 0.364449265]]}, "deltas": {"hidden": [[0.3583374367, -0.0, -0.04411478093, -0.0, 0.1236691471], [-0.2105516361, 0.0, 0.05403135062, 0.0, -0.0], [0.09019854654, 0.0, -0.0, -0.0, 0.0], [0.3599287186, -0.0, -0.04434975594, -0.0, 0.1241990353], [-0.2094440124, 0.0, 0.05383794058, 0.0, -0.0], [0.09143242375, 0.0, -0.04659497023, -0.0, 0.01410516509], [-0.2215059025, 0.0, 0.05628782397, 0.0, -0.0], [0.3701817703, -0.0, -0.04651961012, -0.0, 0.0]], "output": [[-0.8123470669, 0.440752834, 0.371594233], [0.1665062585, -0.5250401892, 0.3585339307], [0.186275575, 0.4454396065, -0.6317151815], [-0.815522463, 0.4430799231, 0.3724425399], [0.1646260897, -0.5231378363, 0.3585117466], [0.1834581774, 0.4469399664, -0.6303981438], [0.1813009925, -0.5471070532, 0.3658060606], [-0.82873079, 0.464281525, 0.364449265]]}}
import numpy as np

np.random.seed(2)
data = np.random.rand(8, 6)
labels = np.array([0, 1, 2, 0, 1, 2, 1, 0])
X_train = data.T
Y_train = labels
n, m = X_train.shape

def init_params():
    W1 = np.random.rand(5, 6) - 0.5
    b1 = np.random.rand(5, 1) - 0.5
    W2 = np.random.rand(3, 5) - 0.5
    b2 = np.random.rand(3, 1) - 0.5
    return W1, b1, W2, b2

def ReLU(Z):
    return np.maximum(Z, 0)

def softmax(Z):
    A = np.exp(Z) / sum(np.exp(Z))
    return A

def forward_prop(W1, b1, W2, b2, X):
    Z1 = W1.dot(X) + b1
    A1 = ReLU(Z1)
    Z2 = W2.dot(A1) + b2
    A2 = softmax(Z2)
    return Z1, A1, Z2, A2

def ReLU_deriv(Z):
    return Z > 0

def one_hot(Y):
    one_hot_Y = np.zeros((Y.size, Y.max() + 1))
    one_hot_Y[np.arange(Y.size), Y] = 1
    one_hot_Y = one_hot_Y.T
    return one_hot_Y

def backward_prop(Z1, A1, Z2, A2, W1, W2, X, Y):
    one_hot_Y = one_hot(Y)
    dZ2 = A2 - one_hot_Y
    dW2 = 1 / m * dZ2.dot(A1.T)
    db2 = 1 / m * np.sum(dZ2)
    dZ1 = W2.T.dot(dZ2) * ReLU_deriv(Z1)
    dW1 = 1 / m * dZ1.dot(X.T)
    db1 = 1 / m * np.sum(dZ1)
    return dW1, db1, dW2, db2

def update_params(W1, b1, W2, b2, dW1, db1, dW2, db2, alpha):
    W1 = W1 - alpha * dW1
    b1 = b1 - alpha * db1
    W2 = W2 - alpha * dW2
    b2 = b2 - alpha * db2
    return W1, b1, W2, b2

def get_predictions(A2):
    return np.argmax(A2, 0)

def get_accuracy(predictions, Y):
    print(predictions, Y)
    return np.sum(predictions == Y) / Y.size

def gradient_descent(X, Y, alpha, iterations):
    W1, b1, W2, b2 = init_params()
    for i in range(iterations):
        Z1, A1, Z2, A2 = forward_prop(W1, b1, W2, b2, X)
        dW1, db1, dW2, db2 = backward_prop(Z1, A1, Z2, A2, W1, W2, X, Y)
        W1, b1, W2, b2 = update_params(W1, b1, W2, b2, dW1, db1, dW2, db2, alpha)
        if i % 50 == 0:
            print("Iteration: ", i)
            predictions = get_predictions(A2)
            print(get_accuracy(predictions, Y))
    return W1, b1, W2, b2

W1, b1, W2, b2 = gradient_descent(X_train, Y_train, 0.10, 200)
