import numpy as np
np.random.seed(0)
U=np.random.randn(3,1)*.5;W=np.random.randn(3,3)*.5;V=np.random.randn(1,3)*.5
seq=np.sin(np.arange(6)*.7).reshape(-1,1)
for e in range(100):
    h=[np.zeros((3,1))];o=[]
    for t in range(5):
        h.append(np.tanh(U@seq[t:t+1].T+W@h[-1]));o.append(V@h[-1])
    dU=np.zeros_like(U);dW=np.zeros_like(W);dV=np.zeros_like(V);dn=np.zeros((3,1))
    for t in reversed(range(5)):
        d=o[t]-seq[t+1:t+2]
        dV+=d@h[t+1].T
        dz=(V.T@d+dn)*(1-h[t+1]**2)
        dU+=dz@seq[t:t+1];dW+=dz@h[t].T
        dn=W.T@dz
    U-=.1*dU;W-=.1*dW;V-=.1*dV
