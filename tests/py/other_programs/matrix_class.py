import math,random
random.seed(3)
class M:
    def __init__(s,r): s.r=r; s.n=len(r); s.m=len(r[0])
    def __matmul__(s,o): return M([[sum(s.r[i][k]*o.r[k][j] for k in range(s.m)) for j in range(o.m)] for i in range(s.n)])
    def __add__(s,o): return M([[a+b for a,b in zip(p,q)] for p,q in zip(s.r,o.r)])
    def __sub__(s,o): return M([[a-b for a,b in zip(p,q)] for p,q in zip(s.r,o.r)])
    def __mul__(s,o):
        if isinstance(o,M): return M([[a*b for a,b in zip(p,q)] for p,q in zip(s.r,o.r)])
        return M([[a*o for a in p] for p in s.r])
    __rmul__=__mul__
    @property
    def T(s): return M([list(c) for c in zip(*s.r)])
    def map(s,f): return M([[f(a) for a in p] for p in s.r])
    @staticmethod
    def rand(n,m): return M([[random.gauss(0,1) for _ in range(m)] for _ in range(n)])
W1=M.rand(3,2); B1=M.rand(3,1); W2=M.rand(1,3); B2=M.rand(1,1)
sig=lambda x:1/(1+math.exp(-x))
for ep in range(300):
    for a,b,t in [(0,0,0),(0,1,1),(1,0,1),(1,1,0)]:
        x=M([[a],[b]]); y=M([[t]])
        h=(W1@x+B1).map(sig); o=(W2@h+B2).map(sig)
        do=(o-y)*o.map(lambda q:q*(1-q))
        dh=(W2.T@do)*h.map(lambda q:q*(1-q))
        W2=W2-0.5*(do@h.T); B2=B2-0.5*do
        W1=W1-0.5*(dh@x.T); B1=B1-0.5*dh
