# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads Python sources that are to be frozen, with python's own parser; runs none of them.

Standard input: {files: [{name, path, application}], ready: bool}. Standard output: facts about each
file, which imports a file on the camera could override, and with "ready" what a shipped camera must
have: found at a line, not found, or can't tell and why. Codes go out, no sentences.

The second part follows the program as it would run: boot.py, then main.py, into the functions they
call, past what can't run (if False:, after return). What is only likely is "unknown", never "found".
"""
import ast
import json
import sys

LARGE = 16384
MOST_STEPS = 60000
DEEPEST = 12
LOG = {"exception", "error", "critical", "warning", "info", "log", "debug"}
BUILT_IN = {"machine", "umachine", "time", "os", "sys", "logging", "ssl", "tls", "asyncio", "pyb",
            "omv", "micropython", "csi", "sensor", "image", "ml", "network", "socket", "struct",
            "binascii", "json", "gc", "math", "random", "_thread", "vfs", "display", "mjpeg", "gif"}
AWAIT = (".create_task", ".gather", ".run", ".run_until_complete", ".wait_for", ".wait_for_ms")
ENDS = {"sys.exit", "usys.exit", "machine.reset", "umachine.reset", "machine.deepsleep",
        "machine.bootloader", "pyb.bootloader", "pyb.hard_reset"}
TRUSTED = {".frozen", "/rom", "/rom/lib"}


def truth(node, main):
    """True or False where a test can't be otherwise; else None."""
    if isinstance(node, ast.Constant):
        return bool(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = truth(node.operand, main)
        return None if inner is None else not inner
    if isinstance(node, ast.Name) and node.id == "TYPE_CHECKING":
        return False
    if isinstance(node, ast.Compare) and isinstance(node.left, ast.Name) \
            and node.left.id == "__name__" and isinstance(node.ops[0], ast.Eq) \
            and isinstance(node.comparators[0], ast.Constant):
        return (node.comparators[0].value == "__main__") == main
    if isinstance(node, ast.BoolOp):
        parts = [truth(v, main) for v in node.values]
        stop = isinstance(node.op, ast.Or)
        if stop in parts:
            return stop
        return None if None in parts else not stop
    return None


def own_nodes(body):
    """All of @body but what stands in functions and classes of its own."""
    left = list(body)
    while left:
        node = left.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            left += list(ast.iter_child_nodes(node))


def breaks(body):
    """Whether a break in @body leaves the loop that @body is of."""
    for node in body:
        if isinstance(node, ast.Break):
            return True
        if isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            if breaks(node.orelse):
                return True
        elif isinstance(node, (ast.If, ast.With, ast.AsyncWith, ast.Try)):
            if any(breaks(getattr(node, part, [])) for part in ("body", "orelse", "finalbody")) or \
                    any(breaks(h.body) for h in getattr(node, "handlers", [])):
                return True
    return False


def never_left(loop):
    return not breaks(loop.body) and not any(isinstance(n, ast.Return) for n in own_nodes(loop.body))


def runs_later(function):
    """A call makes only a coroutine or a generator of it."""
    return isinstance(function, ast.AsyncFunctionDef) or any(
        isinstance(n, (ast.Yield, ast.YieldFrom)) for n in own_nodes(function.body))


class Module:
    def __init__(self, name, tree, main):
        self.name, self.tree, self.main = name, tree, main
        self.functions, self.classes, self.imports = {}, {}, {}
        self.values, self.attributes = {}, {}
        for node in tree.body:
            self.define(node)
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for a in node.names:
                    self.imports[a.asname or a.name.split(".")[0]] = \
                        a.name if a.asname else a.name.split(".")[0]
            elif isinstance(node, ast.ImportFrom) and node.module:
                for a in node.names:
                    self.imports[a.asname or a.name] = node.module + "." + a.name
        self.values = assigned(tree)
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                shared = {n for g in ast.walk(node) if isinstance(g, ast.Global) for n in g.names}
                for name, values in assigned(node).items():
                    if name in shared:
                        self.values.setdefault(name, []).extend(values)
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Attribute):
                        self.attributes.setdefault(target.attr, []).append(node.value)

    def define(self, node):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self.functions[node.name] = node
        elif isinstance(node, ast.ClassDef):
            self.classes[node.name] = {
                f.name: f for f in node.body
                if isinstance(f, (ast.FunctionDef, ast.AsyncFunctionDef))}
        elif isinstance(node, (ast.If, ast.Try)):
            for inner in node.body:
                self.define(inner)


def assigned(scope):
    """What each name of this very scope is set to."""
    found, left = {}, list(ast.iter_child_nodes(scope))
    while left:
        node = left.pop(0)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            continue
        pairs = []
        if isinstance(node, ast.Assign):
            pairs = [(t, node.value) for t in node.targets]
        elif isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr)) and node.value:
            pairs = [(node.target, node.value)]
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            pairs = [(node.optional_vars, node.context_expr)]
        for target, value in pairs:
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) \
                    and len(target.elts) == len(value.elts):
                pairs += list(zip(target.elts, value.elts))
            elif isinstance(target, ast.Name):
                found.setdefault(target.id, []).append(value)
        left += list(ast.iter_child_nodes(node))
    return found


class Frame:
    """Where code runs: in which module, function and class, with what for its parameters."""

    def __init__(self, module, function=None, owner=None, given=None):
        self.module, self.function, self.owner = module, function, owner
        self.given = given or {}
        self.locals = assigned(function) if function is not None else module.values

    def at(self, node):
        return {"file": self.module.name, "line": getattr(node, "lineno", 0)}


class Event:
    def __init__(self, kind, node, frame, chain):
        self.kind, self.node, self.frame, self.chain = kind, node, frame, chain

    def has(self, *kinds):
        return any(link[0] in kinds for link in self.chain)


class Program:
    def __init__(self, modules):
        self.modules = modules
        self.steps = 0
        self.overrun = False
        self.imported = set()
        self.awaited = set()
        self.events = []

    # -- names --

    def application(self, dotted):
        if dotted.split(".")[0] in BUILT_IN:
            return None
        for name in (dotted.replace(".", "/") + ".py", dotted.replace(".", "/") + "/__init__.py"):
            if name in self.modules:
                return self.modules[name]
        return None

    def library(self, node, frame):
        """"machine.WDT" for what is reached through an import, else None."""
        if isinstance(node, ast.Name):
            if node.id in frame.given or node.id in frame.locals or node.id in frame.module.values:
                return None  # set to something else somewhere
            if node.id in frame.module.functions or node.id in frame.module.classes:
                return None
            return frame.module.imports.get(node.id, node.id if node.id in ("open", "print") else None)
        if isinstance(node, ast.Attribute):
            base = self.library(node.value, frame)
            return base + "." + node.attr if base else None
        return None

    def sources(self, node, frame, depth=0):
        """Expressions that @node may stand for: [(expression, frame)]."""
        if depth > 6:
            return []
        found = []
        if isinstance(node, ast.Name):
            if node.id in frame.given:
                found = [frame.given[node.id]]
            elif node.id in frame.locals:
                found = [(v, frame) for v in frame.locals[node.id]]
            elif node.id in frame.module.values:
                found = [(v, Frame(frame.module)) for v in frame.module.values[node.id]]
            elif "." in frame.module.imports.get(node.id, ""):
                module, _, name = frame.module.imports[node.id].rpartition(".")
                other = self.application(module)
                if other is not None:
                    found = [(v, Frame(other)) for v in other.values.get(name, [])]
        elif isinstance(node, ast.Attribute):
            other = self.library(node.value, frame)
            other = self.application(other) if other else None
            if other is not None:
                found = [(v, Frame(other)) for v in other.values.get(node.attr, [])]
            elif isinstance(node.value, ast.Name) and node.value.id == "self":
                found = [(v, frame) for v in frame.module.attributes.get(node.attr, [])]
        return [s for value, f in found if value is not node
                for s in (self.sources(value, f, depth + 1) or [(value, f)])]

    def made_by(self, node, frame, names):
        """Whether all that @node may stand for are calls of one of @names."""
        sources = [(s, f) for s, f in self.sources(node, frame) or [(node, frame)]
                   if not (isinstance(s, ast.Constant) and s.value is None)]
        return bool(sources) and all(
            isinstance(s, ast.Call) and self.library(s.func, f) in names for s, f in sources)

    def owner_of(self, node, frame):
        for s, f in self.sources(node, frame) or [(node, frame)]:
            if isinstance(s, ast.Call) and isinstance(s.func, ast.Name):
                found = self.find_class(s.func, f)
                if found:
                    return found
        return None

    def find_class(self, node, frame):
        if node.id in frame.module.classes:
            return frame.module, node.id
        module, _, name = frame.module.imports.get(node.id, "").rpartition(".")
        other = self.application(module) if module else None
        return (other, name) if other is not None and name in other.classes else None

    def target(self, node, frame):
        """The application's function that a call enters: (module, function, class), or None."""
        if isinstance(node, ast.Name):
            if node.id in frame.module.functions:
                return frame.module, frame.module.functions[node.id], None
            found = self.find_class(node, frame)
            if found and "__init__" in found[0].classes[found[1]]:
                return found[0], found[0].classes[found[1]]["__init__"], found[1]
            module, _, name = frame.module.imports.get(node.id, "").rpartition(".")
            other = self.application(module) if module else None
            if other is not None and name in other.functions:
                return other, other.functions[name], None
        elif isinstance(node, ast.Attribute):
            dotted = self.library(node.value, frame)
            other = self.application(dotted) if dotted else None
            if other is not None and node.attr in other.functions:
                return other, other.functions[node.attr], None
            owner = (frame.module, frame.owner) if isinstance(node.value, ast.Name) \
                and node.value.id == "self" and frame.owner else self.owner_of(node.value, frame)
            if owner and node.attr in owner[0].classes.get(owner[1], {}):
                return owner[0], owner[0].classes[owner[1]][node.attr], owner[1]
        return None

    # -- running --

    def emit(self, kind, node, frame, chain):
        self.steps += 1
        self.overrun = self.overrun or self.steps > MOST_STEPS
        self.events.append(Event(kind, node, frame, chain))

    def run(self, name):
        module = self.modules[name]
        self.block(module.tree.body, Frame(module), ())

    def block(self, body, frame, chain):
        """True: it never comes to its end, nor to what stands behind it."""
        for node in body:
            if self.overrun:
                return False
            stays = self.statement(node, frame, chain)
            if stays is True:
                return True
            if isinstance(node, (ast.Return, ast.Raise, ast.Continue, ast.Break)):
                return False  # what stands behind is never run
            if stays is not False:  # only after an error
                chain = chain + (("cond", node),)
        return False

    def statement(self, node, frame, chain):
        """True: it is never left; None: only by an error, which is caught."""
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
        if isinstance(node, ast.ClassDef):
            self.block(node.body, frame, chain)
        elif isinstance(node, ast.If):
            return self.branches(node, frame, chain)
        elif isinstance(node, ast.While):
            return self.repeat(node, frame, chain)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self.expression(node.iter, frame, chain)
            link = ("some-loop", node, frame)
            self.emit("loop", node, frame, chain + (link,))
            self.block(node.body, frame, chain + (link,))
        elif isinstance(node, ast.Try):
            stays = self.block(node.body, frame, chain + (("try", node, frame),))
            for handler in node.handlers:
                self.block(handler.body, frame, chain + (("cond", node), ("handler", handler)))
            behind = chain + ((("cond", node),) if stays else ())
            if not stays:
                self.block(node.orelse, frame, chain + (("cond", node),))
            self.block(node.finalbody, frame, behind)
            return (None if node.handlers else True) if stays else False
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                self.expression(item.context_expr, frame, chain)
            return self.block(node.body, frame, chain)
        else:
            return self.simple(node, frame, chain)
        return False

    def branches(self, node, frame, chain):
        self.expression(node.test, frame, chain)
        known = truth(node.test, frame.module.main)
        link = () if known is not None else (("cond", node),)
        one = self.block(node.body, frame, chain + link) if known is not False else True
        two = self.block(node.orelse, frame, chain + link) if known is not True else True
        return one and two

    def repeat(self, node, frame, chain):
        known = truth(node.test, frame.module.main)
        if known is False:
            return False
        stays = bool(known) and never_left(node)
        link = ("loop" if stays else "some-loop", node, frame)
        self.emit("loop", node, frame, chain + (link,))
        self.expression(node.test, frame, chain + (link,))
        self.block(node.body, frame, chain + (link,))
        return stays

    def simple(self, node, frame, chain):
        if isinstance(node, ast.Continue):
            self.emit("continue", node, frame, chain)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self.emit("import", node, frame, chain)
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else \
                [node.module or ""] + [(node.module or "") + "." + a.name for a in node.names]
            for name in names:
                other = self.application(name)
                if other is not None and other.name not in self.imported:
                    self.imported.add(other.name)
                    if self.block(other.tree.body, Frame(other), chain + (("import", node),)):
                        return True
        else:
            if isinstance(node, (ast.Assign, ast.Delete, ast.AugAssign)):
                self.emit("assign", node, frame, chain)
            return any([self.expression(child, frame, chain)
                        for child in ast.iter_child_nodes(node)])
        return False

    def expression(self, node, frame, chain):
        """True: it never comes back."""
        if isinstance(node, (ast.Lambda, ast.FunctionDef)):
            return False
        if isinstance(node, ast.Await):
            self.awaited.add(node.value)
        if isinstance(node, ast.BoolOp):
            self.expression(node.values[0], frame, chain)
            for value in node.values[1:]:
                self.expression(value, frame, chain + (("cond", node),))
        elif isinstance(node, ast.IfExp):
            self.expression(node.test, frame, chain)
            self.expression(node.body, frame, chain + (("cond", node),))
            self.expression(node.orelse, frame, chain + (("cond", node),))
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            for child in ast.iter_child_nodes(node):
                self.expression(child, frame, chain + (("cond", node),))
        elif isinstance(node, ast.Call):
            return self.call(node, frame, chain)
        else:
            return any([self.expression(child, frame, chain)
                        for child in ast.iter_child_nodes(node)])
        return False

    def call(self, node, frame, chain):
        name = self.library(node.func, frame) or ""
        task = name.endswith((".create_task", ".gather"))
        inner = chain + ((("task", node),) if task else ())
        stays = self.expression(node.func, frame, chain)
        for value in list(node.args) + [k.value for k in node.keywords]:
            if name.endswith(AWAIT):
                self.awaited.add(value)
            stays = (self.expression(value, frame, inner) and not task) or stays
            passed = value.body if isinstance(value, ast.Lambda) else None
            if passed is not None:
                self.expression(passed, frame, chain + (("callback", node),))
            elif isinstance(value, (ast.Name, ast.Attribute)) and self.target(value, frame) \
                    and not (isinstance(value, ast.Name) and self.find_class(value, frame)):
                self.enter(self.target(value, frame), None, frame, chain + (("callback", node),))
        self.emit("call", node, frame, chain)
        target = self.target(node.func, frame)
        if target is not None:
            later = runs_later(target[1]) and node not in self.awaited
            inside = self.enter(target, node, frame, chain + ((("task", node),) if later else ()))
            stays = (inside and not later) or stays
        return stays or name in ENDS

    def enter(self, target, node, frame, chain):
        module, function, owner = target
        links = [link for link in chain if link[0] == "call"]
        if len(links) >= DEEPEST or any(link[1] is function for link in links):
            return False
        given = {}
        if node is not None:
            names = [a.arg for a in function.args.args]
            names = names[1:] if owner else names
            given = {n: (v, frame) for n, v in zip(names, node.args)}
            given.update({k.arg: (k.value, frame) for k in node.keywords if k.arg})
        return self.block(function.body, Frame(module, function, owner, given),
                          chain + (("call", function),))

    # -- what a value is made of --

    def parts(self, node, frame, depth=0):
        """Constants and library calls that a value is made of: (texts, calls, whole)."""
        texts, calls, whole = [], set(), True
        if depth > 8 or node is None:
            return texts, calls, False
        if isinstance(node, ast.Constant):
            return [str(node.value)], calls, True
        followed = self.sources(node, frame) if isinstance(node, (ast.Name, ast.Attribute)) else []
        if isinstance(node, ast.Call):
            name = self.library(node.func, frame)
            if name:
                calls.add(name)
            whole = bool(name) or isinstance(node.func, ast.Attribute)
            target = self.target(node.func, frame)
            if target is not None:
                whole = True
                inner = Frame(target[0], target[1], target[2], {
                    a.arg: (v, frame) for a, v in zip(target[1].args.args, node.args)})
                followed = [(r.value, inner) for r in ast.walk(target[1])
                            if isinstance(r, ast.Return) and r.value is not None]
            if isinstance(node.func, ast.Attribute):
                followed = followed + [(node.func.value, frame)]
            followed = followed + [(v, frame) for v in node.args]
            followed += [(k.value, frame) for k in node.keywords]
        elif not followed:
            followed = [(c, frame) for c in ast.iter_child_nodes(node)
                        if isinstance(c, (ast.expr, ast.FormattedValue))]
            whole = not isinstance(node, (ast.Name, ast.Attribute))
        for value, f in followed:
            t, c, w = self.parts(value, f, depth + 1)
            texts += t
            calls |= c
            whole = whole and w
        return texts, calls, whole


def literal_size(node):
    if isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, str):
            return len(value.encode("utf-8", "surrogatepass"))
        return len(value) if isinstance(value, bytes) else 4
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return sum(literal_size(e) for e in node.elts)
    if isinstance(node, ast.Dict):
        return sum(literal_size(e) for e in node.keys + node.values if e is not None)
    return 0


def large_literals(tree):
    found, left = [], [tree]
    while left:
        node = left.pop()
        size = literal_size(node) if isinstance(node, ast.expr) else 0
        if size > LARGE:
            found.append({"line": node.lineno, "bytes": size})
        else:
            left += list(ast.iter_child_nodes(node))
    return sorted(found, key=lambda f: f["line"])


def is_sys_path(node):
    return isinstance(node, ast.Attribute) and node.attr == "path" \
        and isinstance(node.value, ast.Name) and node.value.id == "sys"


def entries(node):
    if isinstance(node, (ast.List, ast.Tuple)) and all(
            isinstance(e, ast.Constant) and isinstance(e.value, str) for e in node.elts):
        return [e.value for e in node.elts]
    return None


def path_change(node):
    """What a statement or call does to sys.path: (what, entries) or None."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) \
            and is_sys_path(node.func.value):
        added = [a.value for a in node.args if isinstance(a, ast.Constant)]
        what = {"clear": "clear", "append": "add", "insert": "add", "extend": "add",
                "remove": "remove", "pop": "remove"}.get(node.func.attr)
        if node.func.attr == "extend" and node.args:
            added = entries(node.args[0]) or [None]
        return (what, added) if what else None
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if is_sys_path(target):
                return "set", entries(node.value)
            if isinstance(target, ast.Subscript) and is_sys_path(target.value) \
                    and isinstance(target.slice, ast.Slice) and target.slice.lower is None:
                return "slice", entries(node.value)
    if isinstance(node, ast.Delete):
        for target in node.targets:
            if isinstance(target, ast.Subscript) and is_sys_path(target.value) \
                    and isinstance(target.slice, ast.Slice):
                return "clear", []
    return None


def follow_path(program):
    """sys.path after each change, as the program runs: [(event, list or None, what)]."""
    now, found = ["", ".frozen", "/rom", "/rom/lib", "*"], []
    for event in program.events:
        if event.kind not in ("call", "assign"):
            continue
        change = path_change(event.node)
        if change is None:
            continue
        what, names = change
        if what in ("set", "slice"):
            now = names
        elif what == "clear":
            now = []
        elif what == "add" and now is not None:
            now = now + [n for n in names if isinstance(n, str)] \
                if all(isinstance(n, (str, int)) for n in names) else None
        elif what == "remove" and now is not None:
            now = [n for n in now if n not in names] if names else None
        found.append((event, now, what))
    return found


def read_file(entry):
    with open(entry["path"], "rb") as f:
        data = f.read()
    facts = {"name": entry["name"], "syntax": None, "literals": []}
    try:
        tree = ast.parse(data, entry["name"])
    except (SyntaxError, ValueError, RecursionError, MemoryError) as e:
        facts["syntax"] = {"line": getattr(e, "lineno", 0) or 0,
                           "text": getattr(e, "msg", None) or str(e)}
        return facts, None
    facts["literals"] = large_literals(tree)
    return facts, tree


def endless(program, name):
    for event in program.events:
        if event.kind == "loop" and event.chain[-1][0] == "loop" \
                and not event.has("task", "callback", "cond"):
            return event.frame.at(event.node)
    return None


def overridden(program, names):
    """Frozen modules that the program imports while the working directory is looked at first."""
    changes = follow_path(program)
    found, seen = [], set()
    for event in program.events:
        if event.kind != "import":
            continue
        before = [now for e, now, _ in changes if program.events.index(e) <
                  program.events.index(event)] if changes else []
        if before and before[-1] is not None and "" not in before[-1]:
            continue
        node = event.node
        wanted = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        for dotted in wanted:
            other = program.application(dotted)
            if other is not None and other.name in names and other.name not in seen:
                seen.add(other.name)
                found.append(dict(event.frame.at(node), module=dotted, name=other.name))
    return found


def main():
    request = json.load(sys.stdin)
    sys.setrecursionlimit(5000)
    facts, modules = [], {}
    for entry in request["files"]:
        fact, tree = read_file(entry)
        facts.append(fact)
        if tree is not None and entry["application"]:
            name = entry["name"]
            modules[name] = Module(name, tree, name in ("main.py", "boot.py"))
    result = {"files": facts, "forever": None, "paths": [], "overridden": []}
    program = Program(modules)
    for name in ("boot.py", "main.py"):
        if name not in modules or (name == "main.py" and result["forever"] is not None):
            continue
        program.run(name)
        if name == "boot.py":
            result["forever"] = endless(program, name)
    for event, now, what in follow_path(program):
        result["paths"].append(dict(event.frame.at(event.node), what=what, now=now))
    result["overridden"] = overridden(program, set(modules))
    if request.get("ready"):
        result["ready"] = check_ready(program)
    json.dump(result, sys.stdout)
