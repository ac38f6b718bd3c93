import numpy as np
np.random.seed(1)
X=np.random.randn(12,4);y=np.random.randint(0,3,12)
w1=np.random.randn(4,6)*.5;w2=np.random.randn(6,3)*.5;keep=.8;lam=.001
for i in range(60):
    z=X.dot(w1);h=np.where(z>0,z,0)
    mask=(np.random.rand(*h.shape)<keep)/keep
    hd=h*mask
    s=hd.dot(w2);e=np.exp(s-s.max(1,keepdims=True));p=e/e.sum(1,keepdims=True)
    d=p.copy();d[np.arange(12),y]-=1;d/=12
    gw2=hd.T.dot(d)+lam*w2
    dh=d.dot(w2.T)*mask;dh[z<=0]=0
    gw1=X.T.dot(dh)+lam*w1
    w1-=.5*gw1;w2-=.5*gw2
