import numpy as np
rng=np.random.default_rng(0)
X=np.array([[0,0],[0,1],[1,0],[1,1]],dtype=np.float32); Y=np.array([[0],[1],[1],[0]],dtype=np.float32)
P={'W1':rng.normal(size=(2,4)),'b1':np.zeros(4),'W2':rng.normal(size=(4,1)),'b2':np.zeros(1)}
m={k:np.zeros_like(v) for k,v in P.items()}; v={k:np.zeros_like(w) for k,w in P.items()}
for t in range(1,500):
    z1=X@P['W1']+P['b1']; a1=np.maximum(0,z1)
    z2=a1@P['W2']+P['b2']; p=1/(1+np.exp(-z2))
    g2=(p-Y)/len(X)
    G={'W2':a1.T@g2,'b2':g2.sum(0)}
    g1=(g2@P['W2'].T)*(z1>0)
    G['W1']=X.T@g1; G['b1']=g1.sum(0)
    for k in P:
        m[k]=0.9*m[k]+0.1*G[k]; v[k]=0.999*v[k]+0.001*G[k]**2
        mh=m[k]/(1-0.9**t); vh=v[k]/(1-0.999**t)
        P[k]-=0.01*mh/(np.sqrt(vh)+1e-8)
