#!/usr/bin/env python3
"""Baton beside Debian's redis-server: the same load on both in turns, medians, and the ratio of the two.

  ./dev bench                         everything (about eight minutes)
  ./dev bench --quick                 a tenth of the keys, short runs: shows that it works, measures little
  ./dev bench --only gets,memory      some of: gets, sets, memory, threads, idle

The server is pinned to core 0 and the generator to core 1, except in `threads`, where both use all cores. CPU
for each operation comes first, because redis-benchmark is the bottleneck of deep pipelines: its own share of a
core is printed (`gen`), and where it is near 100 % the throughput is redis-benchmark's. The targets stand
beside the figures for the reader; nothing is asserted.
"""
import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack

import load
from server import Server, raise_file_limit, redis_program

PIPELINES = (1, 16, 50)
CPU_TARGETS = {1: 0.90, 16: 0.45, 50: 0.40}
SECTIONS = ("memory", "gets", "sets", "threads", "idle")


class Plan:
    """How much of everything."""

    def __init__(self, quick, rounds):
        self.keys = 300_000 if quick else 3_000_000
        self.rounds = rounds or 3
        self.run_seconds = 0.5 if quick else 3.0
        self.idle_seconds = 3 if quick else 10
        self.connections = 1_000 if quick else 10_000
        self.pings = 10_000 if quick else 50_000


def median(runs, field):
    return statistics.median(getattr(run, field) for run in runs)


def ratio(ours, theirs):
    return f"{ours / theirs:.2f}" if theirs else "-"


def heading(text):
    print(f"\n{text}")


def table(columns, rows):
    """Prints rows under columns, the first column to the left, the others to the right."""
    cells = [list(columns)] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns))]
    for row in cells:
        print("  " + "  ".join([row[0].ljust(widths[0])] + [c.rjust(w) for c, w in zip(row[1:], widths[1:])]).rstrip(),
              flush=True)


def interleaved(servers, plan, command, pipeline, cores):
    """Runs of each server by turns, so that what changes on the machine meanwhile changes for both."""
    runs = {server.name: [] for server in servers}
    # A first short run warms up and says how many requests fill the time: servers differ a hundredfold here.
    trials = [load.run(server, command, 2_000 * pipeline, plan.keys, pipeline, cores=cores) for server in servers]
    requests = {server.name: max(2_000 * pipeline, int(trial.rate * plan.run_seconds))
                for server, trial in zip(servers, trials)}
    for round_number in range(plan.rounds):
        order = servers if round_number % 2 == 0 else list(reversed(servers))
        for server in order:
            runs[server.name].append(
                load.run(server, command, requests[server.name], plan.keys, pipeline, cores=cores))
    return [runs[server.name] for server in servers]


def run_row(label, a, b, target):
    return [label, f"{median(a, 'server_us'):.2f}", f"{median(b, 'server_us'):.2f}",
            ratio(median(a, "server_us"), median(b, "server_us")), target,
            f"{median(a, 'rate') / 1e3:.0f}", f"{median(b, 'rate') / 1e3:.0f}",
            ratio(median(a, "rate"), median(b, "rate")),
            f"{median(a, 'p50_ms'):.2f}", f"{median(b, 'p50_ms'):.2f}",
            f"{median(a, 'p99_ms'):.2f}", f"{median(b, 'p99_ms'):.2f}",
            f"{median(a, 'generator_busy'):.0%}/{median(b, 'generator_busy'):.0%}"]


def run_columns(label):
    return [label, "us/op A", "us/op B", "A/B", "target", "krps A", "krps B", "A/B", "p50 A", "p50 B", "p99 A",
            "p99 B", "gen A/B"]


def measure_commands(servers, plan, commands):
    heading(f"One thread, server on core 0, generator on core 1: 50 clients, {plan.keys} random keys, 32-byte values, "
            f"median of {plan.rounds} (p50 and p99 in ms)")
    rows = []
    for command in commands:
        for pipeline in PIPELINES:
            a, b = interleaved(servers, plan, command, pipeline, cores="1")
            rows.append(run_row(f"{command.upper()} -P {pipeline}", a, b, f"<= {CPU_TARGETS[pipeline]:.2f}"))
            print(f"  {command} -P {pipeline} done", file=sys.stderr)
    table(run_columns("command"), rows)


def fill_and_weigh(servers, plan, show):
    """Fills both; what a key takes is the growth of the account, and of the resident set, over an empty server."""
    rows = []
    weights = []
    for server in servers:
        account, resident = server.used_memory(), server.resident_bytes()
        load.fill(server, plan.keys)
        weights.append(((server.used_memory() - account) / plan.keys,
                        (server.resident_bytes() - resident) / plan.keys))
    for label, index, target in (("used_memory", 0, "<= 0.65"), ("resident set", 1, "")):
        a, b = weights[0][index], weights[1][index]
        rows.append([label, f"{a:.1f}", f"{b:.1f}", ratio(a, b), target])
    if show:
        heading(f"Bytes for each key: {plan.keys} keys of 16 bytes with values of {load.VALUE_BYTES}")
        table(["", "A", "B", "A/B", "target"], rows)


def measure_threads(programs, plan):
    heading("More I/O threads, everything on all cores (same settings on both): GET and SET without pipelining and at "
            f"-P 16, median of {plan.rounds}")
    rows = []
    for io_threads in (2, 4):
        with ExitStack() as stack:
            servers = [stack.enter_context(Server(name, program, io_threads)) for name, program in programs]
            for server in servers:
                load.fill(server, plan.keys)
            for command in ("get", "set"):
                for pipeline in (1, 16):
                    a, b = interleaved(servers, plan, command, pipeline, cores=None)
                    row = run_row(f"io-threads {io_threads} {command.upper()} -P {pipeline}", a, b, "")
                    row.insert(8, ">= 1.00")
                    rows.append(row)
                    print(f"  io-threads {io_threads} {command} -P {pipeline} done", file=sys.stderr)
    columns = run_columns("")
    columns.insert(8, "target")
    columns[4] = ""
    table(columns, rows)


def measure_idle(programs, plan):
    heading(f"Idle servers: share of a core over {plan.idle_seconds} s")
    rows = []
    for io_threads in (1, 4):
        with ExitStack() as stack:
            servers = [stack.enter_context(Server(name, program, io_threads)) for name, program in programs]
            time.sleep(0.5)  # what starting up still does is not idling
            before = [server.cpu_seconds() for server in servers]
            time.sleep(plan.idle_seconds)
            shares = [(server.cpu_seconds() - start) / plan.idle_seconds for server, start in zip(servers, before)]
            rows.append([f"io-threads {io_threads}", f"{shares[0]:.2%}", f"{shares[1]:.2%}", "< 0.50%"])
    table(["", "A", "B", "target"], rows)

    count = min(plan.connections, raise_file_limit() - 500)
    heading(f"{count} idle connections: resident bytes for each, and one active client before and beside them")
    rows = []
    for io_threads in (1, 4):
        for name, program in programs:
            cores = "0" if io_threads == 1 else None
            with Server(name, program, io_threads, cores) as server:
                def active():
                    return load.run(server, "ping_mbulk", plan.pings, 1, clients=1,
                                    cores="1" if cores else None)
                active()  # warms up
                alone, resident = active(), server.resident_bytes()
                with ExitStack() as stack:
                    for _ in range(count):
                        stack.enter_context(server.connect())
                    deadline = time.monotonic() + 20
                    while int(server.info("clients", "connected_clients")) <= count and time.monotonic() < deadline:
                        time.sleep(0.05)  # accepted by the kernel is not yet accepted by the server
                    time.sleep(1)
                    each = (server.resident_bytes() - resident) / count
                    beside = active()
                rows.append([f"{name} io-threads {io_threads}", f"{each:.0f}",
                             "<= 3072" if name == programs[0][0] else "", f"{alone.p50_ms:.3f}", f"{beside.p50_ms:.3f}",
                             f"{alone.p99_ms:.3f}", f"{beside.p99_ms:.3f}", f"{alone.server_us:.2f}",
                             f"{beside.server_us:.2f}"])
    table(["", "bytes each", "target", "p50 alone", "p50 beside", "p99 alone", "p99 beside", "us/op alone",
           "us/op beside"], rows)


def parse_arguments():
    parser = argparse.ArgumentParser(description="Baton beside redis-server, as ratios.")
    parser.add_argument("--server-a", required=True, help="the program under test")
    parser.add_argument("--server-b", help="the program to compare with (Debian's redis-server)")
    parser.add_argument("--quick", action="store_true", help="a tenth of the keys, short runs")
    parser.add_argument("--rounds", type=int, help="runs of each server for each figure (3)")
    parser.add_argument("--only", default=",".join(SECTIONS), help="sections, separated by commas: " + ", ".join(SECTIONS))
    arguments = parser.parse_args()
    arguments.only = arguments.only.split(",")
    unknown = [section for section in arguments.only if section not in SECTIONS]
    if unknown:
        parser.error(f"no section named {unknown[0]}: {', '.join(SECTIONS)}")
    if not os.access(arguments.server_a, os.X_OK):
        parser.error(f"no program at {arguments.server_a}")
    return arguments


def main():
    arguments = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: terminated"))  # so that the servers are stopped
    if len(os.sched_getaffinity(0)) < 2:
        sys.exit("bench: needs two cores: one for the server, one for the generator")
    plan = Plan(arguments.quick, arguments.rounds)
    raise_file_limit()
    with tempfile.TemporaryDirectory(prefix="baton-bench-") as directory:
        programs = [("A", arguments.server_a), ("B", arguments.server_b or redis_program(directory))]
        for name, program in programs:
            version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.strip()
            print(f"{name}  {version}")
        if {"memory", "gets", "sets"} & set(arguments.only):
            with ExitStack() as stack:
                servers = [stack.enter_context(Server(name, program, cores="0")) for name, program in programs]
                fill_and_weigh(servers, plan, show="memory" in arguments.only)
                commands = [name for section, name in (("gets", "get"), ("sets", "set")) if section in arguments.only]
                if commands:
                    measure_commands(servers, plan, commands)
        if "threads" in arguments.only:
            measure_threads(programs, plan)
        if "idle" in arguments.only:
            measure_idle(programs, plan)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("bench: interrupted")
