# Two outputs: the sum of 4.3 has two terms.
import numpy as np

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0, 0], [1, 0], [1, 0], [0, 1]])


def sigmoid(net):
    return 1 / (1 + np.exp(-net))


def slope(output):  # of the sigmoid, from its output alone
    return output * (1 - output)


np.random.seed(1)
syn0 = 2 * np.random.random((3, 4)) - 1  # [from, to]: inputs, hidden
syn1 = 2 * np.random.random((4, 2)) - 1  # hidden, output

for iteration in range(12):
    # forward
    l0 = X
    l1 = sigmoid(np.dot(l0, syn0))
    l2 = sigmoid(np.dot(l1, syn1))

    l2_error = y - l2
    if iteration % 4 == 0:
        print(iteration, "error", np.mean(np.abs(l2_error)))

    # backward: the hidden layer's error is l2_delta, sent back
    l2_delta = l2_error * slope(l2)
    l1_error = np.dot(l2_delta, syn1.T)
    l1_delta = l1_error * slope(l1)

    # update: .T turns rows into columns, and the dot adds up samples
    syn1 += np.dot(l1.T, l2_delta)
    syn0 += np.dot(l0.T, l1_delta)

print("outputs after training:")
print(l2)
