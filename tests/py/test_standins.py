"""The stand-ins keep what a program draws, run its loops as they are, and leave nothing behind."""

import json
import sys
import textwrap
from dataclasses import asdict

import numpy as np
import pytest
from backprop.sandbox.drawing_calls import MOST_DRAWINGS, MOST_VALUES
from backprop.sandbox.standins import ROOTS, standins
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st


def run(program):
    """The drawings that a program collects, and its variables."""
    variables = {}
    with standins() as collected:
        exec(textwrap.dedent(program), variables)
    return collected, variables


def calls(collected):
    return [
        (drawing.call, drawing.figure, drawing.panel, drawing.arguments) for drawing in collected.drawings
    ]


def test_a_training_that_ends_with_a_plot():
    collected, _ = run("""
        import numpy as np
        import matplotlib.pyplot as plt
        plt.rcParams['font.sans-serif'] = ['SimHei']
        plt.style.use('ggplot')
        losses = [0.9, np.float64(0.5), float('nan')]
        fig = plt.figure(figsize=(4, 3))
        line, = plt.plot(range(3), losses, 'r--', label='误差', linewidth=np.int64(2))
        plt.title('训练误差'); plt.xlabel('迭代'); plt.ylabel('loss')
        plt.legend(loc='best'); plt.grid(True); plt.axis('equal')
        plt.tight_layout(); plt.savefig('loss.png'); plt.show()
    """)
    whole = (1, 1, 1)
    assert calls(collected) == [
        ("plot", 1, whole, [[0, 1, 2], [0.9, 0.5, None], "r--"]),
        ("title", 1, whole, ["训练误差"]),
        ("xlabel", 1, whole, ["迭代"]),
        ("ylabel", 1, whole, ["loss"]),
        ("legend", 1, whole, []),
        ("grid", 1, whole, [True]),
        ("axis", 1, whole, ["equal"]),
    ]
    assert collected.drawings[0].options == {"label": "误差", "linewidth": 2}
    assert collected.unsupported == []


def test_a_decision_boundary():
    collected, _ = run("""
        from matplotlib import pyplot as plt, cm
        from matplotlib.colors import ListedColormap
        import numpy as np
        x, y = np.meshgrid([0, 1], [2, 3])
        plt.contourf(x, y, x + y, cmap=plt.cm.Spectral, alpha=0.8)
        plt.scatter(x[0], y[0], c=np.array([0, 1]), cmap=ListedColormap(['r', 'b']))
        plt.colorbar()
        plt.imshow(np.eye(2) > 0, cmap='gray')
    """)
    drawn = [(drawing.call, drawing.options) for drawing in collected.drawings]
    assert drawn == [
        ("contourf", {"cmap": "Spectral", "alpha": 0.8}),
        ("scatter", {"c": [0, 1], "cmap": "ListedColormap"}),
        ("colorbar", {}),
        ("imshow", {"cmap": "gray"}),
    ]
    assert collected.drawings[0].arguments == [[[0, 1], [0, 1]], [[2, 2], [3, 3]], [[2, 3], [3, 4]]]
    assert collected.unsupported == []


def test_panels_and_figures():
    collected, _ = run("""
        import matplotlib.pyplot as plt
        plt.subplot(2, 1, 1); plt.plot([1])
        plt.subplot(212); plt.plot([2])
        plt.show()
        fig, (a, b) = plt.subplots(1, 2, figsize=(8, 3))
        a.plot([3]); b.set_title('x'); b.set(xlabel='k')
        fig.suptitle('both'); fig.colorbar(None, ax=a)
        fig, axes = plt.subplots(2, 2)
        axes[1, 0].scatter([4], [4])
        for ax in axes.flat: ax.set_xticks([])
        fig, ax = plt.subplots()
        ax.twinx().plot([5]); plt.gca().plot([6]); plt.gcf().add_subplot(111, projection='3d').plot([7])
        plt.figure(1); plt.plot([8])
    """)
    assert [call[1:3] for call in calls(collected) if call[0] != "xticks"] == [
        (1, (2, 1, 1)),
        (1, (2, 1, 2)),
        (2, (1, 2, 1)),
        (2, (1, 2, 2)),
        (2, (1, 2, 2)),
        (2, (1, 2, 1)),
        (2, (1, 2, 1)),
        (3, (2, 2, 3)),
        (4, (1, 1, 1)),
        (4, (1, 1, 1)),
        (1, (1, 1, 1)),
    ]
    assert collected.unsupported == ["ax(3d).plot"]


def test_a_figure_that_is_drawn_anew_in_each_turn_is_kept_once():
    collected, _ = run("""
        import matplotlib.pyplot as plt
        plt.ion()
        for k in range(3000):
            plt.clf(); plt.plot([k]); plt.pause(0.01); plt.draw()
    """)
    assert calls(collected) == [("plot", 1, (1, 1, 1), [[2999]])]


def test_long_arrays_are_thinned_and_too_many_calls_are_counted():
    collected, _ = run(f"""
        import matplotlib.pyplot as plt, numpy as np
        plt.plot(np.arange(100_000)); plt.imshow(np.zeros((3000, 1000)))
        for k in range({MOST_DRAWINGS}): plt.plot([k])
    """)
    long, image = (drawing.arguments[0] for drawing in collected.drawings[:2])
    assert long == list(range(0, 100_000, 10))
    assert len(image) * len(image[0]) <= MOST_VALUES
    assert (len(collected.drawings), collected.dropped) == (MOST_DRAWINGS, 2)


def test_what_is_drawn_is_a_copy():
    collected, _ = run("""
        import matplotlib.pyplot as plt, numpy as np
        x = np.zeros(2); plt.plot(x); x += 1
    """)
    assert collected.drawings[0].arguments == [[0.0, 0.0]]


def test_what_is_not_supported_does_nothing_and_is_remembered():
    collected, variables = run("""
        import matplotlib, matplotlib.animation as animation
        import matplotlib.pyplot as plt
        from mpl_toolkits.mplot3d import Axes3D
        matplotlib.use('Agg')
        plt.hexbin([1], [2]).set_label('x')
        plt.hexbin([1], [2])
        fig, ax = plt.subplots()
        ax.quiver(1, 2)
        ani = animation.FuncAnimation(fig, None, frames=3)
        class Bad:
            def __array__(self, *args): raise KeyError('x')
            def __iter__(self): raise KeyError('x')
        plt.plot(Bad()); plt.plot([1j])
        loop = []; loop.append(loop); plt.plot(loop)
        counts, edges, bars = plt.hist([1, 2, 2], bins=2)
        with plt.style.context('x'): pass
        del fig
    """)
    assert collected.unsupported == [
        "plt.hexbin",
        "plt.hexbin.set_label",
        "ax.quiver",
        "matplotlib.animation.FuncAnimation",
        "plt.plot",
    ]
    assert variables["counts"].tolist() == [1, 2]


def test_a_loop_with_a_progress_bar_is_the_plain_loop():
    _, variables = run("""
        import tqdm as module
        from tqdm import tqdm, trange
        from tqdm.notebook import tqdm as other
        from tqdm import auto
        third = auto.trange
        seen = [*tqdm([1, 2], desc='x'), *trange(3), *trange(1, 7, 3), *other('ab'), *third(1), *module.tqdm([9])]
        bar = tqdm(range(4), total=9)
        for k in bar: bar.set_description(f'{k}'); bar.set_postfix(loss=k)
        with tqdm(total=5) as counted: counted.update(2); counted.close()
        n, size = counted.n, (len(bar), len(tqdm([1])))
    """)
    assert variables["seen"] == [1, 2, 0, 1, 2, 1, 4, "a", "b", 0, 9]
    assert (variables["n"], variables["size"]) == (2, (9, 1))


def test_seaborn_ipython_and_pylab():
    collected, _ = run("""
        import seaborn as sns, IPython
        from IPython.display import clear_output, display, HTML
        sns.set(); sns.set_style('dark'); clear_output(wait=True); sns.heatmap([[1]])
        from pylab import *
        plot(linspace(0, 1, 2)); show()
    """)
    assert collected.unsupported == ["IPython.display.clear_output", "seaborn.heatmap"]
    assert calls(collected) == [("plot", 1, (1, 1, 1), [[0.0, 1.0]])]


def test_nothing_stays_and_what_was_there_comes_back(monkeypatch):
    installed = type(sys)("tqdm")
    monkeypatch.setitem(sys.modules, "tqdm", installed)
    finders = list(sys.meta_path)
    with pytest.raises(ZeroDivisionError):
        run("import tqdm, matplotlib.pyplot, seaborn, IPython\ntqdm.trange(3)\n1 / 0")
    assert sys.modules["tqdm"] is installed
    assert sys.meta_path == finders
    assert [name for name in sys.modules if name.split(".")[0] in ROOTS] == ["tqdm"]


def test_each_run_begins_with_nothing_drawn():
    run("import matplotlib.pyplot as plt; plt.plot([1])")
    collected, _ = run("import matplotlib.pyplot as plt; plt.title('x')")
    assert calls(collected) == [("title", 1, (1, 1, 1), ["x"])]


NUMBERS = st.integers(-(10**20), 10**20) | st.floats() | st.booleans() | st.none() | st.text(max_size=3)
ANYTHING = st.recursive(
    NUMBERS
    | st.builds(np.array, st.lists(st.floats(), max_size=3))
    | st.builds(object)
    | st.complex_numbers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=2), inner, max_size=2)
        | st.tuples(inner)
    ),
    max_leaves=6,
)


@settings(max_examples=examples(300))
@given(
    st.sampled_from(["plot", "hist", "subplot", "title", "figure", "legend", "hexbin"]),
    st.lists(ANYTHING, max_size=3),
)
def test_whatever_is_drawn_is_plain_data(name, arguments):
    with standins() as collected:
        import matplotlib.pyplot as plt

        getattr(plt, name)(*arguments)
        plt.plot(*arguments)
    json.dumps([asdict(drawing) for drawing in collected.drawings], allow_nan=False)
