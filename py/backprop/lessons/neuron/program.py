# One neuron: one input x, one weight w, one bias b.
# Change the numbers, here or with the sliders.
import math

w = 1.2
b = -0.5
x = 1.5


def sigmoid(net):
    return 1 / (1 + math.exp(-net))  # (1.2)


# forward: the output of the neuron
net = w * x + b  # what comes in, weighed
y = sigmoid(net)  # (1.1)

# how much does y move when net moves a little?
slope = y * (1 - y)  # (1.4)

# the same, measured: move net and look
h = 0.00001
more, less = sigmoid(net + h), sigmoid(net - h)
measured = (more - less) / (2 * h)

print(f"net {net:.4f}  y {y:.4f}")
print(f"slope, from y     {slope:.6f}")
print(f"slope, measured   {measured:.6f}")
