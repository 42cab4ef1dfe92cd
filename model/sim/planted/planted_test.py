#!/usr/bin/env python3
"""The simulation finds every bug that is planted, and none without: a test of the tests.

usage: planted_test.py --program baton_sim --planted FOLDER [NAME...]

FOLDER has planted.tsv and the programs baton_sim_NAME (cmake/BatonPlanted.cmake). For each plant: its first
seeds fail, the failure says what it should, and the line that it prints to replay fails again. Prints a table.
"""

import argparse
import os
import re
import shlex
import subprocess
import sys
import time

FIRST = "--first 1"
FOUND_SECONDS = 60  # in which each plant must be found
OTHER_SECONDS = 240


def run(command, seconds):
    """(status, what it printed)"""
    try:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"none within {seconds} s", ""
    return done.returncode, done.stdout


def plants(folder):
    with open(os.path.join(folder, "planted.tsv"), encoding="utf-8") as table:
        for line in table:
            name, weaken, seeds, says, arguments = line.rstrip("\n").split("\t")
            yield name, weaken, int(seeds), says, arguments.split()


def find(name, command, arguments, says):
    """(the seed that found the plant, what is wrong with how; None: nothing). Prints its row."""
    start = time.monotonic()
    status, text = run([*command, *arguments], FOUND_SECONDS)
    seconds = time.monotonic() - start
    failed = re.search(r"^FAILED seed (\d+): (.*)$", text, re.MULTILINE)
    if status != 1 or not failed:
        return 0, f"not found: status {status}\n{text[-2000:]}"
    seed = int(failed.group(1))
    print(f"{name:28} seed {seed:5}  {seconds:5.1f} s  {failed.group(2)[:150]}", flush=True)
    if not re.search(says, failed.group(2)):
        return seed, f"found by '{failed.group(2)}', which has no '{says}'"
    replay = re.search(r"^  replay: (.*)$", text, re.MULTILINE)
    if not replay:
        return seed, f"no line that replays it:\n{text[-2000:]}"
    line = shlex.split(replay.group(1))
    lost = [word for word in arguments if word not in line]
    if lost:
        return seed, f"the line that replays it has not {lost}: {replay.group(1)}"
    status, text = run(line, OTHER_SECONDS)
    if status != 1 or "FAILED" not in text:
        return seed, f"does not fail again: {replay.group(1)}\n{text[-2000:]}"
    return seed, None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--planted", required=True)
    parser.add_argument("names", nargs="*", help="these plants only")
    options = parser.parse_args()
    wrong = []
    seeds_most = 0
    status, text = run([options.program, "--weaken", "nothing", "--seeds", "1"], OTHER_SECONDS)
    if status != 2 or "no weakening 'nothing'" not in text:
        wrong.append(f"a weakening that there is not: status {status}\n{text[-2000:]}")
    for name, weaken, seeds, says, arguments in plants(options.planted):
        if options.names and name not in options.names:
            continue
        program = [options.program, "--weaken", weaken] if weaken else [
            os.path.join(options.planted, f"baton_sim_{name}")
        ]
        seed, problem = find(name, [*program, *FIRST.split(), "--seeds", str(seeds)], arguments, says)
        seeds_most = max(seeds_most, seed)
        if problem is not None:
            wrong.append(f"{name}: {problem}")
    if not seeds_most and not wrong:
        wrong.append("no plant of that name")
    elif seeds_most:
        status, text = run([options.program, *FIRST.split(), "--seeds", str(seeds_most)], OTHER_SECONDS)
        if status != 0:
            wrong.append(f"without any plant: status {status}\n{text[-2000:]}")
    for problem in wrong:
        print(f"FAILED {problem}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
