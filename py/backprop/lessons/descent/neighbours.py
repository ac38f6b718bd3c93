# The same ten measurements. This walk knows no derivative:
# it looks one step to the left and one to the right.
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
stride = 0.4
w = -0.6


def error_with(v):
    return sum((t - v * x) ** 2 / 2 for x, t in samples)


for iteration in range(30):
    for x, t in samples:
        y = w * x
    left, here, right = (
        error_with(w - stride),
        error_with(w),
        error_with(w + stride),
    )
    if left < here:
        w -= stride
    elif right < here:
        w += stride
    else:
        stride /= 2  # both are higher: look closer
    if iteration % 5 == 0:
        print(iteration, f"error {here:.4f}  w {w:.4f}")
