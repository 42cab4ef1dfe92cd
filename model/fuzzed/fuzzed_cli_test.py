#!/usr/bin/env python3
"""baton_explorer --fuzzed: what a fuzzer found replays and is made small; bad input is refused.

usage: fuzzed_cli_test.py --program build/dev/model/explorer/baton_explorer --readme fuzz/README.md
"""

import argparse
import os
import random
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

PROGRAM = ""
README = ""
DEFECTS = {"mailbox": "slept on an outbox that did not fit", "pause_gate": "no flush after the resume"}


def run(*arguments):
    """(status, what it printed on both streams)"""
    done = subprocess.run(
        [PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout


class Fuzzed(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def file(self, content):
        path = os.path.join(self.folder, "crash")
        with open(path, "wb") as out:
            out.write(content)
        return path

    def refused(self, error, *arguments):
        status, text = run(*arguments)
        self.assertEqual(status, 2, text)
        self.assertRegex(text, error)

    def failing(self, target):
        """A file of random bytes with which the target fails, as a fuzzer keeps it."""
        chance = random.Random(1)
        for _ in range(500):
            path = self.file(chance.randbytes(160))
            status, _ = run("--fuzzed", target, path, "--defect", DEFECTS[target], "--keep")
            if status == 1:
                return path
        self.fail(f"{target}: no random bytes fail")

    def test_bad_input_is_refused(self):
        some = self.file(b"\0\1\2")
        self.refused("no program 'nothing' is made of bytes here; there are mailbox, pause_gate, handoff",
                     "--fuzzed", "nothing", some)
        self.refused("cannot read /nowhere/at/all", "--fuzzed", "mailbox", "/nowhere/at/all")
        self.refused("cannot read " + self.folder, "--fuzzed", "mailbox", self.folder)
        self.refused("'hex:0g' are no bytes", "--fuzzed", "mailbox", "hex:0g")
        self.refused("'hex:012' are no bytes", "--fuzzed", "mailbox", "hex:012")
        self.refused("hex: is empty", "--fuzzed", "mailbox", "hex:")
        self.refused("mailbox has no defect named 'none such'; there are:\n  ",
                     "--fuzzed", "mailbox", some, "--defect", "none such")
        self.refused("three parts", "--fuzzed", "mailbox", some, "--schedule", "0110")
        self.refused("another build", "--fuzzed", "mailbox", some, "--schedule", ".00000000.")
        self.refused("--scenario", "--fuzzed", "mailbox", some, "--scenario", "mailbox_ring")
        self.refused("--fuzzed", "--fuzzed", "mailbox")
        self.refused("nothing is named", "--fuzzed", "", some)
        self.refused("--trace needs --scenario or --fuzzed", "--trace", "out")
        self.refused("is empty", "--fuzzed", "mailbox", self.file(b""))

    def test_what_is_no_file_of_a_fuzzer_is_refused(self):
        self.refused("cannot read /dev/zero: not a regular file", "--fuzzed", "mailbox", "/dev/zero")
        self.refused("not a regular file", "--fuzzed", "mailbox", self.folder)
        pipe = os.path.join(self.folder, "pipe")
        os.mkfifo(pipe)
        self.refused("not a regular file", "--fuzzed", "mailbox", pipe)
        self.refused("more than 1048576 bytes", "--fuzzed", "mailbox", self.file(b"\0" * (2**20 + 1)))

    def test_options_that_would_be_ignored_are_refused(self):
        for other in (["--list"], ["--assumptions"], ["--mutants"], ["--proofs"], ["--quick"], ["--json", "out"]):
            self.refused("excludes", "--fuzzed", "mailbox", "hex:00", *other)

    def test_bytes_that_hold_are_shown(self):
        page = os.path.join(self.folder, "page.html")
        status, text = run("--fuzzed", "pause_gate", "hex:000003058806", "--picture", page)
        self.assertEqual(status, 0, text)
        self.assertIn("request a pause of I/O thread 1", text)
        self.assertGreater(os.path.getsize(page), 1000)

    def test_a_failure_is_made_small_and_its_line_replays(self):
        for target, defect in DEFECTS.items():
            path = self.failing(target)
            status, text = run("--fuzzed", target, path, "--defect", defect)
            self.assertEqual(status, 1, text)
            line = re.search(rf"^replay: \S*baton_explorer --fuzzed {target} (hex:\w+) --defect '{defect}' --schedule (\S+)$",
                             text, re.MULTILINE)
            self.assertIsNotNone(line, text)
            self.assertLess(len(line.group(1)), len("hex:") + 2 * 20)
            failure = re.search(r"^fails, with \d+ pre-emptions?: ([^,\n]+)", text, re.MULTILINE).group(1)
            trace = os.path.join(self.folder, "trace.json")
            replayed = ("--fuzzed", target, line.group(1), "--schedule", line.group(2))
            status, again = run(*replayed, "--defect", defect, "--trace", trace)
            self.assertEqual(status, 1, again)
            self.assertIn(failure, again)
            self.assertGreater(os.path.getsize(trace), 1000)
            status, without = run(*replayed)
            self.assertEqual(status, 2, without)
            self.assertIn("another build", without)

    def test_the_line_of_the_readme_replays(self):
        with open(README, encoding="utf-8") as file:
            text = file.read().replace("\\\n", " ")
        lines = re.findall(r"^build/dev/model/explorer/baton_explorer (--fuzzed .*--schedule .*)$", text, re.MULTILINE)
        self.assertEqual(len(lines), 1, "one line of fuzz/README.md shows a schedule")
        status, text = run(*shlex.split(lines[0], comments=True))
        self.assertEqual(status, 1, text)

    def test_a_failing_scenario_replays_by_its_name(self):
        status, text = run("--fuzzed", "handoff", "hex:0000", "--defect",
                           "mailbox_ring_full: handed back last in first out")
        self.assertEqual(status, 1, text)
        line = re.search(r"^replay: \S*baton_explorer (--scenario mailbox_ring_full) --defect '(.*)' (--schedule \S+)$",
                         text, re.MULTILINE)
        self.assertIsNotNone(line, text)
        status, text = run(*line.group(1).split(), "--defect", line.group(2), *line.group(3).split())
        self.assertEqual(status, 1, text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--readme", required=True)
    PROGRAM, README = parser.parse_args().program, parser.parse_args().readme
    unittest.main(argv=sys.argv[:1], verbosity=2)
