import numpy as np
np.random.seed(5)
theta=np.random.randn(2*3+3+3*1+1)
def unroll(t): return t[:6].reshape(2,3),t[6:9],t[9:12].reshape(3,1),t[12:]
s=lambda z:1/(1+np.exp(-z))
X=np.array([[0,0],[0,1],[1,0],[1,1]]);Y=np.array([[0],[1],[1],[0]])
def cost_grad(t):
    W,b,V,c=unroll(t)
    h=s(X@W+b);o=s(h@V+c)
    d2=(o-Y)*o*(1-o); d1=d2@V.T*h*(1-h)
    return .5*np.sum((o-Y)**2),np.concatenate([(X.T@d1).ravel(),d1.sum(0),(h.T@d2).ravel(),d2.sum(0)])
for it in range(1000):
    J,g=cost_grad(theta)
    theta-=0.5*g
