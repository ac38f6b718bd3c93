import numpy as np
np.random.seed(2)
class Net:
    def __init__(s,sizes):
        s.w=[np.random.randn(b,a) for a,b in zip(sizes,sizes[1:])]; s.b=[np.random.randn(b) for b in sizes[1:]]
        s.vw=[np.zeros_like(w) for w in s.w]; s.vb=[np.zeros_like(b) for b in s.b]
    def step(s,x,t,lr=.3,mu=.9):
        acts=[x]
        for w,b in zip(s.w,s.b): acts.append(1/(1+np.exp(-(w@acts[-1]+b))))
        d=(t-acts[-1])*acts[-1]*(1-acts[-1])
        for i in reversed(range(len(s.w))):
            gw=np.outer(d,acts[i]); gb=d
            if i>0: dn=(s.w[i].T@d)*acts[i]*(1-acts[i])
            s.vw[i]=mu*s.vw[i]+lr*gw; s.vb[i]=mu*s.vb[i]+lr*gb
            s.w[i]=s.w[i]+s.vw[i]; s.b[i]=s.b[i]+s.vb[i]
            if i>0: d=dn
n=Net([3,5,4,2])
data=[(np.random.rand(3),np.random.rand(2)) for _ in range(6)]
for e in range(100):
    for x,t in data: n.step(x,t)
