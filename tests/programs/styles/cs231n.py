# style: 09_cs231n
# network: 5-6-4
# expected: correct
# truth: {"sizes": [5, 6, 4], "samples": 6, "activations": {"output": [[0.242889404835, 0.313259938921, 0.281466922489, 0.162383733755], [0.214953482995, 0.286900761707, 0.276720079937, 0.221425675361], [0.409222085481, 0.180253234076, 0.198237937849, 0.212286742595], [0.248891504506, 0.214156751159, 0.267597547201, 0.269354197134], [0.289120424011, 0.218412857358, 0.240656979251, 0.25180973938], [0.409222085481, 0.180253234076, 0.198237937849, 0.212286742595]], "hidden": [[0.081459696895, 0.555565774941, 1.048797002816, 0.0, 0.018471844699, 0.415474409105], [0.0, 0.038191113422, 0.0, 0.0, 0.096602802553, 0.254622402642], [0.0, 0.87728399717, 0.149467790904, 1.067714786762, 0.0, 0.0], [0.279401961616, 0.0, 0.0, 0.0, 0.189794419841, 0.0], [0.0, 0.047925129723, 0.0, 0.496735238663, 0.0, 0.0], [0.0, 0.87728399717, 0.149467790904, 1.067714786762, 0.0, 0.0]]}, "deltas": {"output": [[0.040481567473, -0.114456676847, 0.046911153748, 0.027063955626], [0.035825580499, 0.047816793618, 0.046120013323, -0.12976238744], [0.068203680913, 0.030042205679, 0.033039656308, -0.131285542901], [0.041481917418, 0.03569279186, -0.122067075466, 0.044892366189], [0.048186737335, -0.130264523774, 0.040109496542, 0.041968289897], [0.068203680913, 0.030042205679, 0.033039656308, -0.131285542901]], "hidden": [[0.06941606239, 7.1535146e-05, -0.002919990716, 0.0, 0.017633337865, -0.086793559074], [-0.0, 0.021712979038, 0.0, -0.0, 0.000472902317, 0.081415680305], [-0.0, 0.033154982229, 0.027200438935, 0.004153860991, -0.0, 0.0], [0.007459737369, 0.0, -0.0, 0.0, -0.067167939351, -0.0], [0.0, 0.001155851049, -0.0, 0.046947428035, 0.0, -0.0], [-0.0, 0.033154982229, 0.027200438935, 0.004153860991, -0.0, 0.0]]}}

import numpy as np

def affine_forward(x, w, b):
    out = x.reshape(x.shape[0], -1).dot(w) + b
    return out, (x, w, b)

def affine_backward(dout, cache):
    x, w, b = cache
    dx = dout.dot(w.T).reshape(x.shape)
    dw = x.reshape(x.shape[0], -1).T.dot(dout)
    db = np.sum(dout, axis=0)
    return dx, dw, db

def relu_forward(x):
    out = np.maximum(0, x)
    return out, x

def relu_backward(dout, cache):
    dx, x = None, cache
    dx = dout * (x > 0)
    return dx

def softmax_loss(x, y):
    shifted_logits = x - np.max(x, axis=1, keepdims=True)
    Z = np.sum(np.exp(shifted_logits), axis=1, keepdims=True)
    log_probs = shifted_logits - np.log(Z)
    probs = np.exp(log_probs)
    N = x.shape[0]
    loss = -np.sum(log_probs[np.arange(N), y]) / N
    dx = probs.copy()
    dx[np.arange(N), y] -= 1
    dx /= N
    return loss, dx

class TwoLayerNet(object):
    def __init__(self, input_dim=5, hidden_dim=6, num_classes=4, weight_scale=0.3, reg=0.0):
        self.params = {}
        self.reg = reg
        self.params['W1'] = weight_scale * np.random.randn(input_dim, hidden_dim)
        self.params['b1'] = np.zeros(hidden_dim)
        self.params['W2'] = weight_scale * np.random.randn(hidden_dim, num_classes)
        self.params['b2'] = np.zeros(num_classes)

    def loss(self, X, y=None):
        W1, b1 = self.params['W1'], self.params['b1']
        W2, b2 = self.params['W2'], self.params['b2']
        h, fc_cache = affine_forward(X, W1, b1)
        h, r_cache = relu_forward(h)
        scores, out_cache = affine_forward(h, W2, b2)
        if y is None:
            return scores
        loss, grads = 0, {}
        loss, dscores = softmax_loss(scores, y)
        loss += 0.5 * self.reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
        dh, grads['W2'], grads['b2'] = affine_backward(dscores, out_cache)
        dh = relu_backward(dh, r_cache)
        dx, grads['W1'], grads['b1'] = affine_backward(dh, fc_cache)
        grads['W1'] += self.reg * W1
        grads['W2'] += self.reg * W2
        return loss, grads

np.random.seed(231)
num_train = 20
X_train = np.random.randn(num_train, 5)
y_train = np.random.randint(4, size=num_train)
X_val = np.random.randn(8, 5)
y_val = np.random.randint(4, size=8)
model = TwoLayerNet(reg=1e-2)
learning_rate, learning_rate_decay, batch_size = 0.5, 0.95, 6
best_val = 0
for it in range(30):
    sample_indices = np.random.choice(num_train, batch_size)
    X_batch = X_train[sample_indices]
    y_batch = y_train[sample_indices]
    loss, grads = model.loss(X_batch, y=y_batch)
    for param_name in model.params:
        model.params[param_name] -= learning_rate * grads[param_name]
    if it % 10 == 0:
        train_acc = (np.argmax(model.loss(X_batch), axis=1) == y_batch).mean()
        val_acc = (np.argmax(model.loss(X_val), axis=1) == y_val).mean()
        best_val = max(val_acc, best_val)
        print('iteration %d / 30: loss %f, train %f val %f' % (it, loss, train_acc, val_acc))
        learning_rate *= learning_rate_decay
