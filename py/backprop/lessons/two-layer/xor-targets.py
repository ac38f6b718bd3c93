# The network of this lesson. Only the targets differ: those of XOR.
# Watch the line in the plane of x1 and x2. Where can it go?
import numpy as np

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])


def sigmoid(net):
    return 1 / (1 + np.exp(-net))


def slope(output):  # of the sigmoid, from its output alone
    return output * (1 - output)


np.random.seed(1)
syn0 = 2 * np.random.random((3, 1)) - 1  # syn0[i] is input i's weight

for iteration in range(200):
    # forward: four outputs at once
    l0 = X
    l1 = sigmoid(np.dot(l0, syn0))

    # backward: which way should each of the four nets move?
    l1_error = y - l1
    l1_delta = l1_error * slope(l1)

    # update: delta times input, added up over the samples
    syn0 += np.dot(l0.T, l1_delta)

    if iteration % 50 == 0:
        print(iteration, "error", np.mean(np.abs(l1_error)))

print("outputs after training:")
print(l1)
