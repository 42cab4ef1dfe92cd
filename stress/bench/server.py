"""A server under measurement: started on a loopback port, its CPU and memory read from the kernel's accounts.

Both servers are started by the same code with the same directives, persistence off. The CPU time is that of
all threads in nanoseconds (/proc/PID/task/*/schedstat): the clock ticks of /proc/PID/stat are too coarse for
a run of seconds.
"""
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time

FILES_WANTED = 40_000


def raise_file_limit():
    """Lets this process and those it starts open many sockets; returns how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_WANTED if hard == resource.RLIM_INFINITY else min(FILES_WANTED, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return soft


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def redis_program(directory):
    """Debian's redis-server. Its program is in redis-tools too, where it obeys the name it is called by."""
    if os.access("/usr/bin/redis-server", os.X_OK):
        return "/usr/bin/redis-server"
    link = os.path.join(directory, "redis-server")
    if os.access("/usr/bin/redis-check-rdb", os.X_OK):
        os.symlink("/usr/bin/redis-check-rdb", link)
        return link
    sys.exit("bench: no redis-server to compare with: install Debian's redis-tools or name one by --server-b")


class Server:
    """One running server. `name` is the column it fills; `cores` a CPU list for taskset, or None."""

    def __init__(self, name, program, io_threads=1, cores=None, extra=()):
        self.name = name
        self.port = free_port()
        self.directory = tempfile.TemporaryDirectory(prefix=f"baton-bench-{name}-")
        self.log_path = os.path.join(self.directory.name, "log")
        version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
        command = ["taskset", "-c", cores] if cores else []
        command += [os.path.abspath(program), "--port", str(self.port), "--bind", "127.0.0.1",
                    "--maxclients", "20000", "--io-threads", str(io_threads)]
        if io_threads > 1:
            command += ["--io-threads-do-reads", "yes"]
        if version.startswith("Redis server"):
            command += ["--save", "", "--appendonly", "no"]
        command += extra
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(command, cwd=self.directory.name, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log)
        self.pid = self.process.pid  # taskset execs the server: the same process
        self._wait_ready()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.directory.cleanup()

    def log_tail(self):
        with open(self.log_path, "r", errors="replace") as log:
            return "".join(log.readlines()[-15:])

    def _wait_ready(self):
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                sys.exit(f"bench: {self.name} did not start (status {self.process.returncode}):\n{self.log_tail()}")
            try:
                if self.ask("PING") == "PONG":
                    return
            except OSError:
                time.sleep(0.02)
        self.__exit__()
        sys.exit(f"bench: {self.name} does not answer on port {self.port}")

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), 10)

    def ask(self, line):
        """The answer to one inline command: a status, or the text of a bulk string."""
        with self.connect() as link, link.makefile("rb") as answers:
            link.sendall(line.encode() + b"\r\n")
            head = answers.readline().rstrip(b"\r\n").decode()
            if head.startswith("$"):
                return answers.read(int(head[1:])).decode(errors="replace")
            return head[1:] if head.startswith(("+", ":")) else head

    def info(self, section, field):
        for line in self.ask(f"INFO {section}").splitlines():
            if line.startswith(field + ":"):
                return line.split(":", 1)[1].strip()
        sys.exit(f"bench: {self.name}: INFO {section} has no {field}")

    def used_memory(self):
        return int(self.info("memory", "used_memory"))

    def resident_bytes(self):
        with open(f"/proc/{self.pid}/status") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024
        return 0

    def cpu_seconds(self):
        """CPU time of all threads, those that ended excepted."""
        total = 0
        for task in os.listdir(f"/proc/{self.pid}/task"):
            try:
                with open(f"/proc/{self.pid}/task/{task}/schedstat") as account:
                    total += int(account.read().split()[0])
            except FileNotFoundError:
                pass  # the thread ended meanwhile
        return total / 1e9
