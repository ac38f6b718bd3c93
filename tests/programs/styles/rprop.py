# style: 55_rprop
# network: 2-4-1
# expected: correct
# truth: {"sizes": [2, 4, 1], "samples": 4, "activations": {"output": [[0.677802267941], [0.60580739423], [0.651025928941], [0.597527748796]], "hidden": [[0.5, 0.5, 0.5, 0.5], [0.406522152683, 0.381984061686, 0.179854853142, 0.379688172689], [0.50027713865, 0.428115490127, 0.246741672742, 0.496779355356], [0.40678963238, 0.31633214978, 0.067019699879, 0.376658698006]]}, "deltas": {"output": [[0.1480227657], [-0.09413508454], [-0.07928382708], [0.143698455345]], "hidden": [[-0.00890655122, -0.023977743773, 0.023531589096, 0.064394244043], [0.005466146826, 0.014399129137, -0.00882972404, -0.038580439781], [0.004770517876, 0.01257748108, -0.009370306243, -0.034489358853], [-0.008345872677, -0.020136332877, 0.005713599375, 0.058708979379]]}}

import numpy as np
np.random.seed(9)
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
y = np.array([[0], [1], [1], [0]], dtype=float)
sigmoid = lambda z: 1 / (1 + np.exp(-z))
params = {'W1': np.random.randn(2, 4), 'b1': np.zeros((1, 4)), 'W2': np.random.randn(4, 1), 'b2': np.zeros((1, 1))}
steps = {k: np.full_like(p, 0.1) for k, p in params.items()}
last = {k: np.zeros_like(p) for k, p in params.items()}
for epoch in range(40):
    h = sigmoid(X @ params['W1'] + params['b1'])
    o = sigmoid(h @ params['W2'] + params['b2'])
    d2 = (o - y) * o * (1 - o)
    d1 = d2 @ params['W2'].T * h * (1 - h)
    grads = {'W1': X.T @ d1, 'b1': d1.sum(0, keepdims=True), 'W2': h.T @ d2, 'b2': d2.sum(0, keepdims=True)}
    for k in params:
        same = np.sign(grads[k] * last[k])
        steps[k] = np.where(same > 0, np.minimum(steps[k] * 1.2, 50), np.where(same < 0, np.maximum(steps[k] * 0.5, 1e-6), steps[k]))
        params[k] -= np.sign(grads[k]) * steps[k]
        last[k] = grads[k]
    if epoch % 10 == 0: print(epoch, ((o - y) ** 2).mean())
