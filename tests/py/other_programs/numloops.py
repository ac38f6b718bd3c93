import numpy as np
np.random.seed(1)
ni,nh,no=2,3,2
W=np.random.rand(ni,nh);V=np.random.rand(nh,no);th=np.random.rand(nh);ga=np.random.rand(no)
x=[[1,0],[0,1],[1,1],[0,0]];t=[[1,0],[1,0],[0,1],[0,1]]
h=np.zeros(nh);o=np.zeros(no);eo=np.zeros(no);eh=np.zeros(nh)
for e in range(100):
    for k in range(4):
        for j in range(nh):
            a=0
            for i in range(ni): a+=W[i][j]*x[k][i]
            h[j]=1/(1+np.exp(-(a-th[j])))
        for j in range(no):
            a=0
            for i in range(nh): a+=V[i][j]*h[i]
            o[j]=1/(1+np.exp(-(a-ga[j])))
        for j in range(no): eo[j]=o[j]*(1-o[j])*(t[k][j]-o[j])
        for j in range(nh):
            s=0
            for l in range(no): s+=V[j][l]*eo[l]
            eh[j]=h[j]*(1-h[j])*s
        for i in range(nh):
            for j in range(no): V[i][j]+=0.5*eo[j]*h[i]
        for j in range(no): ga[j]-=0.5*eo[j]
        for i in range(ni):
            for j in range(nh): W[i][j]+=0.5*eh[j]*x[k][i]
        for j in range(nh): th[j]-=0.5*eh[j]
