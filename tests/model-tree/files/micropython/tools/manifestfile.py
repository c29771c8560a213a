#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a manifest.py may say, and which files that means: the names and the behaviour that
MicroPython documents, written anew for the model tree."""
import contextlib
import os
import tempfile
from collections import namedtuple

MODE_FREEZE = 1
MODE_COMPILE = 2
MODE_PYPROJECT = 3

KIND_AUTO = 1
KIND_FREEZE_AUTO = 2
KIND_FREEZE_AS_STR = 3
KIND_FREEZE_AS_MPY = 4
KIND_FREEZE_MPY = 5
KIND_COMPILE_AS_MPY = 6

FILE_TYPE_LOCAL = 1
BASE_LIBRARY_NAMES = ("micropython", "python-stdlib", "python-ecosys")

ManifestOutput = namedtuple("ManifestOutput", "file_type full_path target_path timestamp kind "
                                              "metadata opt")


class ManifestFileError(Exception):
    pass


class ManifestPackageMetadata:
    def __init__(self, is_require=False):
        self.is_require = is_require
        self.said = False
        self.version = None
        self.description = None

    def update(self, mode, description=None, version=None, license=None, author=None,
               stdlib=False, pypi=None, pypi_publish=None):
        if self.said:
            raise ManifestFileError("Duplicate call to metadata().")
        self.description = description
        self.version = version
        self.said = True

    def check_initialised(self, mode):
        if mode != MODE_FREEZE and not self.said:
            raise ManifestFileError("metadata() must be the first command in a manifest file.")


class IncludeOptions:
    def __init__(self, **given):
        self._given = given
        self._defaults = {}

    def defaults(self, **values):
        self._defaults = values

    def __getattr__(self, name):
        return self._given.get(name, self._defaults.get(name))


class ManifestFile:
    def __init__(self, mode, path_vars=None):
        self._mode = mode
        self._path_vars = path_vars or {}
        self._manifest_files = []
        self._visited = set()
        self._metadata = [ManifestPackageMetadata()]
        self._libraries = {}
        self._library_dirs = []
        if self._path_vars.get("MPY_LIB_DIR"):
            for library in BASE_LIBRARY_NAMES:
                self.add_library(library, os.path.join("$(MPY_LIB_DIR)", library))

    def files(self):
        return self._manifest_files

    def _resolve_path(self, path):
        for name, value in self._path_vars.items():
            if value is not None:
                path = path.replace(f"$({name})", value)
        return os.path.abspath(path)

    def _manifest_globals(self, kwargs):
        names = {name: getattr(self, name)
                 for name in ("metadata", "include", "require", "add_library", "package", "module")}
        names["options"] = IncludeOptions(**kwargs)
        if self._mode == MODE_FREEZE:
            for name in ("freeze", "freeze_as_str", "freeze_as_mpy", "freeze_mpy"):
                names[name] = getattr(self, name)
        return names

    def execute(self, manifest_file):
        if manifest_file.endswith(".py"):
            self.include(manifest_file)
            return
        try:
            exec(manifest_file, self._manifest_globals({}))
        except Exception as error:
            raise ManifestFileError(f"Error in manifest: {error}")

    def _add_file(self, full_path, target_path, kind=KIND_AUTO, opt=None):
        try:
            timestamp = os.stat(full_path).st_mtime
        except OSError:
            raise ManifestFileError(f"Cannot stat {full_path}")
        ending = os.path.splitext(full_path)[1].lower()
        if self._mode != MODE_FREEZE:
            kind = KIND_COMPILE_AS_MPY
        elif kind in (KIND_AUTO, KIND_FREEZE_AUTO):
            kind = {".py": KIND_FREEZE_AS_MPY, ".mpy": KIND_FREEZE_MPY}.get(ending, kind)
        self._manifest_files.append(ManifestOutput(FILE_TYPE_LOCAL, full_path, target_path,
                                                   timestamp, kind, self._metadata[-1], opt))

    def _search(self, base_path, package_path, files, exts, kind, opt=None, strict=False):
        base = self._resolve_path(base_path)
        if files is not None:
            for file in files:
                name = os.path.join(package_path, file) if package_path else file
                self._add_file(os.path.join(base, name), name, kind=kind, opt=opt)
            return
        os.stat(base)
        top = os.path.join(base, package_path or "")
        for folder, _, names in os.walk(top, followlinks=True):
            for name in names:
                path = os.path.join(folder, name)
                if os.path.splitext(name)[1].lower() in exts:
                    self._add_file(path, os.path.relpath(path, base), kind=kind, opt=opt)
                elif strict:
                    raise ManifestFileError("Unexpected file type")

    def metadata(self, **kwargs):
        if kwargs:
            self._metadata[-1].update(self._mode, **kwargs)
        return self._metadata[-1]

    def include(self, manifest_path, is_require=False, **kwargs):
        if not isinstance(manifest_path, str):
            for path in manifest_path:
                self.include(path, **kwargs)
            return
        path = self._resolve_path(manifest_path)
        if os.path.isdir(path):
            path = os.path.join(path, "manifest.py")
        if path in self._visited:
            return
        self._visited.add(path)
        if is_require:
            self._metadata.append(ManifestPackageMetadata(is_require=True))
        try:
            with open(path) as file:
                before = os.getcwd()
                os.chdir(os.path.dirname(path))
                try:
                    exec(file.read(), self._manifest_globals(kwargs))
                finally:
                    os.chdir(before)
        except Exception as error:
            raise ManifestFileError(f"Error in manifest file: {path}: {error}")
        if is_require:
            self._metadata.pop()

    def _require_from_path(self, library_path, name, version, extra_kwargs):
        for root, _, names in os.walk(library_path):
            if os.path.basename(root) == name and "manifest.py" in names:
                self.include(root, is_require=True, **extra_kwargs)
                return True
        return False

    def require(self, name, version=None, pypi=None, library=None, **kwargs):
        self._metadata[-1].check_initialised(self._mode)
        if library is not None:
            if library not in self._libraries:
                raise ValueError(f"Unknown library '{library}' for require('{name}').")
            path = self._libraries[library]
            if not self._require_from_path(path, name, version, kwargs):
                raise ValueError(f"Package '{name}' not found in external library "
                                 f"'{library}' ({path}).")
            return
        if not any(self._require_from_path(path, name, version, kwargs)
                   for path in self._library_dirs):
            raise ValueError(f"Package '{name}' not found in any known library.")

    def add_library(self, library, library_path, prepend=False):
        path = self._resolve_path(library_path)
        self._libraries[library] = path
        self._library_dirs.insert(0 if prepend else len(self._library_dirs), path)

    def package(self, package_path, files=None, base_path=".", opt=None):
        self._metadata[-1].check_initialised(self._mode)
        self._search(base_path, package_path, files, exts=(".py",), kind=KIND_AUTO, opt=opt)

    def module(self, module_path, base_path=".", opt=None):
        self._metadata[-1].check_initialised(self._mode)
        if os.path.splitext(module_path)[1].lower() != ".py":
            raise ManifestFileError("module must be .py file")
        self._add_file(os.path.join(self._resolve_path(base_path), module_path), module_path,
                       opt=opt)

    def _freeze_internal(self, path, script, exts, kind, opt):
        if script is None:
            self._search(path, None, None, exts=exts, kind=kind, opt=opt)
        elif isinstance(script, str) and os.path.isdir(os.path.join(path, script)):
            self._search(path, script, None, exts=exts, kind=kind, opt=opt)
        elif isinstance(script, str):
            self._search(path, None, (script,), exts=exts, kind=kind, opt=opt)
        else:
            self._search(path, None, script, exts=exts, kind=kind, opt=opt)

    def freeze(self, path, script=None, opt=None):
        self._freeze_internal(path, script, (".py", ".mpy"), KIND_FREEZE_AUTO, opt)

    def freeze_as_str(self, path):
        self._search(path, None, None, exts=(".py",), kind=KIND_FREEZE_AS_STR)

    def freeze_as_mpy(self, path, script=None, opt=None):
        self._freeze_internal(path, script, (".py",), KIND_FREEZE_AS_MPY, opt)

    def freeze_mpy(self, path, script=None, opt=None):
        self._freeze_internal(path, script, (".mpy",), KIND_FREEZE_MPY, opt)


@contextlib.contextmanager
def tagged_py_file(path, metadata):
    """A copy of the source with its package's version at the end."""
    handle, copy = tempfile.mkstemp(suffix=".py", text=True)
    try:
        with os.fdopen(handle, "w") as output, open(path) as source:
            text = source.read()
            output.write(text)
            if metadata.version and "__version__ =" not in text:
                output.write(f"\n\n__version__ = {metadata.version!r}\n")
        yield copy
    finally:
        os.unlink(copy)
