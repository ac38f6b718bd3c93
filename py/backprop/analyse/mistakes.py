"""The catalogue of known mistakes: of each, what it would give, and what is said about it.

To add one, add an entry. `gives` is handed a `Moment` and returns the number the mistake would have
left there, or several where it can be made in several ways; NaN where it could not have been made.
Mostly that is the equation itself, by a rule that is otherwise in one point or reading one other
number. Where two entries explain equally many numbers, the earlier one is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from backprop.analyse.evidence import Column, Moment
from backprop.analyse.findings import Words
from backprop.model.topology import Ref

OUTPUT_DELTA, HIDDEN_DELTA, SLOPE, WEIGHT, BIAS = "output delta", "hidden delta", "slope", "w", "b"
FORWARD, DELTA, UPDATE = ("net", "a"), (OUTPUT_DELTA, HIDDEN_DELTA), (WEIGHT, BIAS)
_MOST_SUBSETS = 6  # nodes downstream of which every choice is tried


@dataclass(frozen=True)
class Mistake:
    """A known mistake; `concerns` are the kinds of quantity it can be made in.

    `unset`: it reads what this pass has not set at all, so that its equation cannot be evaluated.
    Its words may name `what` it shows in, its `node` and `line`, the `count` of samples of an update
    and of the node's `sources`.
    """

    id: str
    concerns: tuple[str, ...]
    gives: Callable[[Moment], Any]
    en: Words
    zh: Words
    unset: bool = False


def kind_of(moment: Moment) -> str:
    """Which kind of quantity it is, as `concerns` names them."""
    if moment.quantity in ("delta", "dE_dnet"):  # but for their sign the same
        return OUTPUT_DELTA if moment.node in moment.topology.outputs else HIDDEN_DELTA
    return moment.quantity


# --- what some of them would give ---


def _without_bias(m: Moment) -> Column:
    """4.11 with a 0 where the bias has its constant 1."""
    return m.formula(lambda ref, sample=None: m.read(ref) * (ref[0] != "b"))


def _without_slope(m: Moment) -> Column:
    return m.formula(
        lambda ref, sample=None: 1.0 if ref[0] == "slope" else m.read(ref, sample),
        activation="linear",  # a line's slope is 1
    )


def _squeezed(m: Moment) -> Column:
    """The activation of the node's own output: the function applied twice."""
    return m.formula(lambda ref, sample=None: m.a(m.node), ref=("a", m.node), net=True)


def _moved(m: Moment, times: Any) -> Column:
    """An update that goes `times` as far as it should."""
    return np.asarray(m.started + times * (m.right - m.started), float)


def _eta_twice(m: Moment) -> Column:
    eta = m.read(("eta", None))
    return _moved(m, eta) if m.is_update else eta * m.right


def _eta_forgotten(m: Moment) -> Column:
    return m.formula(eta=False, rate=1.0) if m.rule.eta else m.code * np.nan


def _other_weights(m: Moment) -> Iterator[Column]:
    """4.3 through the weights of other connections."""

    def through(weights: dict[int, Column]) -> Column:
        return m.formula(lambda ref, sample=None: weights[ref[1][0]] if ref[0] == "w" else m.read(ref))

    yield from map(through, _mixed_up(m))


def _mixed_up(m: Moment) -> Iterator[dict[int, Column]]:
    """For each node downstream, the weight used in place of its own: of another row, another column, or all."""
    layer = next(nodes for nodes in m.topology.layers if m.node in nodes)
    below, sources = m.topology.downstream(m.node), m.topology.incoming(m.node)

    def w(k: int, j: int) -> Column:
        return m.read(("w", (k, j)))

    if len(below) > 1 and len(layer) > 1:  # W.reshape(…) for W.T: a square one is simply not transposed
        to_from = {k: divmod(layer.index(m.node) * len(below) + n, len(layer)) for n, k in enumerate(below)}
        from_to = {k: divmod(n * len(layer) + layer.index(m.node), len(below)) for n, k in enumerate(below)}
        yield {k: w(below[row], layer[column]) for k, (row, column) in to_from.items()}
        yield {k: w(below[column], layer[row]) for k, (row, column) in from_to.items()}
    yield {k: np.sum([w(k, j) for j in layer], axis=0) for k in below}
    yield {k: np.sum([w(m.node, i) for i in sources], axis=0) for k in below}
    yield from ({k: w(k, j) for k in below} for j in layer if j != m.node)
    yield from ({k: w(m.node, i) for k in below} for i in sources)


def _left_out(m: Moment) -> Iterator[Column]:
    """4.3 with some of the nodes downstream, but not all."""
    below = m.topology.downstream(m.node)
    sizes = range(1, len(below)) if len(below) <= _MOST_SUBSETS else (1, len(below) - 1)

    def with_only(kept: tuple[int, ...]) -> Column:
        return m.formula(lambda ref, sample=None: m.read(ref) * (ref[0] != "w" or ref[1][0] in kept))

    for size in sizes:
        yield from map(with_only, combinations(below, size))


def _other_inputs(m: Moment) -> Iterator[Column]:
    """4.5 with the number of another node, or with the net of the right one."""
    right: Ref = ("a", m.ref[1][1])

    def with_input(other: Ref) -> Column:
        return m.formula(lambda ref, sample=None: m.read(other if ref == right else ref, sample))

    others: list[Ref] = [("a", node) for node in sorted(m.topology.nodes)]
    yield from (with_input(other) for other in [*others, ("net", right[1])] if other != right)


def _bias_inputs(m: Moment) -> Iterator[Column]:
    """4.8 with an activation where a bias has a 1."""

    def with_input(node: int) -> Column:
        def read(ref: Ref, sample: Any = None) -> Column:
            return m.read(ref, sample) * (m.read(("a", node), sample) if ref[0] == "delta" else 1.0)

        return m.formula(read)

    yield from map(with_input, (m.node, *m.topology.incoming(m.node)))


def _stale_delta(m: Moment) -> Iterator[Column]:
    """With the delta of the pass before; in an update, perhaps with its input, too."""
    yield m.formula(m.read_earlier("delta"))
    if m.is_update:
        yield m.formula(m.read_earlier("delta", "a"))


def _stale_forward(m: Moment) -> Iterator[Column]:
    """With the activations of an earlier pass; or, where nothing ever goes forward, what this sample had before."""
    yield m.formula(m.read_earlier("a"))
    one = m.passes[0]
    if kind_of(m) == OUTPUT_DELTA and one.before:
        into: list[Ref] = [("w", (m.node, i)) for i in m.topology.incoming(m.node)]
        moved = np.any([one.weight(w) != one.before.weight(w) for w in into], axis=0)
        yield np.where(np.isnan(m.a(m.node)) & moved, one.same_sample_before(m.ref), np.nan)


# --- the catalogue ---

MISTAKES = (
    Mistake(
        "bias-left-out",
        FORWARD,
        _without_bias,
        Words(
            "The bias has no part in {what}: the weighted inputs alone are added up.",
            "Which number would node {node} send on if all its inputs were 0? What does line {line} give then?",
            "Every node has one weight more than it has inputs. Add b[j] to the sum; in a matrix product, the input "
            "vector ends with the 1 that belongs to the last column (4.11, 3.8).",
        ),
        Words(
            "{what} 里没有偏置：只把输入加权加了起来。",
            "假如输入全是 0，节点 {node} 该送出多少？第 {line} 行这时给出多少？",
            "每个节点的权重都比输入多一个。求和时要加上 b[j]；写成矩阵乘法，输入向量末尾要有一个 1，"
            "和最后一列相乘（式 4.11、3.8）。",
        ),
    ),
    Mistake(
        "slope-missing-output",
        (OUTPUT_DELTA,),
        _without_slope,
        Words(
            "At the output, delta is the whole of target minus output, however flat the sigmoid is there.",
            "An output near 0 or 1 hardly moves, however wrong it is. Which part of your line {line} knows that?",
            "The slope y(1 − y) is missing: delta = y(1 − y)(t − y), equation 4.1. (t − y alone is right if your "
            "error is the cross-entropy instead of 4.9: compute that in the program and it will be recognised.)",
        ),
        Words(
            "输出节点的 delta 就是目标值减输出，sigmoid 在那里有多平，它都不管。",
            "输出靠近 0 或 1 时，错得再多也几乎动不了。第 {line} 行里，哪一部分反映了这一点？",
            "少了斜率 y(1 − y)：delta = y(1 − y)(t − y)，即式 4.1。（如果你的误差不是 4.9 而是交叉熵，"
            "只用 t − y 是对的：在程序里把交叉熵算出来，这里就认得。）",
        ),
    ),
    Mistake(
        "slope-missing-hidden",
        (HIDDEN_DELTA,),
        _without_slope,
        Words(
            "A hidden node passes on all it hears from downstream, as if its own output moved freely with its net.",
            "Compare with the output's delta: what does it multiply by that line {line} does not?",
            "The node's own slope a(1 − a) is missing: delta = a(1 − a) Σ w δ, equation 4.3.",
        ),
        Words(
            "隐藏节点把从下游听来的原样当作自己的 delta，好像它的输出跟着 net 想动就动。",
            "和输出节点的 delta 比一比：那里乘上了什么，而第 {line} 行没有？",
            "少了这个节点自己的斜率 a(1 − a)：delta = a(1 − a) Σ w δ，即式 4.3。",
        ),
    ),
    Mistake(
        "slope-of-net",
        (*DELTA, SLOPE),
        lambda m: _without_slope(m) * m.slope(m.net),
        Words(
            "The slope has been worked out from net: net(1 − net), which can even be negative.",
            "y(1 − y) is between 0 and ¼. Is that so for the slope in line {line}? What is put into it?",
            "y(1 − y) wants the output y of the sigmoid, not what goes into it: use a(1 − a), equations 1.4 and 4.1.",
        ),
        Words(
            "斜率是拿 net 算的：net(1 − net)，它甚至会是负数。",
            "y(1 − y) 总在 0 和 ¼ 之间。第 {line} 行的斜率是这样吗？代进去的是什么？",
            "y(1 − y) 里的 y 是 sigmoid 的输出，不是它的输入：要用 a(1 − a)，见式 1.4、4.1。",
        ),
    ),
    Mistake(
        "slope-twice",
        DELTA,
        lambda m: m.right * m.slope(m.a(m.node)),
        Words(
            "delta is too small by one more factor of the slope: the slope is in it twice.",
            "Follow the slope from where it is computed: how often does it get into the delta of node {node}?",
            "Multiply by a(1 − a) once only, equations 4.1 and 4.3.",
        ),
        Words(
            "delta 又多乘了一个斜率，变小了：斜率乘了两次。",
            "从算出斜率的地方往下找：它几次进了节点 {node} 的 delta？",
            "a(1 − a) 只乘一次，见式 4.1、4.3。",
        ),
    ),
    Mistake(
        "slope-of-output",
        DELTA,
        lambda m: _without_slope(m) * m.slope(_squeezed(m)),
        Words(
            "The slope in delta is that of a sigmoid which got the output as its net: the sigmoid has been applied twice.",
            "Does your slope want the net or the output? And which of them does it get?",
            "A slope written as sigmoid(z)(1 − sigmoid(z)) wants the net z; one written as y(1 − y) wants the output. "
            "Hand each what it wants, equation 1.4.",
        ),
        Words(
            "delta 里的斜率，是把输出当作 net 又过了一遍 sigmoid 再求的。",
            "你的斜率函数要的是 net 还是输出？给它的又是哪一个？",
            "写成 sigmoid(z)(1 − sigmoid(z)) 的要 net；写成 y(1 − y) 的要输出。各给各的，见式 1.4。",
        ),
    ),
    Mistake(
        "error-sign",
        (OUTPUT_DELTA,),
        lambda m: -m.right,
        Words(
            "The output's delta has the right size and the wrong sign: it points away from the target.",
            "If the output is too small, should its net go up or down? Which way does line {line} send it, "
            "together with the sign of your update?",
            "Write t − y and add to the weights, or y − t and subtract: not one half of each (4.1, 4.5).",
        ),
        Words(
            "输出节点的 delta 大小对，符号反了：它指向远离目标的方向。",
            "输出偏小时，net 该变大还是变小？第 {line} 行连同更新时的正负号，把它往哪边推？",
            "要么用 t − y，权重加上去；要么用 y − t，权重减下来。不能各取一半（式 4.1、4.5）。",
        ),
    ),
    Mistake(
        "delta-sign",
        (HIDDEN_DELTA, *UPDATE),
        lambda m: _moved(m, -1) if m.is_update else -m.right,
        Words(
            "{what} moves exactly the wrong way: the error climbs where it should go down.",
            "Take one weight and one sample: is delta positive, is the input positive, and does the weight grow?",
            "With delta = −∂E/∂net the step is added: w ← w + ηδx (4.5); with the other sign it is taken off. "
            "A hidden delta has no sign of its own (4.3).",
        ),
        Words(
            "{what} 正好往反方向走：误差本该下降，却在上升。",
            "拿一个权重、一个样本来看：delta 是正的吗？输入是正的吗？权重变大了吗？",
            "delta = −∂E/∂net 时要加：w ← w + ηδx（式 4.5）；用另一种符号时要减。隐藏层的 delta 自己不带负号（式 4.3）。",
        ),
    ),
    Mistake(
        "updated-weights",
        (HIDDEN_DELTA,),
        lambda m: m.formula(m.read_now),
        Words(
            "The hidden deltas come through weights that have already moved, not those the forward pass used.",
            "In which order do lines run: the one that sets hidden deltas and the one that changes the weights above them?",
            "Compute all deltas first and update afterwards, or keep the old weights: 4.3 is the derivative of the "
            "forward pass that was made.",
        ),
        Words(
            "隐藏层的 delta 用的是已经改过的权重，不是前向时用的那些。",
            "哪一行先运行：算隐藏层 delta 的，还是改上面那层权重的？",
            "先把所有 delta 算完再更新，或者留一份旧权重：式 4.3 是对刚才那次前向求的导。",
        ),
    ),
    Mistake(
        "downstream-left-out",
        (HIDDEN_DELTA,),
        lambda m: list(_left_out(m)),
        Words(
            "Node {node} hears from some of the nodes it feeds, but not from all of them.",
            "Follow every connection that leaves node {node}. Which of them does line {line} not count?",
            "The sum in 4.3 runs over every node downstream: add w δ for each of them.",
        ),
        Words(
            "节点 {node} 只听到了一部分下游节点的话，没有听全。",
            "把从节点 {node} 出去的连接一条条看过来：第 {line} 行漏了哪一条？",
            "式 4.3 的求和要走遍所有下游节点，每一个的 w δ 都要加上。",
        ),
    ),
    Mistake(
        "transposed-weights",
        (HIDDEN_DELTA,),
        lambda m: list(_other_weights(m)),
        Words(
            "The delta of node {node} comes back through the weights of other connections than its own.",
            "w[k, j] leads from j to k. In the sum for node {node}, which of the two indices has to stay {node}?",
            "Going back, the matrix is used the other way round: Σ over k of w_kj δ_k, which is W.T · delta (4.3).",
        ),
        Words(
            "节点 {node} 的 delta 是经过别的连接的权重传回来的，不是它自己的。",
            "w[k, j] 从 j 通向 k。给节点 {node} 求和时，两个下标里哪一个应当一直是 {node}？",
            "往回走时矩阵要转置：对 k 求和 w_kj δ_k，也就是 W.T · delta（式 4.3）。",
        ),
    ),
    Mistake(
        "stale-delta",
        (HIDDEN_DELTA, *UPDATE),
        lambda m: list(_stale_delta(m)),
        Words(
            "{what} is made with the delta of the sample before, not with this sample's.",
            "When line {line} runs, has this sample's delta been computed yet?",
            "Compute the deltas of a sample, from the output backwards, before anything reads them (4.1, 4.3, then 4.5).",
        ),
        Words(
            "{what} 用的是上一个样本的 delta，不是这一个的。",
            "第 {line} 行运行的时候，这个样本的 delta 算出来了吗？",
            "先从输出往回把这个样本的 delta 都算好，再去用它们（先 4.1、4.3，后 4.5）。",
        ),
        unset=True,
    ),
    Mistake(
        "stale-forward",
        (*DELTA, *UPDATE),
        lambda m: list(_stale_forward(m)),
        Words(
            "The deltas of this sample are made from the outputs of another: nothing went forward for it.",
            "The inputs changed. What has to be computed again before the output can be compared with the target?",
            "Repeat the forward pass for every sample, and after every update, before its deltas are computed (3.2, 3.3).",
        ),
        Words(
            "这个样本的 delta 用的是另一次前向的输出：它自己没有做前向计算。",
            "输入换了。要拿输出和目标值比，先得把什么重新算一遍？",
            "每个样本、每次更新之后，都要先做前向计算，再算 delta（式 3.2、3.3）。",
        ),
        unset=True,
    ),
    Mistake(
        "bias-not-updated",
        (BIAS,),
        lambda m: m.started,
        Words(
            "The bias of node {node} never moves, while its weights do.",
            "A bias is a weight, too. Where is it told to move?",
            "Add b ← b + ηδ for every node that has a bias (4.8).",
        ),
        Words(
            "节点 {node} 的权重在变，偏置却一直没动。",
            "偏置也是一个权重。程序里哪里让它改变了？",
            "每个有偏置的节点都要更新：b ← b + ηδ（式 4.8）。",
        ),
    ),
    Mistake(
        "weights-not-updated",
        (WEIGHT,),
        lambda m: m.started,
        Words(
            "{what} never moves, while others do.",
            "Which connections does your update go through, and which of them does it leave out?",
            "Every weight is updated: w ← w + ηδx (4.5).",
        ),
        Words(
            "别的权重在变，{what} 却一直没动。",
            "更新时走遍了哪些连接？漏了哪些？",
            "每个权重都要更新：w ← w + ηδx（式 4.5）。",
        ),
    ),
    Mistake(
        "bias-per-weight",
        (BIAS,),
        lambda m: _moved(m, len(m.topology.incoming(m.node))),
        Words(
            "The bias of node {node} moves {sources} times as far as it should, and it has {sources} incoming weights.",
            "How often does line {line} run for one sample and one node? And how many biases does a node have?",
            "Update a bias once a node, outside the loop over the incoming weights (4.8).",
        ),
        Words(
            "节点 {node} 的偏置走了应走距离的 {sources} 倍，而它正好有 {sources} 个输入权重。",
            "对一个样本、一个节点，第 {line} 行运行了几次？一个节点有几个偏置？",
            "偏置每个节点只更新一次，放在遍历输入权重的循环外面（式 4.8）。",
        ),
    ),
    Mistake(
        "bias-with-activation",
        (BIAS,),
        lambda m: list(_bias_inputs(m)),
        Words(
            "The bias of node {node} moves as if an activation were its input.",
            "What is the input of a bias?",
            "A bias is a weight whose input is always 1: b ← b + ηδ (4.8).",
        ),
        Words(
            "节点 {node} 的偏置更新时，好像它的输入是某个激活值。",
            "偏置的输入是多少？",
            "偏置是输入恒为 1 的权重：b ← b + ηδ（式 4.8）。",
        ),
    ),
    Mistake(
        "eta-forgotten",
        UPDATE,
        _eta_forgotten,
        Words(
            "{what} takes the whole step, though the program has a learning rate.",
            "How long would the step be with half the learning rate? Does line {line} know of it?",
            "Multiply the step by η: w ← w + ηδx (4.5), b ← b + ηδ (4.8).",
        ),
        Words(
            "程序里有学习率，{what} 却走了整整一步。",
            "学习率减半，这一步会变成多长？第 {line} 行知道有学习率吗？",
            "这一步要乘上 η：w ← w + ηδx（式 4.5），b ← b + ηδ（式 4.8）。",
        ),
    ),
    Mistake(
        "eta-twice",
        (*DELTA, *UPDATE),
        _eta_twice,
        Words(
            "The learning rate is in {what} once more than it should be.",
            "Follow η through the program: where does it come in, and where does it come in again?",
            "η belongs into the update only, and once: w ← w + ηδx (4.5). A delta has no η in it.",
        ),
        Words(
            "{what} 里多乘了一次学习率。",
            "顺着程序找 η：它在哪里乘进来，又在哪里再乘了一次？",
            "η 只在更新时乘一次：w ← w + ηδx（式 4.5）。delta 里没有 η。",
        ),
    ),
    Mistake(
        "gradient-not-reset",
        UPDATE,
        lambda m: m.formula(momentum=1.0),
        Words(
            "Each step of {what} is the step before plus a new one: what the samples asked for is never cleared.",
            "Where does the sum over the samples start from, in the first iteration and in the second?",
            "Set the sum back to zero before it is gathered anew; otherwise every old gradient counts again, for ever.",
        ),
        Words(
            "{what} 的每一步都是上一步再加新的一份：样本要求的总和从来没有清零。",
            "对样本求和，第一次迭代从几开始？第二次呢？",
            "每次重新累加之前先清零；否则旧的梯度会一直重复算下去。",
        ),
    ),
    Mistake(
        "batch-averaged-and-summed",
        UPDATE,
        lambda m: m.formula(averaged=not m.rule.averaged) if m.together > 1 else m.code * np.nan,
        Words(
            "Some weights or biases move by the sum over the {count} samples, others by their mean.",
            "Compare the two lines that use the sums: which of them divides, and by what?",
            "Sum everywhere or average everywhere; half of each is two learning rates, {count} times apart.",
        ),
        Words(
            "有的权重或偏置按 {count} 个样本的总和走，有的按平均值走。",
            "比较用到总和的两行：哪一行除了？除以几？",
            "要么都求和，要么都取平均；各用一半，等于两个相差 {count} 倍的学习率。",
        ),
    ),
    Mistake(
        "wrong-input",
        (WEIGHT,),
        lambda m: list(_other_inputs(m)),
        Words(
            "{what} moves by the number of another node than the one its connection comes from.",
            "What travelled along this connection in the forward pass? Is it what line {line} multiplies by?",
            "w_ji moves by δ_j times what node i sent: the activation at the connection's own start (4.5).",
        ),
        Words(
            "{what} 更新时乘的不是它那条连接起点的数。",
            "前向时沿这条连接走过来的是什么？第 {line} 行乘的是它吗？",
            "w_ji 按 δ_j 乘节点 i 送来的值来改：用这条连接起点的激活值（式 4.5）。",
        ),
    ),
)
