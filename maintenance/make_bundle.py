"""`make bundle`: all that an air-gapped host needs in one archive, the same bytes whenever built from the same tree.

python -m maintenance.make_bundle OUT [--key FILE]
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import uuid
from email.parser import Parser
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

from advisor import __version__

ROOT = Path(__file__).resolve().parents[1]
NAME = "inference-advisor"
ENGINE = ("durable-rules", "2.0.28", "MIT", "third_party/durable_rules-2.0.28.tar.gz")
SIGNED = "SHA256SUMS"
NAMESPACE = "file"
INSTALL = """\
#!/bin/sh
# Install into the folder named (default: ./advisor-venv), without a network, root or a compiler.
# With ALLOWED_SIGNERS=FILE and SIGNER=NAME, the signature of SHA256SUMS must be that person's.
set -eu
umask 022
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
target=${1:-advisor-venv}
python=${PYTHON:-python3}
cd "$here"
if [ -n "${ALLOWED_SIGNERS:-}" ]; then
  ssh-keygen -Y verify -n file -f "$ALLOWED_SIGNERS" -I "${SIGNER:?name the signer}" -s SHA256SUMS.sig < SHA256SUMS
fi
if ! sha256sum --check --strict --quiet SHA256SUMS; then
  echo "install.sh: a file was changed; nothing is installed" >&2
  exit 1
fi
found=$("$python" -c 'import sys, sysconfig; print("%d.%d" % sys.version_info[:2], sysconfig.get_platform())')
if [ "$found" != "@TAG@" ]; then
  echo "install.sh: this bundle is for Python @TAG@, not $found; name another with PYTHON=" >&2
  exit 1
fi
cd - > /dev/null
"$python" -m venv "$target"
"$target/bin/python" -m pip --quiet --no-input --disable-pip-version-check install --no-cache-dir \\
  --no-index --find-links "$here/wheels" --only-binary :all: --require-hashes -r "$here/requirements.txt"
"$target/bin/advisor" --version
"""


def main() -> None:
    """Build the archive into a folder, and print its name and digest."""
    options = argparse.ArgumentParser()
    options.add_argument("out", type=Path)
    options.add_argument("--key", type=Path, help="SSH key that signs SHA256SUMS")
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / f"{NAME}-{__version__}"
        fill(home, Path(scratch))
        if given.key is not None:
            _run("ssh-keygen", "-q", "-Y", "sign", "-n", NAMESPACE, "-f", str(given.key), str(home / SIGNED))
        archive = given.out / f"{home.name}-{_tag().replace(' ', '-')}.tar.gz"
        archive.write_bytes(packed(home))
    print(f"{sha256(archive.read_bytes()).hexdigest()}  {archive}")


def fill(home: Path, scratch: Path) -> None:
    """Put wheels, requirements, documents, the bill of materials, the installer and all digests into a folder."""
    wheels = home / "wheels"
    wheels.mkdir(parents=True)
    pip = [sys.executable, "-m", "pip", "-qq", "--no-input", "--disable-pip-version-check"]
    pinned = ROOT / "requirements" / "run.txt"
    _run(
        *pip,
        "download",
        "--no-deps",
        "--require-hashes",
        "--only-binary",
        ":all:",
        "-d",
        str(wheels),
        "-r",
        str(pinned),
    )
    _run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(scratch / "sdist"))
    (source,) = (scratch / "sdist").glob("*.tar.gz")
    _run(*pip, "wheel", "--no-index", "--no-deps", "--no-build-isolation", "-w", str(wheels), str(source))
    (ours,) = wheels.glob(f"{NAME.replace('-', '_')}-*.whl")
    line = f"{NAME}=={__version__} --hash=sha256:{_digest(ours)}\n"
    (home / "requirements.txt").write_text(pinned.read_text("utf-8") + line, "utf-8")
    for folder in ("docs", "examples"):
        shutil.copytree(ROOT / folder, home / folder, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    for name in ("LICENSE", "SECURITY.md"):
        if (ROOT / name).is_file():
            shutil.copyfile(ROOT / name, home / name)
    (home / "sbom.cdx.json").write_text(bill_of_materials(wheels), "utf-8")
    (home / "install.sh").write_text(INSTALL.replace("@TAG@", _tag()), "utf-8")
    files = sorted(path for path in home.rglob("*") if path.is_file())
    sums = "".join(f"{_digest(path)}  {path.relative_to(home).as_posix()}\n" for path in files)
    (home / SIGNED).write_text(sums, "utf-8")


def bill_of_materials(wheels: Path) -> str:
    """CycloneDX 1.5 of every wheel and of the rule engine compiled into ours; no time and no random number in it."""
    parts = [_component(path) for path in sorted(wheels.glob("*.whl"))]
    name, version, license_id, source = ENGINE
    parts.append({
        "type": "library", "name": name, "version": version, "purl": f"pkg:pypi/{name}@{version}",
        "licenses": [{"license": {"name": license_id}}],
        "hashes": [{"alg": "SHA-256", "content": _digest(ROOT / source)}],
    })  # fmt: skip
    whole = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(parts, sort_keys=True))}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": NAME, "version": __version__}},
        "components": parts,
    }
    return json.dumps(whole, indent=1) + "\n"


def _component(wheel: Path) -> dict[str, object]:
    with ZipFile(wheel) as archive:
        (name,) = (one for one in archive.namelist() if one.endswith(".dist-info/METADATA") and one.count("/") == 1)
        said = Parser().parsestr(archive.read(name).decode("utf-8"), headersonly=True)
    package = str(said["Name"]).lower().replace("_", "-")
    stated = str(said["License-Expression"] or said["License"] or "").splitlines()
    licenses = [{"license": {"name": stated[0][:100]}}] if stated and stated[0].strip() else []
    return {
        "type": "library", "name": package, "version": said["Version"],
        "purl": f"pkg:pypi/{package}@{said['Version']}", "licenses": licenses,
        "hashes": [{"alg": "SHA-256", "content": _digest(wheel)}],
    }  # fmt: skip


def packed(home: Path) -> bytes:
    """The folder as a tar archive without times, owners or order of the disk in it."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(path for path in home.rglob("*") if path.is_file()):
            entry = tarfile.TarInfo(f"{home.name}/{path.relative_to(home).as_posix()}")
            entry.size, entry.mode = path.stat().st_size, 0o755 if path.suffix == ".sh" else 0o644
            archive.addfile(entry, io.BytesIO(path.read_bytes()))
    return gzip.compress(plain.getvalue(), 6, mtime=0)


def _tag() -> str:
    import sysconfig

    return f"{'.'.join(platform.python_version_tuple()[:2])} {sysconfig.get_platform()}"


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _run(*command: str) -> None:
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
