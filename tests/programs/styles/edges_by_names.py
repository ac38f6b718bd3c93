# style: random_sample_while_true_break
# network: 2-3-1
# expected: correct
# truth: {"sizes": [2, 3, 1], "samples": 1, "activations": {"output": [[0.21511223769]], "hidden": [[0.938095789722, 0.142975525683, 0.07234638091]]}, "deltas": {"output": [[-0.036319327116]], "hidden": [[-0.001102240889, -1.1032854e-05, -0.003423375717]]}}

import random, math
random.seed(77)
w = {}
for i in ("x1", "x2", "one"):
    for j in ("h1", "h2", "h3"):
        w[i, j] = random.uniform(-2, 2)
for j in ("h1", "h2", "h3", "one"):
    w[j, "y"] = random.uniform(-2, 2)
table = {(0, 0): 0, (0, 1): 1, (1, 0): 1, (1, 1): 0}
count, good = 0, 0
while True:
    count += 1
    (x1, x2), target = random.choice(list(table.items()))
    v = {"x1": x1, "x2": x2, "one": 1}
    for j in ("h1", "h2", "h3"):
        net = w["x1", j] * v["x1"] + w["x2", j] * v["x2"] + w["one", j]
        v[j] = 1 / (1 + math.exp(-net))
    net = w["h1", "y"] * v["h1"] + w["h2", "y"] * v["h2"] + w["h3", "y"] * v["h3"] + w["one", "y"]
    y = 1 / (1 + math.exp(-net))
    delta = {"y": (target - y) * y * (1 - y)}
    for j in ("h1", "h2", "h3"):
        delta[j] = delta["y"] * w[j, "y"] * v[j] * (1 - v[j])
    for j in ("h1", "h2", "h3"):
        w[j, "y"] += 0.9 * delta["y"] * v[j]
        w["x1", j] += 0.9 * delta[j] * v["x1"]
        w["x2", j] += 0.9 * delta[j] * v["x2"]
        w["one", j] += 0.9 * delta[j]
    w["one", "y"] += 0.9 * delta["y"]
    good = good + 1 if abs(target - y) < 0.1 else 0
    if good > 12 or count > 900:
        break
print("after", count, "samples")
