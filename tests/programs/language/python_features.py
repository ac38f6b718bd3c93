# Much of Python in one program: tracing it must change nothing of what it prints.
from __future__ import annotations
"""doc"""
import numpy as np, math, random, itertools, functools, operator, collections, statistics, enum, fractions, decimal, json, re, string, time, copy
def show(*a, **k): print(*a, **k)
from dataclasses import dataclass, field, asdict, replace
from typing import NamedTuple, List
random.seed(1); np.random.seed(1)
class Color(enum.Enum):
    RED = 1; BLUE = 2
class Flag(enum.IntFlag):
    A = 1; B = 2
show(Color.RED, Color(2), Flag.A | Flag.B, Color.RED.value + 1, list(Color))
class P(NamedTuple):
    x: float
    y: int = 3
p = P(1.5); show(p, p.y * 2, p._replace(y=7), p._asdict())
@dataclass(order=True)
class D:
    a: int = 1
    b: list = field(default_factory=lambda: [1, 2.0])
    _c: float = 0.25
    def __post_init__(self): self._c += self.a
d = D(); show(d, asdict(d), replace(d, a=3) > d, D(2) == D(2))
show(fractions.Fraction(1, 3) * 2, decimal.Decimal(3) / 7, 3 + 4j, (1 + 2j) * 2.0, abs(3 + 4j))
class S:
    __slots__ = ("v", "__w")
    def __init__(self): self.v = 1.0; self.__w = 2; self.__w += 3; self.v **= 2
    def get(self): return self.__w * self.v
show(S().get())
@functools.lru_cache(None)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
show(fib(30), fib.cache_info())
add3 = functools.partial(lambda a, b, c=3: a + b * c, 1.5)
show(add3(2), functools.reduce(operator.add, [1, 2, 3]), list(itertools.accumulate([1, 2.5, 3])), list(map(pow, [2, 3], [3, 2])))
show(sorted([3, 1, 2], key=lambda v: -v), max([1, 5, 3], key=lambda v: v % 5), min("hello"), max(3, 2.5), sum([[1], [2]], []), sum((0.1,) * 3))
a, (b, *c), *e = 1, (2, 3, 4), 5, 6
show(a, b, c, e)
x = [1, 2, 3]; x[0], x[-1] = x[-1], x[0]; x[1:2] = [9, 9]; del x[0]; show(x)
i = 0; x[i], i = 5, 1; show(x, i)
if (n := len(x)) > 2: show(n, n is 3)
def gen():
    r = yield 1
    while r: r = yield r * 2
    return 7
g = gen(); show(next(g), g.send(4), g.send(0.5), list(zip(range(3), 'abc')))
def outer():
    k = 0
    def inner():
        nonlocal k
        k += 1; return k * 1.5
    return [inner() for _ in range(3)], k
show(outer())
def deleg():
    v = yield from gen()
    yield v
show(list(deleg()))
show([y for x in [[1, 2], [3]] for y in x if y > 1], {k: v * 2 for k, v in {'a': 1}.items()}, {v % 3 for v in range(9)}, 1 < 2 < 3, 1 < 3 > 5)
for i in range(3):
    for j in range(3):
        if j == 1: continue
        if i == 2: break
        show(i, j, end=' ')
    else: show('else')
else: show('done')
w = 0
while w < 3: w += 1
else: show('w', w)
try:
    try: 1 / 0
    except ZeroDivisionError as ex: show(ex); raise ValueError('v') from ex
    finally: show('fin')
except ValueError as ex: show(repr(ex), repr(ex.__cause__))
class CM:
    def __enter__(self): return 3.5
    def __exit__(self, *a): show('exit', a[0]); return True
with CM() as q, CM() as r: show(q * 2); raise KeyError(1)
match [1, 2.0, {'k': 3}]:
    case [int(a), float(b), {'k': k}] if k > 2: show(a, b, k)
show('%d %s %.2f' % (3, 2.5, 1), '{:>5}|{!r}'.format(2, 'x'), f"{3:04d} {2.5:.1f} {x!r} {type(x[0])=}", str(5) + repr(2.0))
T = collections.namedtuple('T', 'u v'); show(T(1, 2.0).u, collections.Counter([1, 1, 2]), collections.defaultdict(float, {1: 2}), collections.deque([1, 2], 5))
show(json.dumps({'a': [1, 2.5, True, None]}), json.loads('[1, 2.5]'), statistics.stdev([1, 2, 4]), statistics.median([3, 1, 2]), math.gcd(12, 18), math.factorial(5), math.isclose(0.1 + 0.2, 0.3), divmod(7, 2), round(2.567, 1), round(7), int('12') + int(3.9), bool(0), float('nan'), math.inf, -0.0)
show(isinstance(1, int), isinstance(True, int), type(1) is int, type(1.0) == float, id(x) == id(x), hash(3) == 3, callable(print), 3 in [1, 2, 3], x is x, None is None, not 0, 5 & 3, ~5, 1 << 3, 7 // 2, -7 % 3, 2 ** 10, 2 ** -1, 10 ** 30)
show(random.sample(range(100), 3), random.choice([1, 2, 3]), random.randint(1, 6), random.shuffle(x), x, random.gauss(0, 1), random.choices([1, 2], k=3), random.uniform(1, 2))
class V:
    def __init__(s, *v): s.v = list(v)
    def __add__(s, o): return V(*[a + b for a, b in zip(s.v, o.v)])
    def __radd__(s, o): return s if o == 0 else NotImplemented
    def __rmul__(s, k): return V(*(k * a for a in s.v))
    def __iadd__(s, o): s.v = [a + b for a, b in zip(s.v, o.v)]; return s
    def __neg__(s): return -1 * s
    def __len__(s): return len(s.v)
    def __getitem__(s, i): return s.v[i]
    def __setitem__(s, i, x): s.v[i] = x
    def __contains__(s, x): return x in s.v
    def __eq__(s, o): return s.v == o.v
    def __lt__(s, o): return s.v < o.v
    def __bool__(s): return any(s.v)
    def __repr__(s): return f"V{tuple(s.v)}"
    def __iter__(s): return iter(s.v)
    def __matmul__(s, o): return sum(a * b for a, b in zip(s, o))
    def __call__(s, k): return k * s
    def __getattr__(s, n):
        if n == 'norm': return math.sqrt(s @ s)
        raise AttributeError(n)
v = V(1, 2.0); u = v; u += V(1, 1); u[0] = 5; u[1] *= 2; show(v, 2 * v, -v, sum([v, v]), v @ v, v(3), len(v), v[0], 5 in v, v == u, v < V(9), bool(V()), v.norm, [*v], max(V(1), V(2)))
try: v.zzz
except AttributeError as ex: show(ex)
s = "abc"; s += "d"; s *= 2; show(s, s[1:3], s[::-1], s.count('a'), [1] * 3, (1, 2) + (3,), [1] + [2.0])
l = [1, 2]; m = l; m += [3]; l *= 2; show(l, m is l)
import types
show(types.SimpleNamespace(a=1), (lambda *a, **k: (a, k))(1, *[2, 3], z=4, **{'y': 5.0}))
ns = {}; exec("q = 2.0 * 3", ns); show(ns['q'], eval('1 + 1.5'), sorted(n for n in dir() if n.startswith('q')), 'x' in globals(), [k for k in locals() if k.startswith('w')])
show(dict(zip('ab', [1, 2])), list(enumerate([1.5, 2.5], 1)), list(reversed([1, 2])), any([0, 1]), all([]), list(filter(None, [0, 1, 2.0])), tuple(map(float, '12')), int.from_bytes(b'\x01\x02', 'big'))
