"""Mutation testing: one change in the program, and the tests that run the changed function must notice it.

    python -m benchmarks.faults.mutants [COUNT] [SEED] [PACKAGE…]     ends with status 1 below 90 % killed in a package

COUNT mutants are drawn of all of each package: a comparison, a boolean, an arithmetic operator or a condition turned
round, a number, text or truth value changed, a result not returned, a statement dropped. Annotations, docstrings and
raised errors are left alone. Everything happens in a copy of the tree with an environment of its own, whose processes
import the copy too. First every test file runs once with each function that it enters noted; what fails there, where
every module has one more comment and so another digest, counts against no mutant. Then each mutant is given to
the tests that entered its function, the quickest first, until one fails.
"""

from __future__ import annotations

import ast
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
import venv
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
TESTED_BY = {
    "engine": ("engine",),
    "decision": ("decision", "assessment", "properties/test_gate_states.py"),
    "cost": ("cost",),
    "sizing": ("sizing",),
    "record": ("record",),
}
"""Folders and files below tests/ whose tests a package's mutants are given to."""
ENTERED = "ADVISOR_MUTANTS_ENTERED"
"""Variable that names the file into which a session of pytest writes which test entered which function."""
TESTS_S = 60.0
"""Seconds, as they took when the functions were noted, of tests that one mutant is given to."""
CPU_S = 120
"""Processor time after which a mutant counts as killed: it does not end."""
GOAL = 0.9
MORE = b"# one more line\n"
LIMITED = "ADVISOR_MUTANTS_CPU"
"""Variable that holds the processor time of a session of pytest, and of each process that it starts."""

SWAPPED: dict[type[ast.AST], type[Any]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div, ast.Mod: ast.Mult,
    ast.Pow: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip


class Mutant(NamedTuple):
    """One change: the bytes from `begin` to `end` of a file become `text`; `function`: where theirs begins."""

    path: str
    line: int
    kind: str
    begin: int
    end: int
    old: str
    text: str
    function: int | None

    def __str__(self) -> str:
        """Where, and from what to what."""
        old, new = (" ".join(text.split())[:70] for text in (self.old, self.text))
        return f"{self.path}:{self.line} {self.kind}: {old} -> {new}"


# --- mutants ----------------------------------------------------------------------------------------------------------


def mutants_of(root: Path, path: str) -> Iterator[Mutant]:
    """All mutants of one file."""
    data = (root / path).read_bytes()
    starts = [0]
    for line in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def walk(node: ast.AST, function: int | None) -> Iterator[Mutant]:
        if isinstance(node, ast.FunctionDef):
            function = min([node.lineno, *(each.lineno for each in node.decorator_list)])
        for kind, old, text in _changes(node):
            begin, end = (
                starts[old.lineno - 1] + old.col_offset,
                starts[(old.end_lineno or 0) - 1] + (old.end_col_offset or 0),
            )
            yield Mutant(path, old.lineno, kind, begin, end, data[begin:end].decode(), text, function)
        for name, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not _left_alone(node, name, child, function):
                    yield from walk(child, function)

    yield from walk(ast.parse(data), None)


def _left_alone(node: ast.AST, field: str, child: ast.AST, function: int | None) -> bool:
    """Whether a part of the tree has no mutants: it does nothing when it runs, or is only words."""
    words = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
    alias = function is None and isinstance(child, ast.BinOp) and isinstance(child.op, ast.BitOr)
    error = isinstance(node, ast.Raise) or isinstance(child, ast.Assert | ast.JoinedStr | ast.Import | ast.ImportFrom)
    return field in ("annotation", "returns", "decorator_list", "type_params") or words or alias or error


def _changes(node: ast.AST) -> Iterator[tuple[str, Any, str]]:
    """What is changed in one node: the kind, the node to replace, and its new text."""
    match node:
        case ast.Compare(left, [operator, *others], comparators) if type(operator) in SWAPPED:
            yield "comparison", node, _text(ast.Compare(left, [SWAPPED[type(operator)](), *others], comparators))
        case ast.BoolOp(operator, values):
            yield "boolean", node, _text(ast.BoolOp(SWAPPED[type(operator)](), values))
        case ast.UnaryOp(ast.Not(), operand):
            yield "boolean", node, _text(operand)
        case ast.BinOp(left, operator, right) if type(operator) in SWAPPED:
            yield "arithmetic", node, _text(ast.BinOp(left, SWAPPED[type(operator)](), right))
        case ast.If(test) | ast.IfExp(test) | ast.While(test):
            yield "condition", test, f"(not {_text(test)})"
        case ast.Constant(bool() as value):
            yield "constant", node, repr(not value)
        case ast.Constant(int() | float() as value):
            yield "constant", node, repr(value + 1)
        case ast.Constant(str() as value):
            yield "constant", node, repr(f"{value}?")
        case ast.Return(value) if value is not None and not (isinstance(value, ast.Constant) and value.value is None):
            yield "return", node, "return None"
        case ast.Expr(ast.Call()) | ast.AugAssign() | ast.Raise() | ast.Break() | ast.Continue():
            yield "dropped", node, "pass"
        case ast.Assign([ast.Attribute() | ast.Subscript()]):
            yield "dropped", node, "pass"


def _text(node: ast.expr) -> str:
    return f"({ast.unparse(ast.fix_missing_locations(node))})"


def drawn(root: Path, package: str, count: int, seed: int) -> tuple[list[Mutant], int]:
    """The mutants tried of one package, in random order, and how many there are in all."""
    files = sorted((root / "advisor" / package).rglob("*.py"))
    everything = [each for path in files for each in mutants_of(root, str(path.relative_to(root)))]
    chosen = random.Random(f"{seed} {package}").sample(everything, min(count, len(everything)))
    return chosen, len(everything)


# --- which test enters which function ---------------------------------------------------------------------------------


class Entered:
    """A plugin of pytest: notes the functions of the program that each test enters, its time and whether it passed."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._codes: set[CodeType] = set()
        self.notes: dict[str, dict[str, Any]] = {}

    def _called(self, frame: FrameType, event: str, _: object) -> None:
        self._codes.add(frame.f_code)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Begin a test with nothing entered."""
        self._codes.clear()
        self._begun = time.process_time()
        sys.settrace(self._called)
        threading.settrace(self._called)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Keep whether each phase passed."""
        note = self.notes.setdefault(report.nodeid, {"passed": True})
        note["passed"] = note["passed"] and report.passed

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Note what the test entered."""
        sys.settrace(None)
        inside = {(code.co_filename[len(self._root) :], code.co_firstlineno) for code in {*self._codes}
                  if code.co_filename.startswith(self._root)}  # fmt: skip
        self.notes[nodeid] |= {"entered": sorted(inside), "seconds": time.process_time() - self._begun}

    def pytest_sessionfinish(self) -> None:
        """Write all notes."""
        Path(os.environ[ENTERED]).write_text(json.dumps(self.notes))


def pytest_configure(config: Any) -> None:
    """Note functions, or end after a while, in a session that is asked to."""
    if LIMITED in os.environ:
        seconds = int(os.environ[LIMITED])
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    if ENTERED in os.environ:
        config.pluginmanager.register(Entered(f"{ROOT}/"), "mutants-entered")


# --- the copy ---------------------------------------------------------------------------------------------------------


class Copy:
    """A copy of the tree with an environment whose processes import it."""

    def __init__(self, place: Path) -> None:
        self.root = place / "tree"
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).is_file():
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.root / name)
        shutil.copytree(ROOT / "build" / "engine", self.root / "build" / "engine")
        venv.create(place / "venv", symlinks=True)
        self.python = place / "venv" / "bin" / "python"
        packages = Path(sysconfig.get_path("purelib", vars={"base": str(place / "venv")}))
        (packages / "copy.pth").write_text(f"{self.root}\n{sysconfig.get_path('purelib')}\n")
        script = Path(sys.executable).with_name("advisor").read_text().split("\n", 1)[1]
        self.python.with_name("advisor").write_text(f"#!{self.python}\n{script}")
        self.python.with_name("advisor").chmod(0o755)

    def note(self, package: str) -> dict[str, dict[str, Any]]:
        """Run a package's test files once, each in a process of its own; gives what each test entered."""
        changed = [*(self.root / "advisor" / package).rglob("*.py")]
        for path in changed:
            path.write_bytes(path.read_bytes() + MORE)
        notes: dict[str, dict[str, Any]] = {}
        written = self.root.parent / "notes.json"
        for path in [file for name in TESTED_BY[package] for file in self._files(self.root / "tests" / name)]:
            subprocess.run([self.python, "-m", "pytest", *PYTEST, str(path)], cwd=self.root, check=False,
                           capture_output=True, env=os.environ | {ENTERED: str(written)})  # fmt: skip
            notes |= json.loads(written.read_text()) if written.is_file() else {}
            written.unlink(missing_ok=True)
        for path in changed:
            path.write_bytes(path.read_bytes().removesuffix(MORE))
        return notes

    @staticmethod
    def _files(path: Path) -> list[Path]:
        return sorted(path.glob("test_*.py")) if path.is_dir() else [path]

    def judge(self, mutant: Mutant, tests: list[str]) -> str:
        """Give a mutant to tests; gives what failed, or nothing."""
        path = self.root / mutant.path
        whole = path.read_bytes()
        path.write_bytes(whole[: mutant.begin] + mutant.text.encode() + whole[mutant.end :])
        try:
            return self._failing(tests) if tests else ""
        finally:
            path.write_bytes(whole)

    def _failing(self, tests: list[str]) -> str:
        """Run tests until one fails: its name, `time` where they did not end, or nothing."""
        command = [str(self.python), "-m", "pytest", *PYTEST, "-x", *tests]
        with subprocess.Popen(command, cwd=self.root, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              start_new_session=True, env=os.environ | {LIMITED: str(CPU_S)}) as done:  # fmt: skip
            try:
                told, _ = done.communicate(timeout=CPU_S * 10)
            except subprocess.TimeoutExpired:
                os.killpg(done.pid, signal.SIGKILL)
                return "time"
        if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
            return "time"
        failed = [line for line in told.splitlines() if line.startswith(("FAILED", "ERROR"))]
        return failed[0].split(" - ")[0] if failed else f"status {done.returncode}" if done.returncode else ""


PYTEST = (
    "-q",
    "-n",
    "0",
    "-p",
    "no:cacheprovider",
    "-p",
    "benchmarks.faults.mutants",
    "--hypothesis-seed=0",
    "--no-header",
)


def tests_for(mutant: Mutant, notes: dict[str, dict[str, Any]]) -> list[str]:
    """The tests that entered the mutant's function, or its module where it is in none, the quickest first.

    After these come the other tests of the same files: what a fixture or a cache keeps was entered by one of them only.
    """
    passed = {test: note for test, note in notes.items() if note["passed"] and "entered" in note}
    entered = [
        test
        for test, note in passed.items()
        if any(path == mutant.path and mutant.function in (None, line) for path, line in note["entered"])
    ]
    if not entered:  # it runs when its module is imported
        entered = list(passed)
    files = {test.partition("::")[0] for test in entered}
    beside = [test for test in passed if test not in {*entered} and test.partition("::")[0] in files]
    ordered = [
        *sorted(entered, key=lambda test: passed[test]["seconds"]),
        *sorted(beside, key=lambda test: passed[test]["seconds"]),
    ]
    chosen: list[str] = []
    spent = 0.0
    for test in ordered:
        spent += passed[test]["seconds"]
        if chosen and spent > TESTS_S:
            break
        chosen.append(test)
    return chosen


def main(count: int, seed: int, packages: list[str]) -> int:
    """Draw mutants, judge them, and print the survivors and a table; returns the exit status."""
    names = packages or list(TESTED_BY)
    table = []
    with tempfile.TemporaryDirectory() as place:
        copy = Copy(Path(place))
        for package in names:
            begun = time.monotonic()
            notes = copy.note(package)
            wrong = [test for test, note in notes.items() if not note["passed"]]
            print(
                f"{package}: {len(notes)} tests noted in {time.monotonic() - begun:.0f} s; left out: {wrong}",
                flush=True,
            )
            mutants, all_of_them = drawn(copy.root, package, count, seed)
            killed = 0
            for mutant in mutants:
                tests = tests_for(mutant, notes)
                fate = copy.judge(mutant, tests)
                killed += fate != ""
                print(f"{fate or 'SURVIVED'} [{len(tests)} tests] {mutant}", flush=True)
            table.append((package, all_of_them, len(mutants), killed, killed / len(mutants)))
    for package, of, tried, killed, share in table:
        print(f"{package:9} {of:>6,} mutants, {tried:>4} tried, {killed:>4} killed, {share:.0%}")
    return 0 if all(share >= GOAL for *_, share in table) else 1


if __name__ == "__main__":
    number, start = [int(word) for word in sys.argv[1:3]] + [40, 1][len(sys.argv[1:3]) :]
    sys.exit(main(number, start, sys.argv[3:]))
