# Ten measurements, and a line y = w * x through them.
# Which w misses the targets least?
samples = [
    (-0.4, -0.9),
    (-0.2, -0.1),
    (0.0, 0.2),
    (0.2, 0.0),
    (0.4, 1.1),
    (0.6, 0.9),
    (0.8, 1.9),
    (1.0, 1.6),
    (1.2, 2.6),
    (1.4, 2.3),
]
eta = 0.05  # the learning rate
w = -0.6

for iteration in range(30):
    error = 0
    total = 0
    for x, t in samples:
        y = w * x
        error += (t - y) ** 2 / 2  # (4.9)
        delta = t - y  # (4.1): no sigmoid, slope 1
        total += delta * x  # delta times input

    # total is minus the derivative dE/dw: go downhill
    w += eta * total  # (4.10)
    if iteration % 5 == 0:
        print(iteration, f"error {error:.4f}  w {w:.4f}")
