import numpy as np
np.random.seed(0)
class Tensor:
    def __init__(self,data,parents=(),back=None): self.data=np.asarray(data,float); self.grad=np.zeros_like(self.data); self.parents=parents; self.back=back
    def __matmul__(a,b):
        def back(g): a.grad=a.grad+g@b.data.T; b.grad=b.grad+a.data.T@g
        return Tensor(a.data@b.data,(a,b),back)
    def __add__(a,b):
        def back(g):
            a.grad=a.grad+g
            b.grad=b.grad+(g.sum(0) if b.data.ndim==1 else g)
        return Tensor(a.data+b.data,(a,b),back)
    def tanh(a):
        t=np.tanh(a.data)
        def back(g): a.grad=a.grad+g*(1-t**2)
        return Tensor(t,(a,),back)
    def sigmoid(a):
        t=1/(1+np.exp(-a.data))
        def back(g): a.grad=a.grad+g*t*(1-t)
        return Tensor(t,(a,),back)
    def backward(self,g):
        order=[];seen=set()
        def visit(n):
            if id(n) in seen: return
            seen.add(id(n))
            for p in n.parents: visit(p)
            order.append(n)
        visit(self); self.grad=g
        for n in reversed(order):
            if n.back: n.back(n.grad)
X=Tensor([[0,0],[0,1],[1,0],[1,1]]); Y=np.array([[0],[1],[1],[0]])
W1=Tensor(np.random.randn(2,4));b1=Tensor(np.zeros(4));W2=Tensor(np.random.randn(4,1));b2=Tensor(np.zeros(1))
for e in range(500):
    out=((X@W1+b1).tanh()@W2+b2).sigmoid()
    for p in (W1,b1,W2,b2): p.grad=np.zeros_like(p.data)
    out.backward(2*(out.data-Y)/4)
    for p in (W1,b1,W2,b2): p.data=p.data-0.5*p.grad
