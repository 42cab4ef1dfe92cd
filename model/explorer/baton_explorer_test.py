#!/usr/bin/env python3
"""baton_explorer's command line: bad input gets a clear error and status 2, a failure that replays status 1.

usage: baton_explorer_test.py --program build/dev/model/explorer/baton_explorer
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import unittest

PROGRAM = ""
SCENARIO = "mailbox_ring_full"
DEFECT = "handed back last in first out"


def run(*arguments):
    """(status, what it printed on both streams)"""
    done = subprocess.run(
        [PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout


class BadInput(unittest.TestCase):
    def refused(self, error, *arguments):
        status, text = run(*arguments)
        self.assertEqual(status, 2, text)
        self.assertRegex(text, error)

    def test_options(self):
        self.refused("no scenario named 'nothing'", "--scenario", "nothing")
        self.refused("no strategy 'luck'", "--scenario", SCENARIO, "--strategy", "luck")
        self.refused("no strategy 'bound10'", "--scenario", SCENARIO, "--strategy", "bound10")
        self.refused("--stale", "--scenario", SCENARIO, "--stale", "8")
        self.refused("--stale", "--scenario", SCENARIO, "--stale", "-1")
        self.refused("--spurious", "--scenario", SCENARIO, "--spurious", "10")
        self.refused("--executions", "--scenario", SCENARIO, "--executions", "0")
        self.refused("--executions", "--scenario", SCENARIO, "--executions", "many")
        self.refused("no defect named 'none such'", "--scenario", SCENARIO, "--defect", "none such")
        self.refused("no variant named 'none such'", "--scenario", SCENARIO, "--variant", "none such")
        self.refused("--seed", "--scenario", SCENARIO, "--seed", "99999999999999999999")
        self.refused("--scenario", "--schedule", ".00000000.0")
        self.refused("--scenario excludes --proofs", "--proofs", "--scenario", SCENARIO)
        self.refused("--nothing", "--nothing")
        for option in ("--scenario", "--json", "--survivors"):
            self.refused("nothing is named", option, "")
        for option in ("--defect", "--variant", "--schedule", "--picture", "--trace"):
            self.refused("nothing is named", "--scenario", SCENARIO, option, "")

    def test_options_of_which_one_would_be_ignored(self):
        for first, second in (
            (["--list"], ["--mutants"]),
            (["--list"], ["--assumptions"]),
            (["--list"], ["--proofs"]),
            (["--list"], ["--quick"]),
            (["--list"], ["--json", "out"]),
            (["--list"], ["--scenario", SCENARIO]),
            (["--assumptions"], ["--mutants"]),
            (["--assumptions"], ["--proofs"]),
            (["--assumptions"], ["--json", "out"]),
            (["--assumptions"], ["--scenario", SCENARIO]),
            (["--mutants"], ["--proofs"]),
            (["--mutants"], ["--quick"]),
            (["--mutants"], ["--scenario", SCENARIO]),
            (["--proofs"], ["--quick"]),
            (["--proofs"], ["--json", "out"]),
            (["--scenario", SCENARIO], ["--quick"]),
            (["--scenario", SCENARIO], ["--json", "out"]),
        ):
            self.refused("excludes", *first, *second)
            self.refused("excludes", *second, *first)
        for option in ("--keep", "--cells", "--width=100"):
            self.refused("needs --scenario or --fuzzed", "--list", option)

    def test_malformed_schedules(self):
        for schedule, error in (
            ("0110", "three parts"),
            ("s9.00000000.0", "7 stores at most"),
            ("z.00000000.0", "'z' is no machine"),
            (".zz.0", "'zz' is no trace hash"),
            (".00000000.0-1", "'-' is no decision"),
        ):
            self.refused(error, "--scenario", SCENARIO, "--schedule", schedule)

    def test_schedules_of_something_else(self):
        self.refused("another build", "--scenario", SCENARIO, "--schedule", ".00000000.")
        self.refused("no option 9", "--scenario", SCENARIO, "--schedule", ".00000000.9")
        self.refused("decisions more", "--scenario", SCENARIO, "--schedule", ".00000000." + "0" * 4000)


class Failure(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.status, cls.text = run(
            "--scenario", SCENARIO, "--defect", DEFECT, "--strategy", "random", "--executions", "20000"
        )
        match = re.search(r"^replay: \S*baton_explorer (.*) --schedule (\S+)", cls.text, re.MULTILINE)
        cls.schedule = match.group(2) if match else ""

    def replayed(self, *more):
        return run("--scenario", SCENARIO, "--schedule", self.schedule, *more)

    def test_is_found_and_replays(self):
        self.assertEqual(self.status, 1, self.text)
        self.assertNotEqual(self.schedule, "", self.text)
        status, text = self.replayed("--defect", DEFECT)
        self.assertEqual(status, 1, text)
        self.assertIn("sessions came", text)

    def test_does_not_replay_without_its_defect(self):
        status, text = self.replayed()
        self.assertEqual(status, 2, text)
        self.assertIn("another build", text)

    def test_is_drawn_where_that_can_be_written(self):
        for option in ("--picture", "--trace"):
            status, text = self.replayed("--defect", DEFECT, option, "/nowhere/at/all")
            self.assertEqual(status, 2, text)
            self.assertIn("cannot write /nowhere/at/all", text)
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "out")
                status, text = self.replayed("--defect", DEFECT, option, path)
                self.assertEqual(status, 1, text)
                self.assertGreater(os.path.getsize(path), 1000)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    PROGRAM = parser.parse_args().program
    unittest.main(argv=sys.argv[:1], verbosity=2)
