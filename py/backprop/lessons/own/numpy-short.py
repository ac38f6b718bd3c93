# A short NumPy program: all four samples at once.
import numpy as np

# Three inputs; the last one is always 1.
data = np.array([[0, 0, 1], [0, 1, 1],
                 [1, 0, 1], [1, 1, 1]])
wanted = np.array([[0], [1], [1], [0]])  # XOR

np.random.seed(3)
first = 2 * np.random.random((3, 4)) - 1
second = 2 * np.random.random((4, 1)) - 1

for turn in range(3000):
    # Forward: a row is one sample.
    hidden = 1 / (1 + np.exp(-(data @ first)))
    guess = 1 / (1 + np.exp(-(hidden @ second)))

    # Backward: error times slope of the sigmoid.
    out_step = (wanted - guess) * guess * (1 - guess)
    back = out_step @ second.T
    hid_step = back * hidden * (1 - hidden)

    # Update: add up the steps of all samples.
    second += hidden.T @ out_step
    first += data.T @ hid_step

print(guess.round(3))
