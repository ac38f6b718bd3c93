# 纯 Python：一层是一个列表，一个神经元是一个字典。
from math import exp
from random import random, seed

seed(1)


def make_layer(size, inputs):
    # 神经元的最后一个权重是它的偏置。
    layer = []
    for _ in range(size):
        weights = [random() - 0.5 for _ in range(inputs + 1)]
        layer.append({"weights": weights})
    return layer


def forward(network, row):
    for layer in network:
        outputs = []
        for neuron in layer:
            weights = neuron["weights"]
            total = weights[-1]
            for weight, value in zip(weights, row):
                total += weight * value
            neuron["output"] = 1 / (1 + exp(-total))
            outputs.append(neuron["output"])
        row = outputs
    return row


def backward(network, wanted):
    for number in reversed(range(len(network))):
        for j, neuron in enumerate(network[number]):
            if number == len(network) - 1:
                error = wanted[j] - neuron["output"]
            else:
                error = 0.0
                for later in network[number + 1]:
                    error += later["weights"][j] * later["delta"]
            out = neuron["output"]
            neuron["delta"] = error * out * (1 - out)


def update(network, row, rate):
    for layer in network:
        for neuron in layer:
            for i, value in enumerate(row):
                step = rate * neuron["delta"] * value
                neuron["weights"][i] += step
            neuron["weights"][-1] += rate * neuron["delta"]
        row = [neuron["output"] for neuron in layer]


# 两个特征，和类别：0 或 1
samples = [([0.2, 0.9], 0), ([0.4, 0.7], 0), ([0.1, 0.6], 0),
           ([0.8, 0.3], 1), ([0.9, 0.1], 1), ([0.6, 0.2], 1)]
network = [make_layer(2, 2), make_layer(2, 2)]

for epoch in range(200):
    for row, label in samples:
        wanted = [0, 0]
        wanted[label] = 1
        forward(network, row)
        backward(network, wanted)
        update(network, row, 0.5)

for row, label in samples:
    answers = forward(network, row)
    print(label, [round(answer, 2) for answer in answers])
