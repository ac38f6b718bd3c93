import numpy as np
X=np.array([[0,0],[0,1],[1,0],[1,1]]); T=np.array([0,0,0,1])
w=np.zeros(2); b=0.0
for e in range(20):
    for x,t in zip(X,T):
        y=1 if np.dot(w,x)+b>=0 else 0
        w=w+0.1*(t-y)*x
        b=b+0.1*(t-y)
print(w,b)
