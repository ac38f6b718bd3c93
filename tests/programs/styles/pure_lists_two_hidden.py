# style: 13_pure_lists_two_hidden
# network: 2-3-3-1
# expected: correct
# truth: {"sizes": [2, 3, 3, 1], "samples": 1, "activations": {"output": [[0.12870803245]], "hidden": [[[0.503134484772, 0.700075954116, 0.545091386833]], [[0.603831457065, 0.291110775616, 0.705812193561]]]}, "deltas": {"output": [[-0.014433611548]], "hidden": [[[0.000799745967, -0.000764646705, 0.000230372089]], [[0.002367531756, 0.001560711853, 0.002331991766]]]}}

import math
import random

random.seed(9)

def make_matrix(rows, cols):
    return [[random.uniform(-1.0, 1.0) for _ in range(cols)] for _ in range(rows)]

def sigmoid(v):
    return 1.0 / (1.0 + math.exp(-v))

def mat_vec(matrix, vector):
    result = []
    for row in matrix:
        total = 0.0
        for i in range(len(row)):
            total += row[i] * vector[i]
        result.append(total)
    return result

weights = [make_matrix(3, 2), make_matrix(3, 3), make_matrix(1, 3)]
biases = [[random.uniform(-1, 1) for _ in range(n)] for n in (3, 3, 1)]
inputs = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
expected = [[0.0], [1.0], [1.0], [0.0]]
rate = 0.7

for epoch in range(40):
    squared = 0.0
    for sample in range(4):
        outs = [inputs[sample]]
        for w, b in zip(weights, biases):
            nets = mat_vec(w, outs[-1])
            outs.append([sigmoid(nets[i] + b[i]) for i in range(len(nets))])
        deltas = [None, None, None]
        deltas[2] = []
        for k in range(1):
            o = outs[3][k]
            e = expected[sample][k] - o
            squared += e * e
            deltas[2].append(e * o * (1.0 - o))
        for layer in (1, 0):
            deltas[layer] = []
            for j in range(len(outs[layer + 1])):
                back = 0.0
                for k in range(len(deltas[layer + 1])):
                    back += deltas[layer + 1][k] * weights[layer + 1][k][j]
                o = outs[layer + 1][j]
                deltas[layer].append(back * o * (1.0 - o))
        for layer in range(3):
            for j in range(len(weights[layer])):
                for i in range(len(weights[layer][j])):
                    weights[layer][j][i] += rate * deltas[layer][j] * outs[layer][i]
                biases[layer][j] += rate * deltas[layer][j]
    if epoch % 10 == 0:
        print("epoch", epoch, "error", squared / 2)
