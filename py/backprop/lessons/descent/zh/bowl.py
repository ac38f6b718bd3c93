# 直线 y = w * x + b：要找两个数。
# 这种走法两个数一起动，顺着最陡的方向往下走。
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
eta = 0.09
w = -0.6
b = 1.6

for iteration in range(40):
    error = total_w = total_b = 0
    for x, t in samples:
        y = w * x + b
        error += (t - y) ** 2 / 2
        delta = t - y
        total_w += delta * x
        total_b += delta  # b 的输入是 1
    w += eta * total_w
    b += eta * total_b
    if iteration % 5 == 0:
        print(iteration, f"{error:.4f}  w {w:.4f}  b {b:.4f}")
