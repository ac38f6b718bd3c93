"""Ways of writing a program that change nothing of what it computes: for tests that expect the same of all of them.

`WAYS[name](source)` gives the other program, or None where the way is not to be had or might change a number.
Over 400 lines: all ways share the same questions about a program, and a test combines them.
"""

import ast
import builtins
import copy
import io
import itertools
import keyword
from collections import Counter
from contextlib import redirect_stdout

FILE = "<program>"


def printed(source):
    """The output of a program that runs by itself; None if it ends with an error."""
    out = io.StringIO()
    try:
        with redirect_stdout(out):
            exec(compile(source, FILE, "exec"), {"__name__": "__main__"})
    except Exception:
        return None
    return out.getvalue()


# --- names ---


def _own_names(tree):
    """The names that the program gives to variables, functions, classes and parameters; attributes of its own objects."""
    given, imported, read = set(), set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            given.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            given.add(node.name)
        elif isinstance(node, ast.arg):
            given.add(node.arg)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            given.add(node.attr)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            given.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            imported |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            read.add(node.value)  # getattr(self, "w1"), a field of a dict of keyword arguments
    special = {name for name in given if name.startswith("__") or name in dir(builtins)}
    attributes = {name for name in given if any(name in dir(kind) for kind in (list, dict, str, float))}
    import numpy as np

    arrays = {name for name in given if name in dir(np) or name in dir(np.ndarray)}
    return sorted(given - imported - special - attributes - arrays - read)


class _Renamer(ast.NodeTransformer):
    def __init__(self, names):
        self.names = names

    def visit_Name(self, node):
        node.id = self.names.get(node.id, node.id)
        return node

    def visit_arg(self, node):
        node.arg = self.names.get(node.arg, node.arg)
        return self.generic_visit(node)

    def visit_Attribute(self, node):
        node.attr = self.names.get(node.attr, node.attr)
        return self.generic_visit(node)

    def visit_keyword(self, node):
        node.arg = self.names.get(node.arg, node.arg)
        return self.generic_visit(node)

    def _named(self, node):
        node.name = self.names.get(node.name, node.name)
        return self.generic_visit(node)

    visit_FunctionDef = visit_ClassDef = visit_ExceptHandler = _named

    def visit_Global(self, node):
        node.names = [self.names.get(name, name) for name in node.names]
        return node

    visit_Nonlocal = visit_Global


def renamed(letters):
    """All names of the program's own, to names made of these letters."""

    def change(tree):
        fresh = ("".join(some) for size in (1, 2, 3) for some in itertools.product(letters, repeat=size))
        fresh = (name for name in fresh if name.isidentifier() and not keyword.iskeyword(name))
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        fresh = (name for name in fresh if name not in used)
        return _Renamer(dict(zip(_own_names(tree), fresh))).visit(tree)

    return change


# --- statements ---


def _blocks(tree):
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield block


def written_out(tree):
    """`a += b` as `a = a + b`."""
    for block in _blocks(tree):
        for n, one in enumerate(block):
            if isinstance(one, ast.AugAssign):
                read = ast.parse(ast.unparse(one.target), mode="eval").body
                block[n] = ast.Assign([one.target], ast.BinOp(read, one.op, one.value))
    return tree


def written_short(tree):
    """`a = a + b` as `a += b`."""
    for block in _blocks(tree):
        for n, one in enumerate(block):
            if (
                isinstance(one, ast.Assign)
                and len(one.targets) == 1
                and isinstance(one.value, ast.BinOp)
                and ast.unparse(one.value.left) == ast.unparse(one.targets[0])
            ):
                block[n] = ast.AugAssign(one.targets[0], one.value.op, one.value.right)
    return tree


def split(tree):
    """Each part of a sum or product that is one itself gets a statement and a name of its own."""
    count = itertools.count()

    def parts(node):
        new = []
        for side in ("left", "right"):
            child = getattr(node, side)
            if isinstance(child, ast.BinOp) and not any(
                isinstance(n, ast.Name) and False for n in ast.walk(child)
            ):
                new += parts(child)
                name = f"part_{next(count)}"
                new.append(ast.Assign([ast.Name(name, ast.Store())], child))
                setattr(node, side, ast.Name(name, ast.Load()))
        return new

    for block in _blocks(tree):
        block[:] = [
            new
            for one in block
            for new in (
                [*parts(one.value), one]
                if isinstance(one, (ast.Assign, ast.AugAssign)) and isinstance(one.value, ast.BinOp)
                else [one]
            )
        ]
    return tree


def joined(tree):
    """A name that is set once and read once, in the next statement, is replaced by what it was set to."""
    names = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    for block in _blocks(tree):
        n = 0
        while n + 1 < len(block):
            one, after = block[n], block[n + 1]
            if (
                isinstance(one, ast.Assign)
                and len(one.targets) == 1
                and isinstance(one.targets[0], ast.Name)
                and names[one.targets[0].id] == 2
                and isinstance(after, (ast.Assign, ast.AugAssign, ast.Return))
                and after.value is not None
            ):
                name = one.targets[0].id
                reads = [p for p in ast.walk(after.value) if isinstance(p, ast.Name) and p.id == name]
                inner = [p for p in ast.walk(after.value) if isinstance(p, (ast.Lambda, ast.comprehension))]
                if len(reads) == 1 and not inner:
                    after.value = _Replace(name, one.value).visit(after.value)
                    del block[n]
                    continue
            n += 1
    return tree


class _Replace(ast.NodeTransformer):
    def __init__(self, name, value):
        self.name, self.value = name, value

    def visit_Name(self, node):
        return self.value if node.id == self.name else node


def in_functions(tree):
    """Sums, differences and products are functions of the program."""

    names = {ast.Add: "plus", ast.Sub: "minus", ast.Mult: "times"}

    class Caller(ast.NodeTransformer):
        def visit_BinOp(self, node):
            self.generic_visit(node)
            name = names.get(type(node.op))
            return ast.Call(ast.Name(name, ast.Load()), [node.left, node.right], []) if name else node

    functions = "".join(
        f"def {name}(one, other):\n    return one {sign} other\n"
        for name, sign in (("plus", "+"), ("minus", "-"), ("times", "*"))
    )
    changed = Caller().visit(tree)
    at = next(
        (
            n
            for n, one in enumerate(changed.body)
            if not isinstance(one, (ast.Import, ast.ImportFrom, ast.Expr))
        ),
        0,
    )
    changed.body[at:at] = ast.parse(functions).body
    return changed


def with_while(tree):
    """`for i in range(n):` as a `while` loop."""
    count = itertools.count()
    for block in list(_blocks(tree)):
        for n, one in reversed(list(enumerate(block))):
            if not (
                isinstance(one, ast.For)
                and isinstance(one.target, ast.Name)
                and isinstance(one.iter, ast.Call)
                and ast.unparse(one.iter.func) == "range"
                and len(one.iter.args) == 1
                and not one.orelse
                and not any(isinstance(part, (ast.Continue, ast.Break)) for part in ast.walk(one))
            ):
                continue
            name = f"turn_{next(count)}"
            start = ast.parse(f"{name} = 0").body
            begin = ast.parse(f"{one.target.id} = {name}\n{name} += 1").body
            test = ast.Compare(ast.Name(name, ast.Load()), [ast.Lt()], one.iter.args)
            block[n : n + 1] = [*start, ast.While(test, [*begin, *one.body], [])]
    return tree


def _simple(one):
    calls = [part for part in ast.walk(one) if isinstance(part, (ast.Call, ast.Yield, ast.Await))]
    return isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name) and not calls


def reordered(tree):
    """Neighbouring statements that have no name in common change places."""
    for block in _blocks(tree):
        for n in range(0, len(block) - 1, 1):
            one, other = block[n : n + 2]
            if _simple(one) and _simple(other):
                names = [{p.id for p in ast.walk(x) if isinstance(p, ast.Name)} for x in (one, other)]
                if names[0].isdisjoint(names[1]):
                    block[n : n + 2] = other, one
    return tree


def in_a_dict(tree):
    """Variables of the program (not of its functions) are items of a dict."""
    return _held(
        tree, lambda name: ast.Subscript(ast.Name("store", ast.Load()), ast.Constant(name)), "store = {}"
    )


def in_an_object(tree):
    """Variables of the program are attributes of an object."""
    made = "class Store:\n    pass\nstore = Store()"
    return _held(tree, lambda name: ast.Attribute(ast.Name("store", ast.Load()), name), made)


def _held(tree, place, made):
    top = [one for one in tree.body if not isinstance(one, (ast.FunctionDef, ast.ClassDef))]
    inner = {
        name
        for one in tree.body
        for part in ast.walk(one)
        if isinstance(part, (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.comprehension, ast.Global))
        for name in [p.id for p in ast.walk(part) if isinstance(p, ast.Name)]
        + list(getattr(part, "names", []))
    }
    given = {
        part.id
        for one in top
        for part in ast.walk(one)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    } - inner

    class Holder(ast.NodeTransformer):
        def visit_Name(self, node):
            if node.id not in given:
                return node
            found = place(node.id)
            found.ctx = node.ctx
            return found

    for n, one in enumerate(tree.body):
        if one in top:
            tree.body[n] = Holder().visit(one)
    at = next(
        (n for n, one in enumerate(tree.body) if not isinstance(one, (ast.Import, ast.ImportFrom, ast.Expr))),
        0,
    )
    tree.body[at:at] = ast.parse(made).body
    return tree


# --- functions, lists and arrays ---


def in_line(tree):
    """Calls of the program's functions that are one `return` are replaced by what it returns."""
    functions = {
        one.name: one
        for one in tree.body
        if isinstance(one, ast.FunctionDef) and len(one.body) == 1 and isinstance(one.body[0], ast.Return)
    }

    class Inliner(ast.NodeTransformer):
        def visit_Call(self, node):
            self.generic_visit(node)
            found = functions.get(node.func.id) if isinstance(node.func, ast.Name) else None
            if found is None or node.keywords or len(node.args) != len(found.args.args):
                return node
            value = copy.deepcopy(found.body[0].value)
            if any(isinstance(one, (ast.Lambda, ast.comprehension, ast.Starred)) for one in ast.walk(value)):
                return node
            uses = Counter(one.id for one in ast.walk(value) if isinstance(one, ast.Name))
            for name, given in zip([one.arg for one in found.args.args], node.args):
                if uses[name] > 1 and not isinstance(given, (ast.Name, ast.Attribute, ast.Constant)):
                    return node
            given = {one.arg: arg for one, arg in zip(found.args.args, node.args)}
            if set(given) & {
                one.id for arg in node.args for one in ast.walk(arg) if isinstance(one, ast.Name)
            }:
                return node  # a name of the caller would be read as a parameter
            for name, arg in given.items():
                value = _Replace(name, arg).visit(value)
            return value

    return Inliner().visit(tree)


def out_of_line(tree):
    """Each value that is computed and given to a name comes from a function of its own."""
    count = itertools.count()
    fixed = set(dir(builtins)) | {
        name
        for one in ast.walk(tree)
        for name in (
            [one.name]
            if isinstance(one, (ast.FunctionDef, ast.ClassDef))
            else [(alias.asname or alias.name).split(".")[0] for alias in one.names]
            if isinstance(one, (ast.Import, ast.ImportFrom))
            else []
        )
    }
    made = []
    for block in list(_blocks(tree)):
        for one in block:
            is_plain = isinstance(one, (ast.Assign, ast.AugAssign)) and isinstance(one.value, ast.BinOp)
            scoped = (ast.Lambda, ast.comprehension, ast.Await, ast.Yield, ast.NamedExpr)
            if not is_plain or any(isinstance(part, scoped) for part in ast.walk(one.value)):
                continue
            read = [part.id for part in ast.walk(one.value) if isinstance(part, ast.Name)]
            names = [name for name in dict.fromkeys(read) if name not in fixed]
            name = f"worked_out_{next(count)}"
            function = ast.parse(f"def {name}({', '.join(names)}):\n    return 0").body[0]
            function.body[0].value = one.value
            made.append(function)
            one.value = ast.Call(ast.Name(name, ast.Load()), [ast.Name(n, ast.Load()) for n in names], [])
    at = next(
        (n for n, one in enumerate(tree.body) if not isinstance(one, (ast.Import, ast.ImportFrom, ast.Expr))),
        0,
    )
    tree.body[at:at] = made
    return tree


def as_arrays(tree):
    """Lists of numbers that the program begins with are arrays."""
    for one in tree.body:
        if isinstance(one, ast.Assign) and isinstance(one.value, (ast.List, ast.ListComp)):
            one.value = ast.Call(ast.parse("np.array", mode="eval").body, [one.value], [])
    return tree


def as_lists(tree):
    """Arrays that are written out are lists."""
    for one in tree.body:
        call = one.value if isinstance(one, ast.Assign) and isinstance(one.value, ast.Call) else None
        is_array = call is not None and ast.unparse(call.func) == "np.array" and not call.keywords
        if is_array and len(call.args) == 1 and isinstance(call.args[0], ast.List):
            one.value = call.args[0]
    return tree


TREES = {
    "short names": renamed("abcdefgh"),
    "Chinese names": renamed("权重误差层输入出隐"),
    "Greek names": renamed("αβγδεζηθ"),
    "a = a + b": written_out,
    "a += b": written_short,
    "expressions split": split,
    "expressions joined": joined,
    "functions": in_functions,
    "while loops": with_while,
    "another order": reordered,
    "a dict": in_a_dict,
    "an object": in_an_object,
    "functions in line": in_line,
    "a function each": out_of_line,
    "lists as arrays": as_arrays,
    "arrays as lists": as_lists,
}


def way(change):
    def rewritten(source):
        tree = ast.fix_missing_locations(change(ast.parse(source)))
        text = ast.unparse(tree)
        if text == ast.unparse(ast.parse(source)):
            return None
        return text + "\n"

    return rewritten


WAYS = {name: way(change) for name, change in TREES.items()}
