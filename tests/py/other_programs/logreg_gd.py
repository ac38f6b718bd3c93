import numpy as np
np.random.seed(0)
X=np.random.randn(20,2); y=(X[:,0]+X[:,1]>0)*1
theta=np.zeros(2); bias=0
for i in range(200):
    h=1/(1+np.exp(-(X@theta+bias)))
    grad=X.T@(h-y)/len(y)
    theta=theta-0.5*grad
    bias=bias-0.5*np.mean(h-y)
