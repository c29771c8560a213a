# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things stand in one Python file; runs none of it.

Standard input: {text}. Standard output: the calls at the top level whose arguments are constants,
the line of the call that freezes _boot.py, and whether the file asks for __name__ == "__main__".
"""
import ast
import json
import sys


def constant(node):
    if isinstance(node, (ast.List, ast.Tuple)):
        return [constant(e) for e in node.elts]
    return node.value if isinstance(node, ast.Constant) \
        and isinstance(node.value, (str, int, type(None))) else None


def calls(tree):
    for node in tree.body:
        call = node.value if isinstance(node, ast.Expr) else None
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            yield {"name": call.func.id, "line": node.lineno, "end": node.end_lineno,
                   "args": [constant(a) for a in call.args],
                   "named": {k.arg: constant(k.value) for k in call.keywords if k.arg}}


def asks_main(tree):
    return any(isinstance(n, ast.Compare) and isinstance(n.left, ast.Name)
               and n.left.id == "__name__" for n in ast.walk(tree))


def main():
    text = json.load(sys.stdin)["text"]
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError) as e:
        json.dump({"error": {"line": getattr(e, "lineno", 0) or 0,
                             "text": getattr(e, "msg", None) or str(e)}}, sys.stdout)
        return
    found = list(calls(tree))
    boot = [c["line"] for c in found if c["name"].startswith("freeze")
            and "_boot.py" in (c["args"] + list(c["named"].values()))]
    json.dump({"error": None, "calls": found, "boot": boot[-1] if boot else 0,
               "asks_main": asks_main(tree)}, sys.stdout)
