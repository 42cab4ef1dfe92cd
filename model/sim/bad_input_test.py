#!/usr/bin/env python3
"""What baton_sim is told and cannot do, it refuses: a clear line, exit 2, and no run.

usage: bad_input_test.py --program baton_sim
"""

import argparse
import shlex
import shutil
import subprocess
import sys
import tempfile

REFUSED = [
    ("--seed -1", "is no number from 0"),
    ("--seed 99999999999999999999", "is no number from 0"),
    ("--first -3", "is no number from 0"),
    ("--seeds 0", "not in range"),
    ("--seeds 99999999999999999999", "is no number from 0"),
    ("--first 18446744073709551615 --seeds 2", "there are no 2 seeds from 18446744073709551615 on"),
    ("--seconds nan", "is no number of seconds"),
    ("--seconds inf", "is no number of seconds"),
    ("--seconds -1", "is no number of seconds"),
    ("--seed 5 --cuts zz", "no such parts to cut"),
    ("--cuts c0 --seeds 1", "--seed"),
    ("--seeds 1 --shard 0/9223372036854775808", "--shard is i/n"),
    ("--seeds 1 --shard 3/3", "--shard is i/n"),
    ("--seeds 1 --without nothing", "no kind of fault"),
    ("--seeds 1 --weaken nothing", "no weakening"),
    ("--seed 5 --patience 5", "excludes"),
    ("--seeds 1 --weaken ''", "nothing is named"),
    ("--seeds 1 --shard ''", "nothing is named"),
    ("--seeds 1 --json ''", "nothing is named"),
    ("--seeds 1 --picture ''", "nothing is named"),
    ("--seeds 1 --trace ''", "nothing is named"),
    ("--seed 5 --cuts ''", "nothing is named"),
    ("--merge ''", "nothing is named"),
    ("--seed 5 --json {folder}/one.json", "excludes"),
    ("--seed 5 --hashes", "excludes"),
    ("--seed 5 --keep-going", "excludes"),
    ("--merge {folder}/0.json --seeds 5", "excludes"),
    ("--merge {folder}/0.json --json {folder}/sum.json", "excludes"),
    ("--merge {folder}/0.json --seed 5", "excludes"),
    ("--merge {folder}/0.json --io-threads 2", "excludes"),
    ("--weakenings --seeds 5", "excludes"),
    ("--kept {folder}/nothing.txt", "there is no seed in it"),
    ("--kept {folder}", "there is no seed in it"),
    ("--kept {folder}/0.json", "is no number from 0"),
    ("--kept {folder}/nothing.txt --shard 0/2", "excludes"),
    ("--swarm --seeds 1 --patience -5", "is no number of seconds"),
    ("--merge {folder}/nothing.json", "holds no sums"),
    ("--merge {folder}/0.json {folder}/1.json {folder}/again.json", "have seeds in common"),
    ("--merge {folder}/0.json {folder}/0.json", "have seeds in common"),
]
# Parts of a campaign, for --merge.
PARTS = ["--shard 0/2 --seeds 8 --json {folder}/0.json", "--shard 1/2 --seeds 8 --json {folder}/1.json",
         "--first 5 --seeds 3 --json {folder}/again.json", "--merge {folder}/0.json {folder}/1.json"]
RUN = ["--first 18446744073709551614 --seeds 1", "--first 18446744073709551614 --seconds 5"]


def run(program, arguments):
    return subprocess.run(
        [program, *shlex.split(arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    program = parser.parse_args().program
    wrong = 0
    folder = tempfile.mkdtemp(prefix="baton_sim_bad_input.")
    for arguments in PARTS:
        done = run(program, arguments.format(folder=folder))
        if done.returncode != 0:
            wrong += 1
            print(f"{arguments}: status {done.returncode}, expected 0\n{done.stdout[:500]}")
    if '"runs": 8' not in done.stdout or '"shard": 1' not in done.stdout:
        wrong += 1
        print(f"the sum of two shards is not that of both:\n{done.stdout[:500]}")
    for arguments, says in REFUSED:
        arguments = arguments.format(folder=folder)
        done = run(program, arguments)
        if done.returncode != 2 or says not in done.stdout or " runs" in done.stdout:
            wrong += 1
            print(f"{arguments}: status {done.returncode}, expected 2 and '{says}'\n{done.stdout[:500]}")
    for arguments in RUN:
        done = run(program, arguments)
        if done.returncode != 0:
            wrong += 1
            print(f"{arguments}: status {done.returncode}, expected 0\n{done.stdout[:500]}")
    shutil.rmtree(folder)
    print(f"{len(REFUSED) + len(PARTS) + len(RUN)} command lines, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
