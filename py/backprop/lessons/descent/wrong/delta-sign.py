# finding: delta-sign
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
eta = 0.05
w = -0.6

for turn in range(12):
    total = 0
    for x, t in samples:
        y = w * x
        delta = t - y
        total += delta * x
    w -= eta * total
