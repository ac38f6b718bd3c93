# style: two loops epochs/batches with slices, permutation, functions forward/backward/step with closure; momentum with wrong sign
# network: 2-4-1 sigmoid, bias (n,), batches of 4, momentum
# expected: mistake: the velocity is subtracted from the step (v = -mu*v + lr*g), momentum brakes
# finding: momentum-sign 29
# truth: {"sizes": [2, 4, 1], "samples": 4, "inputs": [[0.5941388575, -0.06413009431], [-0.9894693909, 0.6424568368], [-0.4902608247, -0.1098473882], [0.2250792085, -0.9121159841]], "activations": {"hidden": [[0.5240420157, 0.4704521056, 0.1982644629, 0.4281458619], [0.4535691159, 0.5640852217, 0.8186474372, 0.5562815406], [0.4821273143, 0.5197892131, 0.802493159, 0.57849054], [0.5198695054, 0.4637076366, 0.6961838451, 0.5779876271]], "output": [[0.2633345793], [0.3820646841], [0.3756664927], [0.3516188818]]}, "deltas": {"hidden": [[-0.01246780754, -0.01029361374, 0.008614616831, -0.01010006727], [-0.02187584404, -0.01794007528, 0.01420729171, -0.01797960446], [0.03577583567, 0.02956351437, -0.02462255493, 0.02883370925], [-0.01957932282, -0.01612433214, 0.01798802267, -0.01578990953]], "output": [[0.05108413774], [0.09020213316], [-0.1464319169], [0.08016314293]]}}
import numpy as np

rng = np.random.default_rng(7)
X = rng.uniform(-1, 1, size=(12, 2))
Y = ((X[:, 0] * X[:, 1]) > 0).astype(float).reshape(-1, 1)

def make_net(n_in, n_hid, n_out):
    P = dict(W1=rng.normal(size=(n_in, n_hid)), b1=np.zeros(n_hid), W2=rng.normal(size=(n_hid, n_out)), b2=np.zeros(n_out))
    V = {k: np.zeros_like(v) for k, v in P.items()}

    def forward(x):
        h = 1 / (1 + np.exp(-(x @ P['W1'] + P['b1'])))
        o = 1 / (1 + np.exp(-(h @ P['W2'] + P['b2'])))
        return h, o

    def backward(x, y, h, o):
        do = (o - y) * o * (1 - o)
        dh = do @ P['W2'].T * h * (1 - h)
        n = len(x)
        return dict(W2=h.T @ do / n, b2=do.sum(0) / n, W1=x.T @ dh / n, b1=dh.sum(0) / n)

    def step(g, lr, mu):
        for k in P:
            V[k] = lr * g[k] - mu * V[k]
            P[k] -= V[k]

    return forward, backward, step

ahead, back, change = make_net(2, 4, 1)
for epoch in range(100):
    order = rng.permutation(len(X))
    for s in range(0, len(X), 4):
        idx = order[s:s + 4]
        h, o = ahead(X[idx])
        change(back(X[idx], Y[idx], h, o), lr=0.8, mu=0.5)
print(np.mean((ahead(X)[1] - Y) ** 2))
