"""Baton through redis-py, as applications use it: python3 redis_py_test.py path/to/baton-server"""

import socket
import subprocess
import sys
import unittest

import redis

SERVER = None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class RedisPy:
    """The tests; each subclass runs them with another number of I/O threads."""

    io_threads = 1

    @classmethod
    def setUpClass(cls):
        for _ in range(5):
            cls.port = free_port()
            cls.process = subprocess.Popen(
                [SERVER, "--port", str(cls.port), "--bind", "127.0.0.1", "--io-threads", str(cls.io_threads)],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            for line in cls.process.stdout:
                if "Ready to accept connections" in line:
                    return
            cls.process.wait()
            cls.process.stdout.close()
        raise RuntimeError("the server does not start")

    @classmethod
    def tearDownClass(cls):
        cls.process.terminate()
        assert cls.process.wait(timeout=20) == 0
        cls.process.stdout.close()

    def setUp(self):
        self.r = redis.Redis(port=self.port, decode_responses=True)
        self.r.flushall()

    def tearDown(self):
        self.r.close()

    def test_strings(self):
        r = self.r
        self.assertTrue(r.set("k", "v", ex=100))
        self.assertEqual(r.get("k"), "v")
        self.assertTrue(0 < r.ttl("k") <= 100)
        self.assertIsNone(r.set("k", "w", nx=True))
        self.assertEqual(r.set("k", "w", get=True), "v")
        self.assertEqual(r.incrbyfloat("f", 1.5), 1.5)
        self.assertEqual(r.incr("n", 5), 5)
        self.assertTrue(r.mset({"a": 1, "b": 2}))
        self.assertEqual(r.mget("a", "b", "c"), ["1", "2", None])
        self.assertEqual(r.getex("k", persist=True), "w")
        self.assertEqual(r.ttl("k"), -1)
        self.assertEqual(r.append("k", "x"), 2)
        self.assertEqual(r.getdel("k"), "wx")
        self.assertEqual(r.setrange("s", 2, "z"), 3)
        self.assertEqual(r.strlen("s"), 3)

    def test_bytes(self):
        raw = redis.Redis(port=self.port)
        value = bytes(range(256)) * 1000
        raw.set(b"\x00key", value)
        self.assertEqual(raw.get(b"\x00key"), value)
        raw.close()

    def test_keys(self):
        r = self.r
        r.mset({f"key:{i}": i for i in range(1000)})
        self.assertEqual(len(set(r.scan_iter("key:*", count=50))), 1000)
        self.assertEqual(len(r.keys("key:1?")), 10)
        self.assertEqual(r.dbsize(), 1000)
        self.assertEqual(r.type("key:1"), "string")
        self.assertEqual(r.delete("key:1", "key:2", "none"), 2)
        self.assertEqual(r.exists("key:1", "key:3"), 1)
        self.assertTrue(r.rename("key:3", "other"))
        self.assertTrue(r.copy("other", "copy"))
        self.assertTrue(r.expire("copy", 10, nx=True))
        self.assertEqual(r.object("encoding", "copy"), "int")
        self.assertGreater(r.memory_usage("copy"), 0)

    def test_pipeline(self):
        with self.r.pipeline(transaction=False) as pipe:
            for i in range(5000):
                pipe.set(f"p{i}", i).get(f"p{i}")
            replies = pipe.execute()
        self.assertEqual(replies[1::2], [str(i) for i in range(5000)])

    def test_errors_in_a_pipeline(self):
        with self.r.pipeline(transaction=False) as pipe:
            pipe.set("text", "abc").incr("text").get("text")
            replies = pipe.execute(raise_on_error=False)
        self.assertEqual(replies[2], "abc")
        self.assertIsInstance(replies[1], redis.ResponseError)

    def test_transactions(self):
        r = self.r
        with r.pipeline() as pipe:
            self.assertEqual(pipe.incr("n").incr("n").execute(), [1, 2])
        with r.pipeline() as pipe:
            pipe.watch("n")
            r.set("n", 10)
            pipe.multi()
            pipe.incr("n")
            with self.assertRaises(redis.WatchError):
                pipe.execute()

        def double(pipe):
            value = int(pipe.get("n"))
            pipe.multi()
            pipe.set("n", value * 2)

        self.assertEqual(r.transaction(double, "n"), [True])
        self.assertEqual(r.get("n"), "20")

    def test_pubsub(self):
        with self.r.pubsub() as pubsub:
            pubsub.subscribe("one")
            pubsub.psubscribe("t*")
            kinds = [pubsub.get_message(timeout=10)["type"] for _ in range(2)]
            self.assertEqual(kinds, ["subscribe", "psubscribe"])
            self.assertEqual(self.r.publish("one", "a"), 1)
            self.assertEqual(self.r.publish("two", "b"), 1)
            first = pubsub.get_message(timeout=10)
            self.assertEqual((first["type"], first["channel"], first["data"]), ("message", "one", "a"))
            second = pubsub.get_message(timeout=10)
            self.assertEqual((second["type"], second["pattern"], second["data"]), ("pmessage", "t*", "b"))
            self.assertEqual(self.r.pubsub_numsub("one"), [("one", 1)])
            pubsub.ping()
            self.assertEqual(pubsub.get_message(timeout=10)["type"], "pong")

    def test_monitor(self):
        with self.r.monitor() as monitor:
            self.r.set("seen", "yes")
            commands = monitor.listen()
            command = next(commands)
            while "seen" not in command["command"]:
                command = next(commands)
            self.assertEqual(command["command"], "SET seen yes")

    def test_server(self):
        r = self.r
        info = r.info("all")
        self.assertEqual(info["role"], "master")
        self.assertIn("used_memory", info)
        self.assertIsInstance(info["io_thread_0"], dict)
        self.assertEqual(r.config_get("maxmemory"), {"maxmemory": "0"})
        self.assertTrue(r.config_set("slowlog-log-slower-than", 0))
        r.get("k")
        self.assertTrue(any(entry["command"] in ("GET k", b"GET k") for entry in r.slowlog_get(20)))
        self.assertTrue(r.config_set("slowlog-log-slower-than", 10000))
        self.assertTrue(r.slowlog_reset())
        self.assertEqual(len(r.time()), 2)
        self.assertIn("get", r.command())
        self.assertGreater(r.command_count(), 50)
        self.assertTrue(r.client_setname("me"))
        self.assertIn("me", [client["name"] for client in r.client_list()])
        self.assertEqual(r.client_info()["name"], "me")
        self.assertIn("keys.count", r.memory_stats())
        self.assertEqual(r.role()[0], "master")

    def test_kill_and_reconnect(self):
        other = redis.Redis(port=self.port, decode_responses=True)
        victim = other.client_id()
        self.assertEqual(self.r.client_kill_filter(_id=str(victim)), 1)
        # The library notices and connects again.
        self.assertTrue(other.ping())
        self.assertNotEqual(other.client_id(), victim)
        other.close()


class OneThread(RedisPy, unittest.TestCase):
    io_threads = 1


class FourThreads(RedisPy, unittest.TestCase):
    io_threads = 4


if __name__ == "__main__":
    SERVER = sys.argv.pop(1)
    unittest.main()
