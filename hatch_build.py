"""Compiles the rule engine, durable_rules, from its pinned source archive into this project's own wheel.

The archive lies in third_party/ and is checked by SHA-256, so a build needs a C compiler and Python's headers, but no
network. The extension uses the limited C API of Python 3.11: one wheel serves 3.11 and every later version.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sysconfig
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.tags import sys_tags
from setuptools import Distribution, Extension

NAME = "durable_rules-2.0.28"
SHA256 = "053b26f5e48d312d4fa27995243f954671be6eece477f150c059c364eb4d7d61"
PYTHON = ("durable/__init__.py", "durable/engine.py", "durable/lang.py")
C_SOURCES = ("rulespy/rules.c", *(f"rules/{name}.c" for name in ("json", "rete", "state", "events", "regex")))
C_HEADERS = tuple(f"rules/{name}.h" for name in ("json", "rete", "state", "regex", "rules"))
REMOVED, SUCCESSOR = b"PyEval_CallObject(", b"PyObject_CallObject("
CALLS = 5
"""Calls of a function that Python 3.13 removed, and their exact successor: the change upstream merged in 2025."""

IN_WHEEL = "advisor/engine/_durable_rules"
IN_CHECKOUT = "build/engine"
"""Where advisor/engine/ruleset_session.py looks: in the installed wheel, or in an editable checkout."""


class CompileEngine(BuildHookInterface):  # type: ignore[type-arg]
    """Hatch's hook: runs once for each wheel, editable ones included."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the engine; a wheel carries it, an editable installation finds it in the checkout."""
        if sysconfig.get_config_var("Py_GIL_DISABLED"):
            raise SystemExit("advisor: the rule engine does not run on a free-threaded Python; use the usual build")
        root = Path(self.root)
        self._scratch = Path(tempfile.mkdtemp(prefix="advisor-engine-"))
        made = compile_engine(root / "third_party" / f"{NAME}.tar.gz", self._scratch)
        if version == "editable":
            put_in_place(made, root / IN_CHECKOUT)
            return
        build_data["pure_python"] = False
        build_data["tag"] = f"cp311-abi3-{_platform()}"
        for path in sorted(made.rglob("*")):
            if path.is_file():
                build_data["force_include"][str(path)] = f"{IN_WHEEL}/{path.relative_to(made).as_posix()}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was compiled in a temporary folder."""
        shutil.rmtree(self._scratch, ignore_errors=True)


def compile_engine(archive: Path, scratch: Path) -> Path:
    """Check, patch and compile the archive in `scratch`; returns the folder with the extension and its package."""
    data = archive.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    if digest != SHA256:
        raise SystemExit(f"advisor: {archive} has SHA-256 {digest}, not {SHA256}: it is not the published archive")
    source, made = scratch / "source", scratch / "engine"
    with tarfile.open(archive) as packed:
        for name in (*C_SOURCES, *C_HEADERS):
            _write(source / name, _member(packed, f"src/{name}"))
        for name in PYTHON:
            _write(made / name, _member(packed, f"libpy/{name}"))
        _write(made / "LICENSE", _member(packed, "LICENSE"))
    _patch(source / C_SOURCES[0])
    extension = Extension(
        "durable_rules_engine",
        [str(source / name) for name in C_SOURCES],
        include_dirs=[str(source / "rules")],
        define_macros=[("_GNU_SOURCE", None), ("Py_LIMITED_API", "0x030B0000")],
        # The limited API no longer includes the C library's headers, on which the source relies; -g0 and the prefix
        # keep the builder's folders out of the result.
        extra_compile_args=[
            *("-std=c99", "-fcommon", "-g0", "-w", f"-ffile-prefix-map={scratch}=."),
            *("-include", "stdlib.h", "-include", "stdio.h", "-include", "string.h"),
        ],
        py_limited_api=True,
    )
    command = Distribution({"name": NAME, "ext_modules": [extension]}).get_command_obj("build_ext")
    command.build_lib, command.build_temp = str(made), str(scratch / "objects")
    command.ensure_finalized()
    command.run()
    return made


def put_in_place(made: Path, target: Path) -> None:
    """Copy each file beside its old one and rename it over that; a file that is the same stays as it is.

    Overwriting a library that a running process has mapped takes its relocated pages away: its next call crashes.
    """
    for path in sorted(made.rglob("*")):
        place = target / path.relative_to(made)
        if path.is_dir() or (place.is_file() and place.read_bytes() == path.read_bytes()):
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = place.with_name(f".{place.name}.{os.getpid()}")
        shutil.copy2(path, beside)
        os.replace(beside, place)


def _member(packed: tarfile.TarFile, name: str) -> bytes:
    member = packed.extractfile(f"{NAME}/{name}")
    if member is None:
        raise SystemExit(f"advisor: {NAME} has no file {name}")
    return member.read()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _patch(path: Path) -> None:
    text = path.read_bytes()
    if text.count(REMOVED) != CALLS:
        raise SystemExit(f"advisor: {path.name} calls {REMOVED.decode()}) {text.count(REMOVED)} times, not {CALLS}")
    path.write_bytes(text.replace(REMOVED, SUCCESSOR))


def _platform() -> str:
    """The platform's own tag; auditwheel can turn it into a manylinux one."""
    names = (tag.platform for tag in sys_tags())
    return next(name for name in names if not name.startswith(("manylinux", "musllinux")))
