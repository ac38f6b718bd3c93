# 直线 y = w * x + b：要找两个数。
# 这种走法不用导数。这次迭代试 w
# 的两边，下次迭代试 b 的两边。
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
b = 1.6


def error_at(v, c):
    missing = [t - (v * x + c) for x, t in samples]
    return sum(m**2 / 2 for m in missing)


stuck = 0  # 连续几次迭代没有走动
for iteration in range(40):
    for x, t in samples:
        y = w * x + b
    here = error_at(w, b)
    stuck += 1
    ws_turn = iteration % 2 == 0
    for move in (-stride, stride):
        if ws_turn and error_at(w + move, b) < here:
            w += move
            stuck = 0
            break
        if not ws_turn and error_at(w, b + move) < here:
            b += move
            stuck = 0
            break
    if stuck == 2:  # w 和 b 都走不动：步子减半
        stride /= 2
        stuck = 0
    if iteration % 5 == 0:
        print(iteration, f"{here:.4f}  w {w:.4f}  b {b:.4f}")
