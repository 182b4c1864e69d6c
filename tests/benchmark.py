"""How fast and how light `main.py` is: whole processes, timed in turn on files written here.

A peer does the same job (it reads the file, counts the rejections, computes the metrics and writes
both files) and gets the CSV's path as its last argument: --peer "pandas=python pandas_script.py".

- rows, numbers: the file. 2 % of its cells are empty. Numbers have two decimals and repeat, or
  have full precision and are unique.
- seconds, peak MB: from start to exit, and resident memory in 10^6 bytes; medians of the rounds.
- main.py / it: main.py's seconds over the contestant's of the same round, the median of the
  rounds. Below 1 main.py is faster. Seconds depend on the machine; these hardly do.
- bare imports: what such a program costs before it does anything. Only for 4 rows, where main.py
  and they run with -S: what is installed on the machine is no part of it.
- csv.reader: reads the same file and does nothing with it, the floor of any pure Python.

10 million rows get at most 3 rounds, 4 rows three times as many as asked for. POSIX only.
"""

import argparse
import os
import random
import shlex
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

MAIN = str(Path(__file__).resolve().parent.parent / "main.py")
FEW, MOST = 4, 10_000_000
IMPORTS = "import argparse, array, csv, hashlib, json, math, pathlib"
READ = """
import csv, sys
for row in csv.reader(open(sys.argv[1], newline="", encoding="utf-8")):
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


def main() -> None:
    """Write each file, time all contestants on it, and print their lines of the table."""
    raw = argparse.RawDescriptionHelpFormatter
    prog = "python -m tests.benchmark"
    parser = argparse.ArgumentParser(prog=prog, description=__doc__, formatter_class=raw)
    parser.add_argument("--full", action="store_true", help="10 million rows as well")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="5 if not given")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=COMMAND")
    parser.add_argument("--before", metavar="FOLDER", help="another checkout, to compare with")
    options = parser.parse_args()
    # Whoever runs main.py twice has its modules compiled.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    print("| rows | numbers | contestant | seconds | main.py / it | peak MB |")
    print("|---:|---|---|---:|---:|---:|", flush=True)
    for rows in (FEW, 10_000, 100_000, 1_000_000, *([MOST] if options.full else [])):
        rounds = {FEW: 3 * options.rounds, MOST: min(3, options.rounds)}.get(rows, options.rounds)
        for numbers, number_format in {"repeating": ".2f", "unique": ""}.items():
            with TemporaryDirectory() as folder:
                path = Path(folder, "students.csv")
                write_students(path, rows, number_format)
                commands = contestants(path, rows, options)
                # A B C, A B C: what slows the machine for a while slows them all.
                runs = [[run(words) for words in commands.values()] for _ in range(rounds)]
            for name, its_runs in zip(commands, zip(*runs, strict=True), strict=True):
                ratio = median(
                    ours[0][0] / its[0] for ours, its in zip(runs, its_runs, strict=True)
                )
                seconds, megabytes = map(median, zip(*its_runs, strict=True))
                line = f"{name} | {seconds:.3f} | {ratio:.2f} | {megabytes:.0f}"
                print(f"| {rows:,} | {numbers} | {line} |", flush=True)


def write_students(path: Path, rows: int, number_format: str) -> None:
    """Write a file, the same each time."""
    rng = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        file.write("name,math_score,study_hours\n")
        for row in range(rows):
            numbers = rng.uniform(0, 100), rng.uniform(0.1, 40)
            cells = [f"Student {row}", *(format(number, number_format) for number in numbers)]
            file.write(",".join("" if rng.random() < 0.02 else cell for cell in cells) + "\n")
        file.flush()
        os.fsync(file.fileno())  # or the disk is still busy when the first contestant runs


def contestants(path: Path, rows: int, options: argparse.Namespace) -> dict[str, list[str]]:
    """Return the commands by the names of the contestants, main.py's first."""
    python = [sys.executable, "-S"] if rows == FEW else [sys.executable]
    train = ["-q", "--artifacts", str(path.parent / "artifacts"), "--data", str(path)]
    commands = {"main.py": [*python, MAIN, *train]}
    if options.before:
        commands["before"] = [*python, f"{options.before}/main.py", *train]
    name, floor = ("bare imports", IMPORTS) if rows == FEW else ("csv.reader", READ)
    commands[name] = [*python, "-c", floor, str(path)]
    peers = (peer.partition("=") for peer in options.peer)
    return commands | {name: [*shlex.split(command), str(path)] for name, _, command in peers}


def run(command: list[str]) -> tuple[float, float]:
    """Return the seconds and megabytes of a command; if it fails, so does the benchmark."""
    starter = [sys.executable, "-IS", "-c", STARTER, *command]
    done = subprocess.run(starter, stdout=subprocess.PIPE, text=True, check=True)
    seconds, maxrss, status = done.stdout.split()
    if status != "0":
        sys.exit(f"error: failed: {shlex.join(command)}")
    return float(seconds), int(maxrss) * (1 if sys.platform == "darwin" else 1024) / 1e6


if __name__ == "__main__":
    main()
