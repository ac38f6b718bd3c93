class Adaline:
    def __init__(self,n): self.w=[0.0]*n; self.bias=0.0
    def out(self,x): return sum(wi*xi for wi,xi in zip(self.w,x))+self.bias
    def fit(self,data,eta,epochs):
        for _ in range(epochs):
            for x,t in data:
                e=t-self.out(x)
                for i in range(len(self.w)): self.w[i]+=eta*e*x[i]
                self.bias+=eta*e
a=Adaline(2); a.fit([((-1,-1),-1),((-1,1),-1),((1,-1),-1),((1,1),1)],0.1,50)
