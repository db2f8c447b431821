"""The interface on a pty of 80 × 24, beside the least that a Textual program can be, and beside two published ones.

Run `python -m benchmarks.interface.interface_speed [--rounds N] [--peers [FOLDER]]`. With `--peers`, posting and
harlequin are installed by pip, each into a virtual environment of its own in that folder (a temporary one where none
is named). Programs are started and keys pressed in turn; a time of opening is the best of its rounds, a time of a key
the median. Status 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.interface.interface_keys import PACE_S, STRIP, idle, jump_to, tab_through, type_in_turn, verdicts_after
from benchmarks.interface.interface_peers import install_peers
from benchmarks.interface.interface_wire import Program, rows_touched
from benchmarks.interface.table import Table

FLOOR, FIELD, START, ASK = "one Static", "one Input", "advisor", "advisor ask"
PYTHON = [sys.executable, "-m"]
OURS = {
    FLOOR: [*PYTHON, "benchmarks.interface.interface_floor", "static"],
    FIELD: [*PYTHON, "benchmarks.interface.interface_floor", "input"],
    START: [*PYTHON, "advisor"],
    ASK: [*PYTHON, "advisor", "ask", "--questionnaire", "full"],
}
WORD, DIGITS = "clinical notes of a ward", "12345678"
NUMBER = "volume.output_tokens"
TABS, CHANGES = 60, 20
STARTS = 3
WARM_S, IDLE_S = 8.0, 20.0
KIB, MIB = 1024.0, 1024.0**2

Commands = Mapping[str, list[str]]


class Desktop(ExitStack):
    """Programs that are open, each in a home of its own; all end with it."""

    def open(self, command: list[str], **environment: str) -> Program:
        home = Path(self.enter_context(TemporaryDirectory()))
        program = Program(command, home, **environment)
        self.callback(program.stop)
        return program


class Opened(NamedTuple):
    """One start: seconds to the first thing seen, to the last before a pause, of the processor; bytes until then."""

    painted: float
    settled: float
    processor: float
    size: int


def opening(commands: Commands, rounds: int, table: Table) -> None:
    """Start each in turn, and keep the best of each: what other programs did meanwhile counts for none."""
    found: dict[str, list[Opened]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            with Desktop() as desktop:
                found[name].append(opened(name, desktop.open(command)))
    best = {name: best_of(starts) for name, starts in found.items()}
    floor = best[FLOOR]
    for name, start in best.items():
        table.put_ratio("first paint", name, start.painted, floor.painted, 1.35)
        table.put_ratio("settled", name, start.settled, floor.settled, 1.5)
        table.put_ratio("settled, processor time", name, start.processor, floor.processor)
        table.put("bytes until settled, KB", name, start.size / KIB, 16)


def best_of(starts: list[Opened]) -> Opened:
    """The best of each, of the starts that sent all: on a busy machine one may pause before it is done."""
    most = max(start.size for start in starts)
    whole = [start for start in starts if start.size > most / 2]
    return Opened(*(min(values) for values in zip(*whole, strict=True)))._replace(size=most)


def opened(name: str, program: Program) -> Opened:
    """Open a program; a verdict that is known by then is left out, for it has a row of its own."""
    sent = program.open()
    own = [chunk for chunk in sent if not is_verdict(name, chunk.data)]
    size = sum(len(chunk.data) for chunk in own)
    return Opened(sent.painted - program.started, own[-1].at - program.started, program.processor, size)


def is_verdict(name: str, data: bytes) -> bool:
    """Whether bytes of the interview are its verdict's own, which comes when it is known."""
    return name == ASK and bool(rows_touched(data)) and rows_touched(data) <= {1, *STRIP}


def without_color(commands: Commands, table: Table) -> None:
    for name, command in commands.items():
        with Desktop() as desktop:
            data = max((desktop.open(command, NO_COLOR="1").open().data for _ in range(STARTS)), key=len)
            table.put("the same under NO_COLOR, KB", name, len(data) / KIB, 10)


def at_rest(programs: Mapping[str, Program], table: Table) -> None:
    """Leave all of them alone at once; by then the interview has its first verdict and all that follows."""
    with ThreadPoolExecutor(len(programs)) as threads:
        list(threads.map(lambda program: program.read_for(WARM_S), programs.values()))
        rates = list(threads.map(lambda program: idle(program, IDLE_S), programs.values()))
    floor = programs[FLOOR].resident
    for (name, program), rate in zip(programs.items(), rates, strict=True):
        table.put("idle, bytes a second", name, rate, 0)
        table.put_ratio("resident memory", name, program.resident / MIB, floor / MIB, 2.5, unit="MB")
        table.put("with the processes it starts, MB", name, program.resident_with_children / MIB)


def typing(programs: Mapping[str, Program], table: Table) -> None:
    """Type a word into all that have a field, then a number into the interview, faster than it is assessed."""
    fields = {name: program for name, program in programs.items() if name not in (FLOOR, START)}
    before = {name: program.processor for name, program in fields.items()}
    found = dict(zip(fields, type_in_turn(fields.values(), WORD), strict=True))
    taken = {name: (program.processor - before[name]) / len(WORD) for name, program in fields.items()}
    jump_to(programs[ASK], NUMBER)
    pair = {FIELD: programs[FIELD], ASK: programs[ASK]}
    busy = dict(zip(pair, type_in_turn(pair.values(), DIGITS * 3, PACE_S), strict=True))
    for name, typed in found.items():
        table.put_ratio("key → first byte", name, typed.middle, found[FIELD].middle, 1.5)
        table.put_ratio("… processor time, with what follows", name, taken[name], taken[FIELD])
        table.put("bytes of a typed key, median", name, typed.size, 300)
    name_busy = "key → first byte, assessing"
    table.put_ratio(name_busy, ASK, busy[ASK].middle, busy[FIELD].middle, 1.5)
    table.put_ratio(name_busy, FIELD, busy[FIELD].middle, busy[FIELD].middle)


def tabbing(programs: Mapping[str, Program], table: Table) -> None:
    for name, program in programs.items():
        if name in (FLOOR, FIELD):
            continue
        tabs = tab_through(program, TABS if name == ASK else TABS // 5)
        if tabs.all:
            table.put("bytes of a Tab, median", name, median(tabs.all), 500)
            table.put("… that changes the footer, most", name, max(tabs.footer, default=0), 1300)
            table.put("… that scrolls or turns the page, most", name, max(tabs.scrolled, default=0), 2500)


def verdicts(program: Program, table: Table) -> None:
    """Change one number again and again, each time with all the time it wants."""
    program.send("\x15")
    program.read_for(IDLE_S / 4)
    seconds = verdicts_after(program, CHANGES)
    table.put("last key → verdict, median ms", ASK, median(seconds) * 1e3, 100)
    table.put("last key → verdict, 95 of 100, ms", ASK, quantiles(seconds, n=20)[-1] * 1e3)


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the interface on a pty.")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--peers", nargs="?", const="", default=None, metavar="FOLDER")
    options = parser.parse_args()
    with Desktop() as desktop:
        commands = dict(OURS)
        if options.peers is not None:
            folder = options.peers or desktop.enter_context(TemporaryDirectory())
            commands |= install_peers(Path(folder))
        table = Table(list(commands))
        opening(commands, options.rounds, table)
        without_color(commands, table)
        programs = {name: desktop.open(command) for name, command in commands.items()}
        for program in programs.values():
            program.open()
        at_rest(programs, table)
        tabbing({name: program for name, program in programs.items() if name != ASK}, table)
        with Desktop() as second:
            fresh = second.open(commands[ASK])
            fresh.open()
            fresh.read_for(WARM_S)
            tabbing({ASK: fresh}, table)
        typing(programs, table)
        verdicts(programs[ASK], table)
    print(table.text)
    return 1 if table.missed else 0


if __name__ == "__main__":
    sys.exit(main())
