import numpy as np
np.random.seed(0)
X=np.array([[0,0],[0,1],[1,0],[1,1]]);Y=np.array([[0],[1],[1],[0]])
W1=np.random.randn(2,2);W2=np.random.randn(2,1)
def loss(): return np.mean((np.tanh(np.tanh(X@W1)@W2)-Y)**2)
for e in range(50):
    for W in (W1,W2):
        G=np.zeros_like(W)
        for i in np.ndindex(*W.shape):
            o=W[i];W[i]=o+1e-5;a=loss();W[i]=o-1e-5;b=loss();W[i]=o
            G[i]=(a-b)/2e-5
        W-=.5*G
