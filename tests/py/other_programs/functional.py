from functools import reduce
from operator import mul
import math,random
random.seed(1)
dot=lambda a,b:sum(map(mul,a,b))
net=([[random.uniform(-1,1) for _ in range(3)] for _ in range(2)],[[random.uniform(-1,1) for _ in range(3)]])
def fwd(layer,x,f): return [f(dot(n,x+[1.0])) for n in layer]
def step(net,sample,eta=.4):
    x,t=sample
    h=fwd(net[0],x,math.tanh); y=fwd(net[1],h,lambda z:1/(1+math.exp(-z)))
    ed=[(a-b)*a*(1-a) for a,b in zip(y,t)]
    hd=[(1-a*a)*sum(d*n[i] for d,n in zip(ed,net[1])) for i,a in enumerate(h)]
    up=lambda layer,ds,inp:[[w-eta*d*v for w,v in zip(n,inp+[1.0])] for n,d in zip(layer,ds)]
    return up(net[0],hd,x),up(net[1],ed,h)
data=[([0.,0.],[0.]),([0.,1.],[1.]),([1.,0.],[1.]),([1.,1.],[0.])]
net=reduce(step,data*200,net)
