"""Texts for the tests of repairing: as people paste them, and programs that Python can read."""

from pathlib import Path

from backprop.lessons.lens import LESSONS

PASTED = Path(__file__).parents[1] / "pasted"


def pasted(name):
    return (PASTED / f"{name}.py").read_bytes().decode()


def found(changes):
    return [(change.id, change.line, change.what) for change in changes]


BASE = pasted("00_base_ok")

PROGRAMS = PASTED.parent / "programs"
OF_PEOPLE = {  # in the styles and languages that repair meets most
    "05_coursera_dicts_tanh",
    "12_mazur_scalar_net_out",
    "15_dataclass_gen",
    "21_zh_node_connection_objects",
    "36_ru_go_forward_w2_before_delta2",
    "65_zh_np_matrix_bp_train",
    "h_micrograd",
}
LESSON_PROGRAMS = [path.read_text(encoding="utf-8") for path in sorted(LESSONS.glob("*/**/*.py"))]
VALID = [
    *LESSON_PROGRAMS,
    *(path.read_text(encoding="utf-8") for path in sorted(PROGRAMS.rglob("*.py")) if path.stem in OF_PEOPLE),
    "x = 1\r\nif x:\r\n\ty = '，“”'\r\n",
    "x = 1\ry = 2\r",
    "\u6743\u91cd = 1\n\u03b7 = \u6743\u91cd  # （，）\n",
    "def print2(x): ...\nprint (1, 2)\nprint\n",
    "class A:\n    ...\n",
    "x = col\u00b7lapse = 2\n",
    "long, lat = 1, 2\nunicode = str\nprint(long, unicode)\n",
    "try:\n    xrange\nexcept NameError:\n    xrange = range\n",
    "lt = 3\nx = 5\ny = x &lt; z = 2\n",
    "from operator import *\nx = 1 &lt; y = 2\n",
    "In = {}\nIn[2]: int = 1\n",
    "x = +1; a = b = 2\nif a <b> x: pass\n",
    "s = '''\n&lt;br&gt; <br> </p>\n> x\n\\_ 。\n'''  # &amp; </b>。\n",
    "import sys\nif sys.version_info[0] < 3:\n    input = raw_input\n",
    "import numpy as np\nnp.float = float\nx = np.float(1)\n",
    "import numpy as np\nx = np.zeros(3, bool), np.matrix([1]), np.random.rand(2)\n",
    "s = '''\n>>> x\n```\n1 2\n%magic\nnp.float\n'''  # xrange ， np.mat\n",
    "from io import StringIO\nfrom itertools import chain as izip\nx = StringIO()\n",
    "from numpy import *\nx = array([1]); y = sum(x); z = float(1)\nmat = asmatrix\nmat(x)\n",
    "",
    "\n\n",
    "# only a comment ，\n",
    "\x0cx = 1\n",
    "1\n2\n3\n",
    "python = 3\npython\nx = python\n",
    "from names import *\npython\nx = 1\n",
    "copy\n",
    "-x\n+y\n",
    "x = f'{y:：>5}{{，}}', f\"{d['：']}\"\n",
    "[1]\n[2]\n(3)\n",
]
