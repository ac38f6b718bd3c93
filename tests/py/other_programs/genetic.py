import random,math
random.seed(0)
best=[random.uniform(-1,1) for _ in range(9)]
def f(w,x):
    h=[math.tanh(w[3*i]*x[0]+w[3*i+1]*x[1]+w[3*i+2]) for i in range(2)]
    return math.tanh(w[6]*h[0]+w[7]*h[1]+w[8])
D=[((0,0),0),((0,1),1),((1,0),1),((1,1),0)]
def err(w): return sum((f(w,x)-t)**2 for x,t in D)
for g in range(300):
    c=[w+random.gauss(0,.1) for w in best]
    if err(c)<err(best): best=c
