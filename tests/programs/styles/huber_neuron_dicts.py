# style: neuron_dicts_relu_hidden_huber
# network: 2-4-1
# expected: correct
# truth: {"sizes": [2, 4, 1], "samples": 1, "activations": {"output": [[0.056501823525]], "hidden": [[0.506312549158, 0.0, 0.769364130736, 0.0]]}, "deltas": {"output": [[0.156501823525]], "hidden": [[-0.114171955201, -0.0, 0.06628740242, 0.0]]}}

import random

random.seed(11)

def make_layer(n_in, n_out):
    return [{"weights": [random.gauss(0, 0.6) for _ in range(n_in)], "bias": 0.1, "z": 0.0, "out": 0.0, "grad": 0.0}
            for _ in range(n_out)]

net = [make_layer(2, 4), make_layer(4, 1)]

def predict(x):
    signal = x
    for depth, layer in enumerate(net):
        nxt = []
        for neuron in layer:
            z = neuron["bias"]
            for w, s in zip(neuron["weights"], signal):
                z += w * s
            neuron["z"] = z
            neuron["out"] = z if (depth == len(net) - 1 or z > 0) else 0.0
            nxt.append(neuron["out"])
        signal = nxt
    return signal

def huber_grad(err, d=1.0):
    if abs(err) <= d:
        return err
    return d if err > 0 else -d

data = [([x / 5, y / 5], [1.5 * x / 5 - y / 5 + 0.3]) for x in range(-4, 5, 2) for y in range(-4, 5, 4)]
lr = 0.05
for epoch in range(8):
    total = 0
    for x, target in data:
        out = predict(x)
        err = out[0] - target[0]
        total += abs(err)
        net[1][0]["grad"] = huber_grad(err)
        for j, neuron in enumerate(net[0]):
            back = net[1][0]["weights"][j] * net[1][0]["grad"]
            neuron["grad"] = back * (1.0 if neuron["z"] > 0 else 0.0)
        for depth, layer in enumerate(net):
            inputs = x if depth == 0 else [n["out"] for n in net[depth - 1]]
            for neuron in layer:
                for i in range(len(inputs)):
                    neuron["weights"][i] -= lr * neuron["grad"] * inputs[i]
                neuron["bias"] -= lr * neuron["grad"]
    print(f"epoch {epoch}: mean abs error {total / len(data):.4f}")
