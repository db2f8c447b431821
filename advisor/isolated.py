"""Start this program again in an isolated interpreter: what lies in the working directory is never imported.

`python -m advisor…` would put the working directory first in the import path, so that a ledger received from
somebody could bring an `advisor/__init__.py` or a `tomli.py` of its own. `-I` leaves out the working directory,
the user's own site folder and every PYTHON* variable; the folders this process imports from are given explicitly.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from advisor.paths import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Iterable

_START = (
    "import runpy, sys; sys.path[:] = sys.argv[1].splitlines(); "
    "sys.argv[:2] = []; runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)"
)


def isolated_command(module: str, arguments: Iterable[str] = ()) -> tuple[str, ...]:
    """The command that runs a module of this program with these arguments, isolated."""
    return (sys.executable, "-I", "-c", _START, "\n".join(_import_folders()), module, *arguments)


def _import_folders() -> list[str]:
    """The folders this process imports from, all but the working directory; our own package's parent always counts."""
    home, here = str(PACKAGE.parent), ""
    with suppress(FileNotFoundError):  # the working directory was removed
        here = os.path.realpath(os.getcwd())
    others = [folder for folder in sys.path if folder and os.path.realpath(folder) not in (here, home)]
    return [*others, home]
