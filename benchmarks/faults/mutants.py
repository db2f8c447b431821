"""Mutation testing: one change in the program, and the tests that run the changed function must notice it.

    python -m benchmarks.faults.mutants [COUNT] [SEED] [PACKAGE…]     ends with status 1 below 90 % killed in a package
    python -m benchmarks.faults.mutants again LOG…                    the survivors that earlier runs printed

COUNT mutants are drawn of all of each package: a comparison, a boolean, an arithmetic operator or a condition turned
round, a number, text or truth value changed, a result not returned, a statement dropped. Annotations, docstrings and
raised errors are left alone. Everything happens in a copy of the tree with an environment of its own, whose processes
import the copy too. First every test file runs once with each function that it enters noted; what fails there, where
every module has one more comment and so another digest, counts against no mutant. The notes are kept below build/
until the test file changes; delete them after larger changes of the program. Then each mutant is given to the tests
that entered its function, the quickest first, until one fails; each session of pytest is a fork of a process that has
imported the libraries already, and imports the program itself. At the end all tests that killed run once more without a
mutant, to show that they pass.
"""

from __future__ import annotations

import ast
import importlib
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
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
TESTED_BY = {
    "engine": ("engine", "properties/test_engine_agreement.py"),
    "decision": (
        "decision",
        "contract/test_empty_set.py",
        "contract/test_hybrid.py",
        "contract/test_ties.py",
        "properties/test_gate_states.py",
        "analysis/test_conflicts.py",
    ),
    "cost": ("cost",),
    "sizing": ("sizing",),
    "record": ("record",),
}
"""Folders and files below tests/ whose tests a package's mutants are given to."""
ENTERED = "ADVISOR_MUTANTS_ENTERED"
"""Variable that names the file into which a session of pytest writes which test entered which function."""
TESTS_S = 10.0
"""Seconds, as they took when the functions were noted, of tests that one mutant is given to."""
CPU_S = 120
"""Processor time after which a mutant counts as killed: it does not end."""
NOTING_S = 7200
"""Seconds after which a session that notes functions is given up."""
NOT_RUN = 99
"""Status of a session in which pytest itself did not run: it ends everything."""
GOAL = 0.9
MORE = b"# one more line\n"
NOTES = ROOT / "build" / "mutants"
"""Where the notes of each test file are kept."""
LIMITED = "ADVISOR_MUTANTS_CPU"
"""Variable that holds the processor time of a session of pytest, and of each process that it starts."""

SWAPPED: dict[type[ast.AST], type[Any]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div, ast.Mod: ast.Mult,
    ast.Pow: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip


class Mutant(NamedTuple):
    """One change: the bytes from `begin` to `end` of a file become `text`; `function` is the name of theirs."""

    path: str
    line: int
    kind: str
    begin: int
    end: int
    old: str
    text: str
    function: str

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

    def walk(node: ast.AST, function: str, outer: str) -> Iterator[Mutant]:
        if isinstance(node, ast.FunctionDef):
            function = f"{outer}{node.name}"
            outer = f"{function}.<locals>."
        elif isinstance(node, ast.ClassDef):
            outer = f"{outer}{node.name}."
        for kind, old, text in _changes(node):
            begin, end = (
                starts[old.lineno - 1] + old.col_offset,
                starts[(old.end_lineno or 0) - 1] + (old.end_col_offset or 0),
            )
            yield Mutant(path, old.lineno, kind, begin, end, data[begin:end].decode(), text, function)
        for name, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not _left_alone(node, name, child, function):
                    yield from walk(child, function, outer)

    yield from walk(ast.parse(data), "", "")


def _left_alone(node: ast.AST, field: str, child: ast.AST, function: str) -> bool:
    """Whether a part of the tree has no mutants: it does nothing when it runs, or is only words."""
    words = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
    alias = not function and isinstance(child, ast.BinOp) and isinstance(child.op, ast.BitOr)
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
        inside = {(code.co_filename[len(self._root) :], code.co_qualname) for code in {*self._codes}
                  if code.co_filename.startswith(f"{self._root}advisor/")}  # fmt: skip
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

    def note(self, package: str, sessions: Sessions) -> dict[str, dict[str, Any]]:
        """Run a package's test files once, those without notes in one session; gives what each test entered."""
        changed = [each for name in TESTED_BY for each in (self.root / "advisor" / name).rglob("*.py")]
        whole = {path: path.read_bytes() for path in changed}
        kept = {
            str(path.relative_to(self.root)): NOTES / f"{path.stem}-{sha256(path.read_bytes()).hexdigest()[:16]}.json"
            for name in TESTED_BY[package] for path in self._files(self.root / "tests" / name)
        }  # fmt: skip
        new = [file for file, note in kept.items() if not note.is_file()]
        if new:
            for each, data in whole.items():
                each.write_bytes(data + MORE)
            together = self.root.parent / "notes.json"
            told = sessions.failing(new, together)
            if not together.is_file():
                sys.exit(f"the tests could not be noted: {told}")
            found = json.loads(together.read_text())
            NOTES.mkdir(parents=True, exist_ok=True)
            for file in new:
                of_file = {test: note for test, note in found.items() if test.partition("::")[0] == file}
                kept[file].write_text(json.dumps(of_file))
            for each, data in whole.items():
                each.write_bytes(data)
        notes: dict[str, dict[str, Any]] = {}
        for note in kept.values():
            notes |= json.loads(note.read_text())
        subprocess.run([self.python, "-m", "compileall", "-q", "advisor"], cwd=self.root, check=False)
        return notes

    @staticmethod
    def _files(path: Path) -> list[Path]:
        return sorted(path.glob("test_*.py")) if path.is_dir() else [path]

    def judge(self, mutant: Mutant, tests: list[str], sessions: Sessions) -> str:
        """Give a mutant to tests; gives what failed, or nothing."""
        path = self.root / mutant.path
        whole, status = path.read_bytes(), path.stat()
        path.write_bytes(whole[: mutant.begin] + mutant.text.encode() + whole[mutant.end :])
        try:
            return sessions.failing(tests) if tests else ""
        finally:
            path.write_bytes(whole)
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))  # what is compiled of it is valid again


class Sessions:
    """A process in the copy that has imported the libraries, and forks for each session of pytest."""

    def __init__(self, copy: Copy) -> None:
        environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [copy.python, "-m", "benchmarks.faults.mutants", "serve"], cwd=copy.root, text=True, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def failing(self, tests: list[str], noted: Path | None = None) -> str:
        """Run tests until one fails: its name, `time` where they did not end, or nothing; or note what all enter."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"tests": tests, "noted": noted and str(noted)}) + "\n")
        self._process.stdin.flush()
        return str(json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def serve() -> None:
    """Answer lines of arguments of pytest with what failed."""
    for name in _libraries():
        with suppress(Exception):
            importlib.import_module(name)
    for line in sys.stdin:
        with tempfile.TemporaryFile("w+") as told:
            child = os.fork()
            if child == 0:
                _session(**json.loads(line), output=told.fileno())
            status = _ended(child, NOTING_S if '"noted": null' not in line else CPU_S * 5)
            told.seek(0)
            lines = told.read().splitlines()
        failed = [line.split(" - ")[0] for line in lines if line.startswith(("FAILED", "ERROR "))]
        fate = "time" if status in (-signal.SIGXCPU, -signal.SIGKILL) else f"status {status}" if status else ""
        if status == NOT_RUN:
            sys.exit("\n".join(["pytest did not run:", *lines]))
        print(json.dumps(failed[0] if failed else fate), flush=True)


def _session(tests: list[str], noted: str | None, output: int) -> None:
    """Run pytest in this process, which is a fork, and end it."""
    status = NOT_RUN
    try:
        os.setsid()
        if noted:
            os.environ[ENTERED] = noted
            sys.dont_write_bytecode = False
        else:
            os.environ[LIMITED] = str(CPU_S)
        for stream in (1, 2):
            os.dup2(output, stream)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        import pytest

        status = int(pytest.main([*PYTEST, *([] if noted else ["-x"]), *tests]))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _ended(child: int, seconds: float) -> int:
    """Wait for a session, and end it with all its processes after a while; gives its status."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _libraries() -> list[str]:
    """The modules that the program and its tests import, without their own and the plugins of pytest."""
    code = """
import sys, pkgutil, importlib, contextlib, advisor
for each in pkgutil.walk_packages(advisor.__path__, "advisor."):
    if each.name.split(".")[1] not in ("tui", "__main__"):
        with contextlib.suppress(Exception): importlib.import_module(each.name)
import hypothesis.strategies, hypothesis.extra.numpy, pytest
print(" ".join(sys.modules))
"""
    named = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stdout.split()
    own = ("advisor", "tests", "benchmarks", "durable", "__", "pytest_", "xdist", "_hypothesis", "_pytest.assertion")
    return [name for name in named if not name.startswith(own)]


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
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
)


def tests_for(mutant: Mutant, notes: dict[str, dict[str, Any]]) -> list[str]:
    """The tests that entered the mutant's function, or its module where it is in none, the quickest first.

    After these come the other tests of the same files: what a fixture or a cache keeps was entered by one of them only.
    """
    passed = {test: note for test, note in notes.items() if note["passed"] and "entered" in note}
    entered = [
        test
        for test, note in passed.items()
        if any(path == mutant.path and mutant.function in ("", name) for path, name in note["entered"])
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


def noted(copy: Copy, package: str, sessions: Sessions) -> dict[str, dict[str, Any]]:
    """What each test of a package entered, told in a line."""
    begun = time.monotonic()
    notes = copy.note(package, sessions)
    wrong = [test for test, note in notes.items() if not note["passed"]]
    spent = sum(note.get("seconds", 0) for note in notes.values())
    print(f"{package}: {len(notes)} tests of {spent:.0f} s noted in {time.monotonic() - begun:.0f} s; "
          f"left out: {wrong}", flush=True)  # fmt: skip
    return notes


def judged(copy: Copy, mutants: list[Mutant], notes: dict[str, dict[str, Any]], sessions: Sessions) -> int:
    """Judge mutants and print the fate of each; returns how many were killed, by tests that pass without a mutant."""
    killers: dict[str, int] = {}
    for mutant in mutants:
        tests, begun = tests_for(mutant, notes), time.monotonic()
        fate = copy.judge(mutant, tests, sessions)
        if fate:
            killers[fate] = killers.get(fate, 0) + 1
        print(f"{fate or 'SURVIVED'} [{len(tests)} tests, {time.monotonic() - begun:.0f} s] {mutant}", flush=True)
    for test in [fate for fate in killers if "::" in fate]:
        if sessions.failing([test.split(" ", 1)[1]]):
            print(f"fails without a mutant too, so that its {killers.pop(test)} do not count: {test}")
    return sum(killers.values())


def again(logs: list[str]) -> int:
    """Judge the survivors that logs of runs name once more; returns 1 where one survived again."""
    lines = [line for log in logs for line in Path(log).read_text().splitlines() if line.startswith("SURVIVED")]
    named = {line.split("] ", 1)[1] for line in lines}
    with tempfile.TemporaryDirectory() as place:
        copy, left = Copy(Path(place)), 0
        sessions = Sessions(copy)
        for package in TESTED_BY:
            paths = sorted({name.partition(":")[0] for name in named if f"advisor/{package}/" in name})
            mutants = [each for path in paths for each in mutants_of(copy.root, path) if str(each) in named]
            if mutants:
                left += len(mutants) - judged(copy, mutants, noted(copy, package, sessions), sessions)
        sessions.close()
    return 1 if left else 0


def main(count: int, seed: int, packages: list[str]) -> int:
    """Draw mutants, judge them, and print the survivors and a table; returns the exit status."""
    names = packages or list(TESTED_BY)
    table = []
    with tempfile.TemporaryDirectory() as place:
        copy = Copy(Path(place))
        sessions = Sessions(copy)
        for package in names:
            notes = noted(copy, package, sessions)
            mutants, all_of_them = drawn(copy.root, package, count, seed)
            killed = judged(copy, mutants, notes, sessions)
            table.append((package, all_of_them, len(mutants), killed, killed / len(mutants)))
        sessions.close()
    for package, of, tried, killed, share in table:
        print(f"{package:9} {of:>6,} mutants, {tried:>4} tried, {killed:>4} killed, {share:.0%}")
    return 0 if all(share >= GOAL for *_, share in table) else 1


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve"]:
            serve()
        case ["again", *logs]:
            sys.exit(again(logs))
        case words:
            number, start = [int(word) for word in words[:2]] + [40, 1][len(words[:2]) :]
            sys.exit(main(number, start, words[2:]))
