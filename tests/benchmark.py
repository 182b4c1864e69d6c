"""How fast and how light `main.py` is: whole processes, timed in turn on files written here.

    python -m tests.benchmark                    4, 100 thousand and 1 million rows
    python -m tests.benchmark --full             10 million as well: minutes, 0.6 GB of disk
    python -m tests.benchmark --peer "pandas=python pandas_script.py"

A peer is a command that does the same job and gets the CSV's path as its last argument: it should
do all of it, count the rejections, compute the six metrics and write the two files.

How to read the table: a line is one contestant on one file.

- rows, numbers: the file. 2 % of its cells are empty. `repeating` numbers have two decimals, so
  there are some 10,000 of them; `unique` ones have full precision and never come twice.
- seconds: from start to exit, the median of the rounds. A round runs each contestant once.
- main.py / it: main.py's seconds over the contestant's of the same round, the median of the
  rounds. Below 1 main.py is faster. Seconds depend on the machine; these hardly do.
- peak MB: the most memory the process held at once (resident, in 10^6 bytes), again the median.
- bare imports: what such a program costs before it does anything. Only for 4 rows, where main.py
  and they run with -S: what is installed on the machine is no part of it.
- csv.reader: walks over the same file and does nothing with it, the floor of any pure Python.

Fewer than 5 rounds are a trial. 10 million rows get 3 at most; 4 rows, whose runs are short and
shaky, get three times as many as asked for. POSIX only.
"""

import argparse
import os
import random
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

MAIN = str(Path(__file__).resolve().parent.parent / "main.py")
FEW, MOST = 4, 10_000_000
SIZES = (FEW, 100_000, 1_000_000, MOST)
IMPORTS = "import argparse, array, csv, hashlib, json, math, pathlib"
WALK = """
import csv, sys
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    for row in csv.reader(file):
        pass
"""
# On Linux no peak is below that of the process that started it. So a bare interpreter starts each.
STARTER = """
import os, sys, time
silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
start = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=silent)
_, status, usage = os.wait4(child, 0)
print(time.perf_counter() - start, usage.ru_maxrss, status)
"""
MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024


class Run(NamedTuple):
    """What one process took."""

    seconds: float
    megabytes: float


def main() -> None:
    """Write each file, time all contestants on it, and print their lines of the table."""
    options = parse()
    # Whoever runs main.py twice has its modules compiled.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    print("| rows | numbers | contestant | seconds | main.py / it | peak MB |")
    print("|---:|---|---|---:|---:|---:|", flush=True)
    for rows in SIZES if options.full else SIZES[:-1]:
        rounds = {FEW: 3 * options.rounds, MOST: min(3, options.rounds)}.get(rows, options.rounds)
        for numbers, number_format in {"repeating": ".2f", "unique": ""}.items():
            with TemporaryDirectory() as folder:
                path = f"{folder}/students.csv"
                write_students(path, rows, number_format)
                commands = contestants(path, f"{folder}/artifacts", rows)
                commands |= {name: [*command, path] for name, command in options.peer}
                runs = time_in_turn(commands, rounds)
            for line in table_lines(runs):
                print(f"| {rows:,} | {numbers} | {line} |", flush=True)


def parse() -> argparse.Namespace:
    """Return the options."""
    raw = argparse.RawDescriptionHelpFormatter
    prog = "python -m tests.benchmark"
    parser = argparse.ArgumentParser(prog=prog, description=__doc__, formatter_class=raw)
    parser.add_argument("--full", action="store_true", help="10 million rows as well")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="5 if not given")
    parser.add_argument("--peer", type=peer, action="append", default=[], metavar="NAME=COMMAND")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")
    return options


def peer(text: str) -> tuple[str, list[str]]:
    """Return the name and the command of NAME=COMMAND."""
    name, _, command = text.partition("=")
    words = shlex.split(command)
    if not words or shutil.which(words[0]) is None:
        raise argparse.ArgumentTypeError(f"{text!r}: not NAME=COMMAND, or no such command")
    return name, words


def write_students(path: str, rows: int, number_format: str) -> None:
    """Write a file, the same each time."""
    rng = random.Random(1)
    with Path(path).open("w", encoding="utf-8") as file:
        file.write("name,math_score,study_hours\n")
        for row in range(rows):
            numbers = rng.uniform(0, 100), rng.uniform(0.1, 40)
            cells = [f"Student {row}", *(format(number, number_format) for number in numbers)]
            file.write(",".join("" if rng.random() < 0.02 else cell for cell in cells) + "\n")
        file.flush()
        os.fsync(file.fileno())  # or the disk is still busy when the first contestant runs


def contestants(path: str, artifacts: str, rows: int) -> dict[str, list[str]]:
    """Return our own commands by the names of the contestants, main.py's first."""
    train = [MAIN, "-q", "--artifacts", artifacts, "--data", path]
    if rows == FEW:
        bare = [sys.executable, "-S"]
        return {"main.py": [*bare, *train], "bare imports": [*bare, "-c", IMPORTS]}
    walk = [sys.executable, "-c", WALK, path]
    return {"main.py": [sys.executable, *train], "csv.reader": walk}


def time_in_turn(commands: dict[str, list[str]], rounds: int) -> dict[str, list[Run]]:
    """Run A B C, A B C and so on: what slows the machine for a while slows them all."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            runs[name].append(run(command))
    return runs


def run(command: list[str]) -> Run:
    """Run a command to its end; if it fails, so does the benchmark."""
    starter = [sys.executable, "-IS", "-c", STARTER, *command]
    done = subprocess.run(starter, stdout=subprocess.PIPE, text=True, check=True)
    seconds, maxrss, status = done.stdout.split()
    if status != "0":
        sys.exit(f"error: failed: {shlex.join(command)}")
    return Run(float(seconds), int(maxrss) * MAXRSS_BYTES / 1e6)


def table_lines(runs: dict[str, list[Run]]) -> Iterator[str]:
    """Yield what the table says of each contestant."""
    for name, its_runs in runs.items():
        pairs = zip(runs["main.py"], its_runs, strict=True)
        ratio = median(ours.seconds / its.seconds for ours, its in pairs)
        seconds, megabytes = map(median, zip(*its_runs, strict=True))
        yield f"{name} | {seconds:.3f} | {ratio:.2f} | {megabytes:.0f}"


if __name__ == "__main__":
    main()
