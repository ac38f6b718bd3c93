from __future__ import annotations
from dataclasses import dataclass, field
import numpy as np
rng=np.random.default_rng(7)
@dataclass
class Dense:
    n_in:int
    n_out:int
    W:np.ndarray=field(init=False)
    b:np.ndarray=field(init=False)
    def __post_init__(self):
        self.W=rng.standard_normal((self.n_out,self.n_in)); self.b=np.zeros((self.n_out,1))
    def __call__(self,x):
        self.x=x; self.a=1.0/(1.0+np.exp(-(self.W@x+self.b))); return self.a
    def back(self,g,lr):
        d=g*self.a*(1-self.a)
        gx=self.W.T@d
        self.W-=lr*d@self.x.T; self.b-=lr*d.sum(axis=1,keepdims=True)
        return gx
def batches(X,Y,n):
    for e in range(n):
        for i in rng.permutation(X.shape[1]): yield X[:,[i]],Y[:,[i]]
def main():
    layers=[Dense(2,3),Dense(3,1)]
    X=np.array([[0,0,1,1],[0,1,0,1]]);Y=np.array([[0,1,1,0]])
    for x,y in batches(X,Y,200):
        a=x
        for l in layers: a=l(a)
        g=a-y
        for l in reversed(layers): g=l.back(g,0.5)
if __name__=="__main__": main()
