# SPDX-License-Identifier: GPL-3.0-or-later
"""What a shipped camera must have, looked for in the program that read-sources.py followed.

Each check gives {id, state, why, file, line}: "found", "not-found", "unknown" or "not-asked".
"""

BROAD = {"Exception", "BaseException"}
WRITE_MODES = set("wax+")
DATES = {"time.localtime", "time.gmtime", "time.strftime", "utime.localtime", "utime.gmtime",
         "datetime.datetime.now", "machine.RTC"}
UNIQUE = {"machine.unique_id", "umachine.unique_id", "omv.board_id", "pyb.unique_id"}
WDT = {"machine.WDT", "umachine.WDT"}
SAVING = {"save", "ImageIO", "VideoWriter", "Mjpeg"}
LEVELS = {"critical": 50, "exception": 40, "error": 40, "warning": 30, "info": 20, "debug": 10,
          "notset": 0}
LOGGERS = {"logging.getLogger", "logging.Logger"}
HARMLESS = {"feed", "collect", "tick", "sleep", "sleep_ms", "sleep_us", "idle", "lightsleep"}


def verdict(name, state, why, where=None, **more):
    result = {"id": name, "state": state, "why": why, "file": None, "line": 0}
    result.update(where or {})
    result.update(more)
    return result


def at(event):
    return event.frame.at(event.node)


class Levels:
    """What logging's levels let through. A set of levels is all that one may be; None: any."""

    def __init__(self, program, calls):
        self.program = program
        self.set = []  # (names, level, certain) in the program's order
        self.files = []  # calls that make a log's file
        self.attached = []  # (names of loggers, of handlers, certain)
        for event in program.events:
            if event.kind == "call":
                self.take_call(event, calls(event))
            elif event.kind == "assign" and isinstance(event.node, ast.Assign):
                for target in event.node.targets:
                    if isinstance(target, ast.Attribute) and target.attr == "level":
                        self.take(self.who(target.value, event.frame), event.node.value, event)
                    elif isinstance(target, ast.Attribute) and target.attr == "handlers":
                        self.attach(target.value, None, event)

    @staticmethod
    def certain(event):
        return not event.has("cond", "handler", "callback", "task", "loop", "some-loop")

    def take(self, names, level, event):
        self.set.append((names, self.number(level, event.frame), self.certain(event)))

    def attach(self, logger, handler, event):
        """@handler: None: any that there is, maybe."""
        handlers = self.who(handler, event.frame) if handler is not None else set()
        self.attached.append((self.who(logger, event.frame), handlers, self.certain(event)))

    def take_call(self, event, name):
        node, named = event.node, {k.arg: k.value for k in event.node.keywords}
        if name == "logging.FileHandler" and (node.args or "filename" in named):
            self.files.append(node)
        elif name == "logging.Logger":
            level = node.args[1] if len(node.args) > 1 else named.get("level")
            if level is not None:
                self.take({id(node)}, level, event)
        elif name == "logging.basicConfig" and "handlers" not in named:
            if any(k in named and not (isinstance(named[k], ast.Constant) and named[k].value is None)
                   for k in ("filename", "stream")):
                self.files.append(node)
                self.attached.append(({"root"}, {id(node)}, self.certain(event)))
            for who in ("root", id(node)):
                self.take({who}, named.get("level", ast.Constant(LEVELS["warning"])), event)
        elif isinstance(node.func, ast.Attribute) and node.func.attr == "setLevel":
            level = node.args[0] if node.args else named.get("level")
            self.take(self.who(node.func.value, event.frame), level, event)
        elif isinstance(node.func, ast.Attribute) and node.func.attr == "addHandler":
            self.attach(node.func.value, (node.args + list(named.values()) + [None])[0], event)
        elif isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Attribute) \
                and node.func.value.attr == "handlers":
            self.attach(node.func.value.value, None, event)

    def who(self, node, frame):
        """Names of loggers, or the calls that made them or handlers; none: can't be told."""
        found = set()
        for source, f in self.program.sources(node, frame) or [(node, frame)]:
            name = self.program.library(source.func, f) if isinstance(source, ast.Call) else None
            if name == "logging.getLogger":
                given = source.args[0] if source.args else ast.Constant(None)
                given = given.value if isinstance(given, ast.Constant) else ast.dump(given)
                found.add("root" if given in (None, "", "root") else ("logger", given))
            elif name in ("logging.Logger", "logging.FileHandler", "logging.StreamHandler"):
                found.add(id(source))
            elif not (isinstance(source, ast.Constant) and source.value is None):
                return set()
        return found

    def number(self, node, frame):
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, int) else None
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
            sides = [self.number(n, frame) for n in (node.left, node.right)]
            if None in sides:
                return None
            return sides[0] + sides[1] if isinstance(node.op, ast.Add) else sides[0] - sides[1]
        if isinstance(node, ast.Call) and len(node.args) == 1 \
                and self.program.library(node.func, frame) == "micropython.const":
            return self.number(node.args[0], frame)
        name = (self.program.library(node, frame) or "") if node is not None else ""
        if name.startswith("logging."):
            return LEVELS.get(name[8:].lower()) if name[8:].isupper() else None
        found = {self.number(n, f) for n, f in self.program.sources(node, frame)} \
            if isinstance(node, (ast.Name, ast.Attribute)) else set()
        return found.pop() if len(found) == 1 else None

    def of(self, who):
        found = {0}
        for names, level, certain in self.set:
            if certain and names == {who}:
                found = {level}
            elif not names or who in names:
                found = found | {level}
        return found

    def of_logger(self, names):
        """From which level on a logger hands on what it is told."""
        root = {LEVELS["warning"] if one == 0 else one for one in self.of("root")}
        if names == {"root"}:
            return root
        own = set().union(*[self.of(name) for name in names]) if names else \
            {0} | {level for _, level, _ in self.set}
        return {one for o in own for one in (root if o == 0 else {o})}

    def gets(self, file, names=None):
        """Whether the file of the call @file gets what the loggers @names hand on; False: nobody
        attached it; None: maybe. @names: None: of any logger."""
        best = False
        for loggers, handlers, certain in self.attached:
            if handlers and id(file) not in handlers:
                continue
            if certain and len(handlers) == 1 and len(loggers) == 1 and (
                    names is None or loggers == names or (
                        loggers == {"root"} and not self.has_own(names))):
                return True
            best = None
        return best

    def has_own(self, names):
        """One that has handlers of its own hands nothing on to root's."""
        return any(loggers != {"root"} and (not loggers or not names or loggers & names)
                   for loggers, _, _ in self.attached)

    def writes(self, event, name):
        """True: what this call logs gets into a file; False: a level drops it; None: maybe."""
        attr = event.node.func.attr
        level = LEVELS.get(attr) if attr != "log" else self.number(
            event.node.args[0] if event.node.args else None, event.frame)
        names = {"root"} if name.startswith("logging.") else \
            self.who(event.node.func.value, event.frame)
        logger = self.of_logger(names)
        best = False
        for file in self.files:
            handler, gets = self.of(id(file)), self.gets(file, names)
            if gets is False:
                continue
            if level is None or None in logger | handler:
                best = None
            elif gets and level >= max(logger | handler):
                return True
            elif level >= max(min(logger), min(handler)):
                best = None
        return best

    def kept(self):
        """Whether any log may get into a file."""
        return any(self.gets(file) is not False for file in self.files)

    def silent(self, file):
        """Whether nothing at all gets into the log that this call opens."""
        limits = self.of(id(file))
        return None not in limits and min(limits) > LEVELS["critical"]


class Check:
    def __init__(self, program):
        self.program = program
        self.events = program.events
        self.calls = [e for e in self.events if e.kind == "call"]
        self.levels = Levels(program, self.name)
        self.loop = self.find_loop(("loop",))
        self.maybe = None if self.loop else self.find_loop(("some-loop",), (ast.While,))

    def name(self, event):
        return self.program.library(event.node.func, event.frame) or ""

    def find_loop(self, kinds, nodes=(ast.While,)):
        """The first loop that is entered for certain and never left."""
        for event in self.events:
            if event.kind == "loop" and event.chain[-1][0] in kinds and isinstance(event.node, nodes) \
                    and not any(k[0] in ("cond", "task", "callback") for k in event.chain[:-1]):
                return event
        return None

    def inside(self, event, loop):
        """The links of @event behind @loop; None: it is not in there."""
        for i, link in enumerate(event.chain):
            if link[0] in ("loop", "some-loop") and link[1] is loop.node:
                return event.chain[i + 1:]
        return None

    # -- entry point --

    def entry(self):
        modules = self.program.modules
        main_file, boot = modules.get("main.py"), modules.get("boot.py")
        if self.loop is not None and self.loop.frame.module.name and main_file is None and boot:
            return verdict("entry", "found", "boot-runs", {"file": "boot.py", "line": 1})
        if main_file is None:
            return verdict("entry", "not-found", "boot-only" if boot else "no-main")
        statements = [s for s in main_file.tree.body if not (
            isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
            and not isinstance(s, (ast.Pass, ast.Import, ast.ImportFrom))]
        if not statements and not any(e.has("import") for e in self.events):
            return verdict("entry", "not-found", "main-empty", {"file": "main.py", "line": 1})
        return verdict("entry", "found", "main", {"file": "main.py", "line": 1})

    # -- watchdog --

    def watchdog(self):
        made = [e for e in self.calls if self.name(e) in WDT]
        if not made:
            mentioned = any(isinstance(n, ast.Attribute) and n.attr == "WDT"
                            for m in self.program.modules.values() for n in ast.walk(m.tree))
            return verdict("watchdog", "not-found", "never-reached" if mentioned else "none")
        first = at(made[0])
        feeds = [e for e in self.calls
                 if isinstance(e.node.func, ast.Attribute) and e.node.func.attr == "feed"]
        ours = [e for e in feeds
                if self.program.made_by(e.node.func.value, e.frame, WDT)]
        if not ours:
            return verdict("watchdog", "unknown" if feeds else "not-found",
                           "fed-what" if feeds else "never-fed", at(feeds[0]) if feeds else first)
        if all(e.has("cond", "task", "callback") for e in made):
            return verdict("watchdog", "unknown", "made-maybe", first)
        loop = self.loop or self.maybe
        if loop is None:
            return verdict("watchdog", "unknown", "no-loop", first)
        if all(self.may_fail(e, loop) for e in made):
            return verdict("watchdog", "unknown", "made-maybe", first)
        return self.fed(ours, loop)

    @staticmethod
    def may_fail(event, loop):
        """An error before it is caught, and the loop is entered all the same."""
        around = [k[1] for k in loop.chain if k[0] == "try"]
        return any(k[0] == "try" and k[1].handlers and k[1] not in around for k in event.chain)

    def fed(self, feeds, loop):
        best = None
        for event in feeds:
            links = self.inside(event, loop)
            if links is None:
                timed = event.has("callback")
                result = verdict("watchdog", "not-found", "by-timer" if timed else "outside",
                                 at(event))
                if event.has("task"):
                    result = verdict("watchdog", "unknown", "by-task", at(event))
            elif any(k[0] in ("callback", "task") for k in links):
                result = verdict("watchdog", "unknown", "by-task", at(event))
            elif any(k[0] in ("cond", "handler", "loop", "some-loop") for k in links):
                result = verdict("watchdog", "unknown", "sometimes", at(event))
            elif sum(k[0] == "call" for k in links) > 1:
                result = verdict("watchdog", "unknown", "deep", at(event))
            elif self.skipped(event, loop):
                result = verdict("watchdog", "unknown", "skipped", at(event))
            elif loop is self.maybe:
                result = verdict("watchdog", "unknown", "loop-ends", at(event))
            else:
                return verdict("watchdog", "found", "fed", at(event))
            if best is None or (best["state"] == "not-found" and result["state"] == "unknown"):
                best = result
        return best

    def skipped(self, event, loop):
        """A `continue` of the loop stands before it."""
        for other in self.events:
            if other is event:
                return False
            if other.kind == "continue":
                around = [k for k in other.chain if k[0] in ("loop", "some-loop", "call")]
                if around and around[-1][1] is loop.node:
                    return True
        return False

    # -- catch-all --

    @staticmethod
    def broad(handler):
        kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        return handler.type is None or any(
            isinstance(k, ast.Name) and k.id in BROAD for k in kinds)

    def opened(self, node, frame):
        for source, f in self.program.sources(node, frame) or [(node, frame)]:
            if isinstance(source, ast.Call) and self.program.library(source.func, f) == "open":
                return writes(source)
        return False

    def keeps(self, event):
        """What a call in a handler does with the error: "log", "file", "print" or None."""
        name, node = self.name(event), event.node
        if isinstance(node.func, ast.Attribute) and node.func.attr in LOG and (
                name.startswith("logging.") or self.program.made_by(
                    node.func.value, event.frame, LOGGERS)):
            return {True: "log", False: "silent", None: "maybe"}[self.levels.writes(event, name)]
        if name in ("sys.print_exception", "usys.print_exception") and len(node.args) > 1:
            return "file" if self.opened(node.args[1], event.frame) else "maybe"
        if isinstance(node.func, ast.Attribute) and node.func.attr == "write" \
                and self.opened(node.func.value, event.frame):
            return "file"
        if name == "print" and any(k.arg == "file" for k in node.keywords):
            return "maybe"
        return "print" if name in ("print", "sys.print_exception") else None

    def handler_result(self, handler, frame):
        """("found" …, why) for one broad handler."""
        events = [e for e in self.calls if e.has("handler") and any(
            k[0] == "handler" and k[1] is handler for k in e.chain)]
        found = set()
        for event in events:
            start = next(i for i, k in enumerate(event.chain)
                         if k[0] == "handler" and k[1] is handler)
            inner = [k[0] for k in event.chain[start + 1:]]
            kept = self.keeps(event)
            if kept in ("log", "file") and ("cond" in inner or "callback" in inner
                                             or inner.count("call") > 1):
                kept = "maybe"
            found.add(kept)
        if "file" in found:
            return "found", "to-file"
        if "log" in found:
            return "found", "logged"
        if "maybe" in found:
            return "unknown", "maybe-logged"
        if "silent" in found:
            return "not-found", "log-silenced" if self.levels.kept() else "log-not-kept"
        return "not-found", "only-printed" if "print" in found else "swallowed"

    def around(self, loop):
        """Broad handlers around the loop, then one that is all of the loop's work."""
        for i, link in enumerate(loop.chain[:-1]):
            if link[0] == "try":
                for handler in link[1].handlers:
                    if self.broad(handler):
                        yield handler, link[2]
        body = list(loop.node.body)
        for node in body:
            if isinstance(node, ast.Try) and all(self.harmless(n, loop) for n in body
                                                 if n is not node):
                for handler in node.handlers:
                    if self.broad(handler):
                        yield handler, loop.frame

    def harmless(self, node, loop):
        calls = [c for c in ast.walk(node) if isinstance(c, ast.Call)]
        return not isinstance(node, (ast.For, ast.With)) and all(
            isinstance(c.func, ast.Attribute) and c.func.attr in HARMLESS for c in calls)

    def catch_all(self):
        loop = self.loop or self.maybe
        if loop is None:
            return verdict("catch-all", "unknown" if self.any_broad() else "not-found", "no-loop")
        best = None
        for handler, frame in self.around(loop):
            state, why = self.handler_result(handler, frame)
            where = {"file": frame.module.name, "line": handler.lineno}
            result = verdict("catch-all", state, why, where)
            if state == "found":
                return result
            best = result if best is None or state == "unknown" else best
        if best is not None:
            return best
        if any(isinstance(n, ast.Try) and any(self.broad(h) for h in n.handlers)
               for n in ast.walk(loop.node)):
            return verdict("catch-all", "unknown", "part-only", at(loop))
        return verdict("catch-all", "not-found", "none", at(loop))

    def any_broad(self):
        return any(k[0] == "try" and any(self.broad(h) for h in k[1].handlers)
                   for e in self.events for k in e.chain)

    # -- files --

    def files(self):
        """(event, kind, path expression): what is opened for logs or written."""
        for event in self.calls:
            name, node = self.name(event), event.node
            named = {k.arg: k.value for k in node.keywords}
            first = node.args[0] if node.args else None
            if name == "logging.basicConfig" and "filename" in named:
                yield event, "log", named["filename"]
            elif name == "logging.FileHandler":
                yield event, "log", first or named.get("filename")
            elif name == "open" and writes(node):
                yield event, "write", first
            elif isinstance(node.func, ast.Attribute) and node.func.attr in SAVING and first is not None:
                yield event, "save", first

    def dated_log(self):
        best = None
        for event, kind, path in self.files():
            texts, calls, whole = self.program.parts(path, event.frame)
            dated = bool(calls & DATES)
            card = any(t.startswith(("/sdcard", "/sd/")) for t in texts)
            rooted = any(t.startswith("/") for t in texts)
            if kind != "log":
                result = verdict("dated-log", "unknown", "dated-file", at(event)) \
                    if dated and card and kind == "write" else None
            elif self.levels.gets(event.node) is False:
                result = verdict("dated-log", "not-found", "not-attached", at(event))
            elif self.levels.silent(event.node):
                result = verdict("dated-log", "not-found", "log-silenced", at(event))
            elif dated and card:
                if self.levels.gets(event.node) is None and self.levels.certain(event):
                    result = verdict("dated-log", "unknown", "attached-maybe", at(event))
                elif event.has("cond", "callback"):
                    result = verdict("dated-log", "unknown", "log-maybe", at(event))
                else:
                    return verdict("dated-log", "found", "dated", at(event))
            elif dated and not rooted:
                result = verdict("dated-log", "unknown", "relative", at(event))
            elif not whole and not dated:
                result = verdict("dated-log", "unknown", "path", at(event))
            else:
                result = verdict("dated-log", "not-found",
                                 "not-on-card" if dated else "not-dated", at(event))
            if result is not None and (best is None or (
                    kind == "log" and best["state"] != "not-found")):
                best = result
        if best is not None:
            return best
        for event in self.events:
            if event.kind == "import" and "logging" in [
                    a.name for a in event.node.names] + [getattr(event.node, "module", None)]:
                return verdict("dated-log", "not-found", "not-configured", at(event))
        return verdict("dated-log", "not-found", "none")

    def filesystem(self):
        loop = self.loop or self.maybe
        unclear, seen = None, None
        for event, kind, path in self.files():
            texts, _, whole = self.program.parts(path, event.frame)
            start = texts[0] if texts else ""
            again = loop is not None and self.inside(event, loop) is not None
            seen = seen or event
            if start.startswith("/flash"):
                if again and kind != "log":
                    return verdict("filesystem", "not-found", "flash-in-loop", at(event))
                if kind == "log":
                    return verdict("filesystem", "not-found", "log-on-flash", at(event))
                if not self.renamed(event):
                    return verdict("filesystem", "not-found", "not-atomic", at(event))
            elif not start.startswith(("/sdcard", "/sd/")):
                unclear = unclear or verdict("filesystem", "unknown",
                                             "relative" if whole else "path", at(event))
        for event in self.calls:
            if self.name(event) == "open" and maybe_writes(event.node):
                unclear = unclear or verdict("filesystem", "unknown", "path", at(event))
        if unclear is not None:
            return unclear
        if seen is None:
            return verdict("filesystem", "unknown", "writes-nothing")
        return verdict("filesystem", "found", "tidy", at(seen))

    def renamed(self, event):
        scope = event.frame.function or event.frame.module.tree
        return any(isinstance(n, ast.Call) and self.program.library(n.func, event.frame) in (
            "os.rename", "os.replace", "uos.rename") for n in ast.walk(scope))

    def unit_id(self):
        for event, _, path in self.files():
            if self.program.parts(path, event.frame)[1] & UNIQUE:
                return verdict("unit-id", "found", "in-path", at(event))
        for event in self.calls:
            if self.name(event) in ("os.mkdir", "os.makedirs") and event.node.args and \
                    self.program.parts(event.node.args[0], event.frame)[1] & UNIQUE:
                return verdict("unit-id", "found", "in-path", at(event))
        for event in self.calls:
            if self.name(event) in UNIQUE:
                return verdict("unit-id", "unknown", "read-only", at(event))
        return verdict("unit-id", "not-found", "none")

    # -- keys --

    def tls_key(self):
        used = [e for e in self.calls if self.name(e).startswith(("ssl.", "tls."))]
        found = []
        if not used:
            return verdict("tls-key", "not-asked", "no-tls")
        for event in self.calls:
            node, key = event.node, None
            if isinstance(node.func, ast.Attribute) and node.func.attr == "load_cert_chain":
                named = {k.arg: k.value for k in node.keywords}
                key = node.args[1] if len(node.args) > 1 else named.get("keyfile")
            elif self.name(event) in ("ssl.wrap_socket",):
                key = {k.arg: k.value for k in node.keywords}.get("key")
            if key is not None:
                found.append(self.key(event, key))
        for state in ("not-found", "unknown", "found"):  # the worst of several
            for result in found:
                if result["state"] == state:
                    return result
        return verdict("tls-key", "unknown", "no-key", at(used[0]))

    def key(self, event, key):
        texts, _, whole = self.program.parts(key, event.frame)
        if any("BEGIN" in t and "KEY" in t for t in texts) or any(len(t) > 100 for t in texts):
            return verdict("tls-key", "not-found", "in-image", at(event))
        if any(t.startswith("/rom") for t in texts):
            return verdict("tls-key", "not-found", "in-rom", at(event))
        if any(t.endswith(".pem") for t in texts):
            return verdict("tls-key", "not-found", "pem", at(event))
        if any(t.startswith(("/flash/", "/sdcard/")) for t in texts):
            return verdict("tls-key", "found", "on-drive", at(event))
        return verdict("tls-key", "unknown", "key-path", at(event))

    # -- closing --

    def opened_again(self, event):
        """A later pyb.usb_mode() with something else than None."""
        return any(self.name(e) == "pyb.usb_mode" and e.node.args and not (
            isinstance(e.node.args[0], ast.Constant) and e.node.args[0].value is None)
            for e in self.calls[self.calls.index(event) + 1:])

    def repl(self):
        weak = None
        for event in self.calls:
            name, node = self.name(event), event.node
            none = bool(node.args) and isinstance(node.args[0], ast.Constant) \
                and node.args[0].value is None
            if name == "pyb.usb_mode" and none:
                if not event.has("cond", "callback", "task") and not self.opened_again(event):
                    return verdict("repl", "found", "usb-off", at(event))
                weak = weak or verdict("repl", "unknown", "sometimes", at(event))
            elif name == "micropython.kbd_intr" and node.args and isinstance(
                    node.args[0], ast.UnaryOp):
                weak = weak or verdict("repl", "unknown", "keys-only", at(event))
            elif name in ("os.dupterm", "uos.dupterm") and none:
                weak = weak or verdict("repl", "unknown", "dupterm", at(event))
        return weak or verdict("repl", "not-found", "none")

    def sys_path(self):
        changes = follow_path(self.program)
        if not changes:
            return verdict("sys-path", "not-found", "none")
        event, now, what = changes[-1]
        if now is None:
            return verdict("sys-path", "unknown", "list", at(event))
        if ".frozen" not in now:
            return verdict("sys-path", "not-found", "cleared", at(event))
        if not set(now) <= TRUSTED:
            return verdict("sys-path", "not-found", "open", at(event))
        if event.has("cond", "callback", "task"):
            return verdict("sys-path", "unknown", "sometimes", at(event))
        if what == "set":
            return verdict("sys-path", "unknown", "assigned", at(event))
        index = self.events.index(event)
        for other in self.events[:index]:
            if other.kind == "import" and any(
                    self.program.application(n) for n in imported(other.node)):
                return verdict("sys-path", "unknown", "late", at(other))
        return verdict("sys-path", "found", "closed", at(event))


def imported(node):
    return [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]


def open_mode(call):
    return call.args[1] if len(call.args) > 1 else next(
        (k.value for k in call.keywords if k.arg == "mode"), None)


def maybe_writes(call):
    mode = open_mode(call)
    return mode is not None and not isinstance(mode, ast.Constant)


def writes(call):
    mode = open_mode(call)
    return isinstance(mode, ast.Constant) and isinstance(mode.value, str) \
        and bool(set(mode.value) & WRITE_MODES)


def check_ready(program):
    check = Check(program)
    results = [check.entry(), check.watchdog(), check.catch_all(), check.dated_log(),
               check.filesystem(), check.unit_id(), check.tls_key(), check.repl(),
               check.sys_path()]
    if program.overrun:  # not all of it was followed: what was not seen may be there
        for result in results:
            if result["state"] == "not-found":
                result.update(state="unknown", why="too-much")
    return results
