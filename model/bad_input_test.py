#!/usr/bin/env python3
"""The command lines of baton_models and baton_mutants: bad input gets a clear error and status 2.

usage: bad_input_test.py --models build/dev/model/baton_models --mutants build/dev/model/baton_mutants
"""

import argparse
import subprocess
import sys
import unittest

PROGRAMS = argparse.Namespace()


def run(program, *arguments):
    """(status, what it printed on both streams)"""
    done = subprocess.run(
        [program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout


class Refused(unittest.TestCase):
    def refused(self, program, error, *arguments):
        status, text = run(program, *arguments)
        self.assertEqual(status, 2, text)
        self.assertRegex(text, error)

    def test_baton_models(self):
        for error, *arguments in (
            ("no scenario named 'nothing'", "--scenario", "nothing"),
            ("no scenario named 'nothing'", "--verdicts", "/dev/null", "--scenario", "nothing"),
            ("no scenario named 'nothing'", "--replay", "nothing", "random:1"),
            ("'random' is not SEARCH:ITERATION", "--replay", "mailbox_ring", "random"),
            ("'random:27x' is not SEARCH:ITERATION", "--replay", "mailbox_ring", "random:27x"),
            ("'random:0' is not SEARCH:ITERATION", "--replay", "mailbox_ring", "random:0"),
            ("'luck:1' is not SEARCH:ITERATION", "--replay", "mailbox_ring", "luck:1"),
            ("no variant named 'none such'", "--replay", "mailbox_ring", "random:1", "--variant", "none such"),
            ("--variant requires --replay", "--variant", "none such"),
            ("--replay", "--replay", "mailbox_ring"),
            ("--jobs", "--jobs", "0"),
            ("--jobs", "--jobs", "99999999999999999999"),
            ("--jobs", "--jobs", "many"),
            ("cannot write", "--verdicts", "/nonexistent/file", "--scenario", "mailbox_ring"),
            ("cannot write /dev/full", "--verdicts", "/dev/full", "--scenario", "ring_two_values", "--quick"),
            ("--scenario: nothing is named", "--scenario", ""),
            ("--verdicts: nothing is named", "--verdicts", ""),
            ("--replay: nothing is named", "--replay", "", "random:1"),
            ("--replay: nothing is named", "--replay", "ring_two_values", ""),
            ("--variant: nothing is named", "--replay", "ring_two_values", "random:1", "--variant", ""),
            ("ends before full:99999: its last is", "--replay", "ring_two_values", "full:99999"),
            ("ends before bound1:99999: its last is", "--replay", "ring_two_values", "bound1:99999"),
            ("--nothing", "--nothing"),
        ):
            with self.subTest(arguments=arguments):
                self.refused(PROGRAMS.models, error, *arguments)

    def test_baton_mutants(self):
        for error, *arguments in (
            ("no scenario named 'nothing'", "--scenario", "nothing"),
            ("--engines", "--engines", "neither"),
            ("--quick requires --engines", "--quick"),
            ("--samples", "--samples", "0"),
            ("--samples", "--samples", "99999999999999999999"),
            ("--workers", "--workers", "many"),
            ("not what baton_models --verdicts writes", "--relacy", "/nonexistent/file"),
            ("cannot write", "--json", "/nonexistent/file"),
            ("cannot write /dev/full", "--scenario", "ring_two_values", "--json", "/dev/full"),
            ("--scenario: nothing is named", "--scenario", ""),
            ("--relacy: nothing is named", "--relacy", ""),
            ("--json: nothing is named", "--json", ""),
            ("--scenario excludes --engines", "--scenario", "ring_two_values", "--engines", "both"),
            ("--scenario excludes --relacy", "--scenario", "ring_two_values", "--relacy", "/dev/null"),
            ("--nothing", "--nothing"),
        ):
            with self.subTest(arguments=arguments):
                self.refused(PROGRAMS.mutants, error, *arguments)

    def test_help_is_no_error(self):
        for program in (PROGRAMS.models, PROGRAMS.mutants):
            status, text = run(program, "--help")
            self.assertEqual(status, 0, text)
            self.assertIn("--scenario", text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", required=True)
    parser.add_argument("--mutants", required=True)
    PROGRAMS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])
