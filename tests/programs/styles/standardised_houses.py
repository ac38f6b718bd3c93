# style: input_layer_standardised_pandas_free_houses
# network: 3-4-1
# expected: correct
# truth: {"sizes": [3, 4, 1], "samples": 1, "activations": {"output": [[0.03753243789]], "hidden": [[-0.954214576175, -0.048282632792, -0.005012293672, -0.795201380963]]}, "deltas": {"output": [[-1.668600935885]], "hidden": [[-0.026499294898, -0.7910929028, 0.464133941201, 0.176240590274]]}}

import csv, io, math, random
TEXT = """size,rooms,age,price
50,2,30,120
80,3,10,210
120,4,5,330
65,2,20,160
95,3,15,240
40,1,50,80
"""
rows = [[float(v) for v in r.values()] for r in csv.DictReader(io.StringIO(TEXT))]
cols = list(zip(*rows))
means = [sum(c) / len(c) for c in cols]
devs = [math.sqrt(sum((v - m) ** 2 for v in c) / len(c)) for c, m in zip(cols, means)]
rows = [[(v - m) / s for v, m, s in zip(r, means, devs)] for r in rows]
random.seed(424)
hidden = [dict(w=[random.gauss(0, .5) for _ in range(3)], b=0.0) for _ in range(4)]
output = dict(w=[random.gauss(0, .5) for _ in range(4)], b=0.0)
def forward(x):
    h = []
    for n in hidden:
        h.append(math.tanh(n["b"] + sum(w * v for w, v in zip(n["w"], x))))
    return h, output["b"] + sum(w * v for w, v in zip(output["w"], h))
for epoch in range(20):
    sse = 0
    random.shuffle(rows)
    for *x, price in rows:
        h, y = forward(x)
        e = y - price
        sse += e * e
        back = [e * w * (1 - a * a) for w, a in zip(output["w"], h)]
        output["w"] = [w - .05 * e * a for w, a in zip(output["w"], h)]
        output["b"] -= .05 * e
        for n, d in zip(hidden, back):
            n["w"] = [w - .05 * d * v for w, v in zip(n["w"], x)]
            n["b"] -= .05 * d
    if epoch % 5 == 0: print(epoch, sse / len(rows))
