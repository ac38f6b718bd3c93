import numpy as np
rng=np.random.RandomState(0)
X=rng.randn(8,3);lab=rng.randint(0,2,8);T=np.eye(2)[lab]
A=rng.randn(3,4)*.5;a=np.zeros(4);B=rng.randn(4,2)*.5;b=np.zeros(2)
for _ in range(100):
    H=np.tanh(np.einsum('ni,ij->nj',X,A)+a)
    S=np.einsum('nj,jk->nk',H,B)+b
    S=S-S.max(axis=1,keepdims=True)
    P=np.exp(S);P/=P.sum(axis=1,keepdims=True)
    G=(P-T)/8
    K=np.einsum('nk,jk->nj',G,B)*(1-H**2)
    B-=.5*np.einsum('nj,nk->jk',H,G);b-=.5*G.sum(0)
    A-=.5*np.einsum('ni,nj->ij',X,K);a-=.5*K.sum(0)
