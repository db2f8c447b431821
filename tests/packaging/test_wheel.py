"""The wheel is the whole program: installed alone, it runs from any folder with its own rules and engine inside."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tarfile
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

from advisor import __version__

ROOT = Path(__file__).resolve().parents[2]
NOT_PACKED = {
    *(".venv", ".git", ".github", "build", "dist", "records"),
    *(".pytest_cache", ".mypy_cache", ".ruff_cache", ".import_linter_cache", ".hypothesis"),
}
"""What belongs to a checkout or to one machine."""


def pip(python: Path | str, *arguments: str) -> None:
    """Run pip quietly; callers pass --no-index, so nothing is fetched."""
    quiet = ["-qq", "--no-input", "--disable-pip-version-check"]
    subprocess.run([str(python), "-m", "pip", *quiet, *arguments], check=True)


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sdist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = out.glob("*.tar.gz")
    return built


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    pip(sys.executable, "wheel", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", str(out), str(sdist))
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment that has the wheel, and borrows only the dependencies of this one."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, symlinks=True)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(home)}))
    pip(sys.executable, "--python", str(home), "install", "--no-index", "--no-deps", str(wheel))
    borrowed = Path(sysconfig.get_path("purelib"))
    # A path line in a .pth file adds the folder but does not run that folder's own .pth files,
    # so the editable copy of this project stays out of reach.
    (site / "borrowed.pth").write_text(f"{borrowed}\n", encoding="utf-8")
    return home


def run(environment: Path, cwd: Path, *command: str) -> str:
    done = subprocess.run(
        [str(environment / "bin" / command[0]), *command[1:]], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_source_distribution_has_all_that_its_own_make_test_needs(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    tops = [path for path in ROOT.iterdir() if path.name not in NOT_PACKED]
    files = [file for top in tops for file in (top.rglob("*") if top.is_dir() else [top]) if file.is_file()]
    wanted = {file.relative_to(ROOT).as_posix() for file in files if "__pycache__" not in file.parts}
    assert wanted - packed == set()


def test_the_program_runs_from_an_empty_folder(environment: Path, tmp_path: Path) -> None:
    assert run(environment, tmp_path, "advisor", "--version") == f"advisor {__version__}\n"
    assert run(environment, tmp_path, "advisor", "--help").startswith("Usage: advisor")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["rules", "questionnaires", "examples"])
def test_the_wheel_uses_its_own_copy_of_the_data(name: str, environment: Path, tmp_path: Path) -> None:
    place = Path(run(environment, tmp_path, "advisor", "locate", name).strip())
    assert environment.resolve() in place.resolve().parents
    inside = {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*.toml")}
    checkout = {path.relative_to(ROOT / name).as_posix(): path.read_bytes() for path in (ROOT / name).rglob("*.toml")}
    assert inside == checkout
    assert inside


def test_the_manual_page_lies_where_man_looks(environment: Path) -> None:
    page = environment / "share" / "man" / "man1" / "advisor.1"
    assert page.read_bytes() == (ROOT / "docs" / "advisor.1").read_bytes()


def test_one_wheel_serves_every_python_and_needs_no_other_engine(wheel: Path) -> None:
    assert "-cp311-abi3-" in wheel.name
    with ZipFile(wheel) as archive:
        (metadata,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        needs = [line for line in archive.read(metadata).decode().splitlines() if line.startswith("Requires-Dist: ")]
    assert [need for need in needs if "durable" in need and "extra ==" not in need] == []


def test_the_wheel_assesses_as_the_checkout_does(environment: Path, tmp_path: Path) -> None:
    example = tmp_path / "clinical-notes.toml"
    example.write_bytes((ROOT / "examples" / example.name).read_bytes())
    arguments = ["assess", str(example), "--as-of", "2026-11-21", "--no-flips", "--format", "json"]
    here = subprocess.run([sys.executable, "-m", "advisor", *arguments], capture_output=True, text=True, check=True)
    assert run(environment, tmp_path, "advisor", *arguments) == here.stdout
    where = "from advisor.engine.ruleset_session import durable_rules_engine as engine; print(engine.__file__)"
    assert str(environment) in run(environment, tmp_path, "python", "-c", where)


def test_the_wheel_carries_the_program_and_nothing_else(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = archive.namelist()
    top = {name.partition("/")[0] for name in names}
    assert top == {"advisor", f"inference_advisor-{__version__}.data", f"inference_advisor-{__version__}.dist-info"}
    assert [name for name in names if ".data/" in name] == [
        f"inference_advisor-{__version__}.data/data/share/man/man1/advisor.1"
    ]
    assert "advisor/py.typed" in names
    assert "advisor/engine/_durable_rules/LICENSE" in names
    assert not [name for name in names if name.endswith(".pyc")]
