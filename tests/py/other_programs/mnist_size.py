import numpy as np
np.random.seed(0)
X=np.random.rand(600,64);y=np.random.randint(0,10,600);Y=np.eye(10)[y]
W1=np.random.randn(64,30)*.1;b1=np.zeros(30);W2=np.random.randn(30,10)*.1;b2=np.zeros(10)
sig=lambda z:1/(1+np.exp(-z))
for ep in range(3):
    idx=np.random.permutation(600)
    for s in range(0,600,32):
        xb=X[idx[s:s+32]];yb=Y[idx[s:s+32]]
        h=sig(xb@W1+b1);o=sig(h@W2+b2)
        do=(o-yb)*o*(1-o);dh=do@W2.T*h*(1-h)
        W2-=.1*h.T@do;b2-=.1*do.sum(0);W1-=.1*xb.T@dh;b1-=.1*dh.sum(0)
