"""The load: redis-benchmark for what is timed, a pipelined writer of our own for what is filled before.

Both servers get the same keys and values: those that redis-benchmark asks for (`key:` and twelve digits), with
values of 32 bytes.
"""
import csv
import os
import subprocess
import sys
import tempfile
import threading
import time

VALUE_BYTES = 32
FILL_BATCH = 10_000


def fill(server, keys):
    """Sets `keys` keys. A second thread reads the answers, so that neither side's buffers fill up."""
    with server.connect() as link:
        link.settimeout(120)
        wrong = []

        def read_answers():
            left = keys * len(b"+OK\r\n")
            while left > 0:
                piece = link.recv(1 << 20)
                if not piece:
                    wrong.append("connection closed")
                    return
                if b"-" in piece:
                    wrong.append(piece[piece.index(b"-"):][:80].decode(errors="replace"))
                    return
                left -= len(piece)

        reader = threading.Thread(target=read_answers, daemon=True)
        reader.start()
        head = b"*3\r\n$3\r\nSET\r\n$16\r\nkey:"
        middle = b"\r\n$%d\r\n" % VALUE_BYTES
        for start in range(0, keys, FILL_BATCH):
            if wrong:
                break
            link.sendall(b"".join([b"%b%012d%b%032d\r\n" % (head, n, middle, n)
                                   for n in range(start, min(start + FILL_BATCH, keys))]))
        reader.join()
        if wrong:
            sys.exit(f"bench: {server.name} while being filled: {wrong[0]}")
    present = int(server.ask("DBSIZE"))
    if present != keys:
        sys.exit(f"bench: {server.name} holds {present} keys after {keys} were set")


class Run:
    """What one run of redis-benchmark measured."""

    def __init__(self, rate, p50_ms, p99_ms, server_us, generator_busy):
        self.rate = rate                      # requests a second
        self.p50_ms = p50_ms
        self.p99_ms = p99_ms
        self.server_us = server_us            # CPU of the server for each request, microseconds
        self.generator_busy = generator_busy  # share of a core that redis-benchmark itself took


def run(server, command, requests, keys, pipeline=1, clients=50, cores=None):
    """One run; `command` is get, set or ping_mbulk."""
    arguments = ["taskset", "-c", cores] if cores else []
    arguments += ["redis-benchmark", "-h", "127.0.0.1", "-p", str(server.port), "-t", command, "-n", str(requests),
                  "-r", str(keys), "-d", str(VALUE_BYTES), "-c", str(clients), "-P", str(pipeline), "--csv",
                  "--precision", "3"]
    with tempfile.TemporaryFile("w+") as output:
        cpu = server.cpu_seconds()
        began = time.monotonic()
        generator = subprocess.Popen(arguments, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(generator.pid, 0)
        generator.returncode = os.waitstatus_to_exitcode(status)
        took = time.monotonic() - began
        cpu = server.cpu_seconds() - cpu
        output.seek(0)
        text = output.read()
    rows = list(csv.DictReader(line for line in text.splitlines() if line.startswith('"')))
    if generator.returncode != 0 or len(rows) != 1:
        sys.exit(f"bench: redis-benchmark against {server.name} failed:\n{text}\n{server.log_tail()}")
    return Run(float(rows[0]["rps"]), float(rows[0]["p50_latency_ms"]), float(rows[0]["p99_latency_ms"]),
               cpu / requests * 1e6, (usage.ru_utime + usage.ru_stime) / took)
