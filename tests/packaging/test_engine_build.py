"""The rule engine is built from the archive that was published, changed in one known way, or not at all."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
ARCHIVE = ROOT / "third_party" / "durable_rules-2.0.28.tar.gz"


@pytest.fixture(scope="module")
def build() -> ModuleType:
    """The build hook, which is not a module of the package."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def built(build: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The engine, compiled in two places."""
    place = tmp_path_factory.mktemp("built")
    return [build.compile_engine(ARCHIVE, place / name) for name in ("one", "another place")]


def test_the_archive_is_the_published_one(build: ModuleType) -> None:
    digest = hashlib.sha256(ARCHIVE.read_bytes()).hexdigest()
    assert digest == build.SHA256
    assert digest in (ROOT / "third_party" / "README.md").read_text("utf-8")
    assert ARCHIVE.name == f"{build.NAME}.tar.gz"


def test_its_license_lies_beside_it() -> None:
    with tarfile.open(ARCHIVE) as packed:
        member = packed.extractfile("durable_rules-2.0.28/LICENSE")
        assert member is not None
        text = member.read()
    assert (ROOT / "third_party" / "durable_rules-LICENSE.txt").read_bytes() == text
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "third_party/durable_rules-LICENSE.txt" in project["license-files"]
    assert project["license"] == "Apache-2.0 AND MIT"


def test_another_archive_is_refused(build: ModuleType, tmp_path: Path) -> None:
    changed = tmp_path / ARCHIVE.name
    changed.write_bytes(ARCHIVE.read_bytes() + b" ")
    with pytest.raises(SystemExit, match="it is not the published archive"):
        build.compile_engine(changed, tmp_path)


def test_a_source_that_calls_otherwise_is_refused(build: ModuleType, tmp_path: Path) -> None:
    source = tmp_path / "rules.c"
    source.write_bytes(b"PyEval_CallObject(callback, arglist);")
    with pytest.raises(SystemExit, match="1 times, not 5"):
        build._patch(source)


def test_it_is_compiled_alike_wherever_it_is_built(built: list[Path]) -> None:
    files = [{path.relative_to(top): path.read_bytes() for path in top.rglob("*") if path.is_file()} for top in built]
    assert files[0] == files[1]
    (extension,) = built[0].glob("durable_rules_engine*")
    assert extension.name == "durable_rules_engine.abi3.so"
    assert b"PyEval_CallObject" not in extension.read_bytes()


LOADS_BETWEEN = """
import pathlib, shutil, sys
sys.path[:0] = [sys.argv[1]]
import durable_rules_engine as engine, hatch_build
rules = '{"begin": {"all": [{"a0": {"fact": "begin"}}]}}'
engine.create_ruleset("one", rules)
hatch_build.put_in_place(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[1]))
print(engine.create_ruleset("two", rules))
"""


def test_a_running_process_outlives_the_replacement_of_its_engine(built: list[Path], tmp_path: Path) -> None:
    in_use, newer = (Path(shutil.copytree(built[0], tmp_path / name)) for name in ("in use", "newer"))
    (library,) = newer.glob("durable_rules_engine*")
    library.write_bytes(library.read_bytes() + b" ")  # another build
    command = [sys.executable, "-c", LOADS_BETWEEN, str(in_use), str(newer)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "2\n"), done.stderr
    assert (in_use / library.name).read_bytes() == library.read_bytes()
