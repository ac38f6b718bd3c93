import math
w=[[.1,-.2,.3],[.4,.5,-.6]];v=[.7,-.8,.9]
D=[([0,0],0),([0,1],1),([1,0],1),([1,1],0)]
f=lambda z:1/(1+math.exp(-z))
for ep in range(100):
    gw=[[0,0,0],[0,0,0]];gv=[0,0,0]
    for x,t in D:
        xb=x+[1]
        h=[f(sum(a*b for a,b in zip(r,xb))) for r in w]; hb=h+[1]
        y=f(sum(a*b for a,b in zip(v,hb)))
        e=(y-t)*y*(1-y)
        for i in range(3): gv[i]+=e*hb[i]
        for j in range(2):
            q=e*v[j]*h[j]*(1-h[j])
            for i in range(3): gw[j][i]+=q*xb[i]
    for i in range(3): v[i]-=.9*gv[i]/4
    for j in range(2):
        for i in range(3): w[j][i]-=.9*gw[j][i]/4
