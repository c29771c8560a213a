# SPDX-License-Identifier: GPL-3.0-or-later
"""What a board's manifest.py freezes, as the tree's own manifestfile.py sees it.

Reads one JSON object from standard input, writes one to standard output:

  root      the firmware tree          tools    where its manifestfile.py lies
  manifest  the board's manifest.py    vars     what $(NAME) stands for
  cores     values of $(MCU_CORE)      overlay  [{path, file}]: as if written; file null: removed

A manifest is a program of somebody's. Here it is only looked at: it may read, but not write,
not start programs, not open connections, and not run for ever. Facts go out, no sentences:
those are made (and translated) by the caller.
"""
import errno
import hashlib
import inspect
import json
import os
import resource
import signal
import sys

LONGEST_S = 10
MOST_MEMORY = 2 << 30
FREEZING = ("freeze", "freeze_as_mpy", "freeze_as_str", "freeze_mpy", "module", "package")


class Broken(Exception):
    """The manifest can't be run to its end; what was wrong is in Recorder.error."""


def forbid(event, args):
    """An audit hook: looking at a manifest changes nothing."""
    name = event.split(".")[0]
    if event == "open":
        path, _, flags = (tuple(args) + (None, None, None))[:3]
        writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
        if isinstance(flags, int) and flags & writes and path != os.devnull:
            raise PermissionError(errno.EPERM, "a manifest must not write", path)
    elif name == "socket" or event.startswith(("urllib", "ftplib", "http.client", "smtplib")):
        raise PermissionError(errno.EPERM, "a manifest must not use the network")
    elif event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn",
                   "os.fork", "os.forkpty", "pty.spawn", "os.kill", "os.killpg", "ctypes.dlopen"):
        raise PermissionError(errno.EPERM, "a manifest must not start or end programs")
    elif event in ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.chmod", "os.chown",
                   "os.link", "os.symlink", "os.truncate", "os.utime", "os.setxattr") \
            or name == "shutil":
        raise PermissionError(errno.EPERM, "a manifest must not write")


class Overlay:
    """The tree as it would be: folders that change are made anew of links to what is there."""

    def __init__(self, root, changes, folder):
        self.root = root
        self.changes = {os.path.normpath(c["path"]): c["file"] for c in changes}
        self.top = os.path.join(folder, "tree") if changes else root
        if changes:
            self.build("")

    def touched(self, folder):
        """Whether all below has to be real folders: a library is searched without following
        links. Not the tree itself, nor what lies at its top."""
        return os.sep in folder or any(os.path.dirname(path) == folder for path in self.changes)

    def above(self, folder):
        start = folder + os.sep if folder else ""
        return any(path.startswith(start) for path in self.changes)

    def build(self, folder, whole=False):
        here, there = os.path.join(self.top, folder), os.path.join(self.root, folder)
        os.makedirs(here, exist_ok=True)
        whole = whole or self.touched(folder)
        names = set(os.listdir(there)) if os.path.isdir(there) else set()
        start = folder + os.sep if folder else ""
        for path in self.changes:
            if path.startswith(start):
                names.add(path[len(start):].split(os.sep)[0])
        for name in sorted(names - {".git"}):
            self.place(os.path.join(folder, name) if folder else name, whole)

    def place(self, path, whole):
        here, there = os.path.join(self.top, path), os.path.join(self.root, path)
        if path in self.changes:
            if self.changes[path] is not None:
                os.symlink(self.changes[path], here)
        elif self.above(path) or (whole and os.path.isdir(there) and not os.path.islink(there)):
            self.build(path, whole)
        else:
            os.symlink(there, here)

    def inside(self, path):
        return self.swap(path, self.root, self.top)

    def outside(self, path):
        return self.swap(path, self.top, self.root)

    @staticmethod
    def swap(path, old, new):
        if old != new and (path == old or path.startswith(old + os.sep)):
            return new + path[len(old):]
        return path


def digest_file(path):
    try:
        with open(path, "rb") as f:
            return hashlib.sha256(f.read()).hexdigest()
    except OSError:
        return None


def digest_folder(path):
    """Of the names below: one that comes or goes changes what a directive finds."""
    if not os.path.isdir(path):
        return None
    names = []
    for folder, folders, files in os.walk(path):
        folders[:] = [f for f in folders if f not in (".git", "__pycache__")]
        names += [os.path.relpath(os.path.join(folder, f), path) for f in files]
    return hashlib.sha256("\n".join(sorted(names)).encode("utf-8", "surrogateescape")).hexdigest()


def make_recorder(manifestfile, overlay):
    kinds = {}
    for number, word in (("KIND_FREEZE_AS_STR", "str"), ("KIND_FREEZE_AS_MPY", "py"),
                         ("KIND_FREEZE_MPY", "mpy")):
        kinds[getattr(manifestfile, number, number)] = word

    class Recorder(manifestfile.ManifestFile):
        def __init__(self, *args):
            self.texts = set()     # manifests that were run
            self.opened = None     # the one that was opened last
            self.stack = []        # directives that are being carried out
            self.frozen = []
            self.findings = []
            self.error = None
            self.read = set()
            self.listed = set()
            super().__init__(*args)

        # -- where we are --

        def where(self):
            frame = sys._getframe(1)
            while frame is not None:
                if frame.f_code.co_filename in self.texts:
                    return frame.f_code.co_filename, frame.f_lineno
                frame = frame.f_back
            return None, 0

        def find(self, code, **facts):
            file, line = self.where()
            facts.update(code=code, file=overlay.outside(file) if file else None, line=line)
            self.findings.append(facts)

        # -- running a manifest --

        def open(self, path, *args, **kwargs):
            self.opened = os.path.abspath(path)
            self.read.add(self.opened)
            kwargs.setdefault("encoding", "utf-8")
            return open(path, *args, **kwargs)

        def exec(self, text, names):
            path = self.opened or "<manifest>"
            self.texts.add(path)
            try:
                exec(compile(text, path, "exec"), names)
            except Broken:
                raise
            except SyntaxError as e:
                self.fail(e, e.filename or path, e.lineno or 0, e.msg)
            except (Exception, SystemExit) as e:
                if self.error is not None:
                    raise
                file, line = path, 0
                trace = e.__traceback__
                while trace is not None:
                    if trace.tb_frame.f_code.co_filename in self.texts:
                        file, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
                    trace = trace.tb_next
                words = str(e) or type(e).__name__
                if isinstance(e, SystemExit):
                    words = "sys.exit({})".format(e.code)
                elif isinstance(e, OSError) and e.strerror:
                    words = e.strerror + (": {}".format(e.filename) if e.filename else "")
                if isinstance(e, (NameError, TypeError, AttributeError, KeyError)):
                    words = "{}: {}".format(type(e).__name__, words)
                self.fail(e, file, line, words)

        def fail(self, cause, file, line, text):
            if self.error is None:
                self.error = {"file": overlay.outside(file), "line": line, "text": text}
            raise Broken() from cause

        # -- directives --

        def directive(self, name, function, args, kwargs):
            try:
                given = inspect.signature(function).bind(*args, **kwargs)
                given.apply_defaults()
                given = given.arguments
            except TypeError:
                return function(*args, **kwargs)  # says so itself
            file, line = self.where()
            label = {"package": "package_path", "require": "name"}.get(name)
            entry = {"name": name, "file": file, "line": line, "given": given, "count": 0,
                     "label": "{}({})".format(name, given[label]) if label else name}
            folder = os.getcwd()
            self.stack.append(entry)
            try:
                return function(*args, **kwargs)
            except Exception as e:
                os.chdir(folder)
                if self.error is not None or file is None or isinstance(e, Broken):
                    raise
                self.refused(entry, e)
            finally:
                self.stack.pop()
                if name in FREEZING and not entry["count"] and self.error is None:
                    self.empty(entry)

        def refused(self, entry, error):
            given, name = entry["given"], entry["name"]
            if name == "require":
                self.find("require-unknown", name=str(given.get("name")),
                          library=given.get("library"), text=str(error))
            elif isinstance(error, OSError) and error.filename:
                path = os.path.abspath(os.path.join(os.getcwd(), os.fsdecode(error.filename)))
                entry["count"] += 1  # said already
                self.find("missing-file", path=overlay.outside(path), directive=name)
            else:
                raise error

        def empty(self, entry):
            given = entry["given"]
            raw = given.get("base_path", given.get("path", "."))
            base = self._resolve_path(raw)
            package = given.get("package_path") or ""
            inner = os.path.join(base, package)
            self.listed.add(inner)
            first = package.split("/")[0]
            self.find("empty-package", directive=entry["name"], package=package, base=raw,
                      folder=overlay.outside(inner), exists=os.path.isdir(inner),
                      above=bool(first) and os.path.basename(base.rstrip("/")) == first
                      and os.path.exists(os.path.join(base, "__init__.py")))

        def include(self, *args, **kwargs):
            path = args[0] if args else kwargs.get("manifest_path")
            if isinstance(path, str):
                full = self._resolve_path(path)
                full = os.path.join(full, "manifest.py") if os.path.isdir(full) else full
                if not os.path.isfile(full) and self.where()[0] is not None:
                    self.read.add(full)
                    self.find("missing-file", path=overlay.outside(full), directive="include")
                    return None
            return self.directive("include", super().include, args, kwargs)

        def _require_from_path(self, library_path, *args):
            self.listed.add(library_path)
            return super()._require_from_path(library_path, *args)

        def _add_file(self, full_path, target_path, *args, **kwargs):
            full_path = os.path.abspath(full_path)
            for entry in self.stack:
                entry["count"] += 1
            self.read.add(full_path)
            if not os.path.isfile(full_path):
                directive = self.stack[-1]["name"] if self.stack else ""
                self.find("missing-file", path=overlay.outside(full_path), directive=directive)
                return
            super()._add_file(full_path, target_path, *args, **kwargs)
            self.note(full_path, target_path, self.files()[-1])

        def note(self, full_path, target_path, output):
            by = next((e for e in self.stack if e["name"] == "require"), None)
            by = by or (self.stack[-1] if self.stack else None)
            inner = next((e for e in reversed(self.stack) if e["name"] in FREEZING), by)
            if inner is not None and inner["name"] in FREEZING and (
                    inner["name"] == "package" or inner["given"].get("script") is None):
                given = inner["given"]
                base = self._resolve_path(given.get("base_path", given.get("path", ".")))
                self.listed.add(os.path.join(base, given.get("package_path") or ""))
            self.frozen.append({
                "name": os.path.normpath(target_path),
                "path": overlay.outside(full_path),
                "kind": kinds.get(output.kind, "other"),
                "opt": output.opt if isinstance(output.opt, int) else -1,
                "by": by["label"] if by else "",
                "manifest": overlay.outside(by["file"]) if by and by["file"] else None,
                "line": by["line"] if by else 0,
                "size": os.path.getsize(full_path),
            })

    def wrap(name):
        def call(self, *args, **kwargs):
            function = getattr(super(Recorder, self), name)
            return self.directive(name, function, args, kwargs)
        return call

    for name in FREEZING + ("require", "c_module"):
        if hasattr(manifestfile.ManifestFile, name):
            setattr(Recorder, name, wrap(name))
    return Recorder


def resolve(manifestfile, overlay, manifest, variables):
    recorder = make_recorder(manifestfile, overlay)(
        manifestfile.MODE_FREEZE, {n: overlay.inside(v) for n, v in variables.items()})
    # The module's own names come before the built-in ones: so a line has a file.
    manifestfile.open, manifestfile.exec = recorder.open, recorder.exec
    try:
        recorder.execute(overlay.inside(manifest))
    except (Exception, SystemExit) as e:
        if recorder.error is None:
            recorder.error = {"file": manifest, "line": 0, "text": str(e)}
    return recorder


def answer(recorder, overlay, tools):
    read = {overlay.outside(p) for p in recorder.read} | {os.path.join(tools, "manifestfile.py")}
    changed = {os.path.join(overlay.root, p) for p in overlay.changes}
    return {
        "files": recorder.frozen,
        "findings": recorder.findings,
        "error": recorder.error,
        "manifests": sorted(overlay.outside(t) for t in recorder.texts),
        "read": {p: digest_file(p) for p in sorted(read - changed)},
        "listed": {p: digest_folder(p)
                   for p in sorted({overlay.outside(p) for p in recorder.listed})},
    }


def main():
    request = json.load(sys.stdin)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="surrogateescape")
    os.dup2(2, 1)  # what a manifest prints is no answer
    signal.alarm(LONGEST_S)
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = MOST_MEMORY if hard == resource.RLIM_INFINITY else min(MOST_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))

    overlay = Overlay(request["root"], request["overlay"], os.getcwd())
    tools = request["tools"]
    sys.path.insert(0, overlay.inside(tools))
    import manifestfile
    sys.path.pop(0)
    sys.addaudithook(forbid)

    variables = request["vars"]
    cores = request["cores"]
    recorder = resolve(manifestfile, overlay, request["manifest"], variables)
    result = answer(recorder, overlay, tools)
    result["elsewhere"] = []
    for core in cores:
        if core != variables.get("MCU_CORE") and recorder.error is None:
            other = resolve(manifestfile, overlay, request["manifest"],
                            dict(variables, MCU_CORE=core))
            result["elsewhere"].append({"core": core, "names": [f["name"] for f in other.frozen]})
            result["read"].update(answer(other, overlay, tools)["read"])
    json.dump(result, out)
    out.close()
