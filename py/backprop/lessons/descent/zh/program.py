# 十组测量值，和一条直线 y = w * x。
# 哪个 w 的误差最小？
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
eta = 0.05  # 学习率
w = -0.6

for iteration in range(30):
    error = 0
    total = 0
    for x, t in samples:
        y = w * x
        error += (t - y) ** 2 / 2  # (4.9)
        delta = t - y  # (4.1)：没有 sigmoid，斜率是 1
        total += delta * x  # delta 乘输入

    # total 是导数 dE/dw 的相反数：往下坡走
    w += eta * total  # (4.10)
    if iteration % 5 == 0:
        print(iteration, f"误差 {error:.4f}  w {w:.4f}")
