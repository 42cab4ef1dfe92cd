#!/usr/bin/env python3
"""The page of a schedule in headless Chromium: stepped with keys, on a phone, and with 5,000 steps.

Speaks WebDriver (W3C) to a chromedriver of its own on a free loopback port; nothing else is needed than Python.
With --shots FOLDER it also leaves pictures of the pages there, for people to look at.
"""

import argparse
import base64
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key of an element's number, by the standard
KEYS = {"left": "\ue012", "right": "\ue014", "home": "\ue011", "end": "\ue010", "space": " ", "tab": "\ue004"}

options = None  # of the command line


class Browser:
    """A chromedriver and its Chromium, ended by close()."""

    def __init__(self, profile, dark=False):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        # A session of its own, so that the browser's processes can be ended with it.
        self.driver = subprocess.Popen(
            [options.chromedriver, f"--port={port}", "--allowed-ips=127.0.0.1"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            self.session = ""
            self.await_driver()
            flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                     "--disable-background-networking", "--disable-component-update", "--disable-sync",
                     "--disable-dev-shm-usage", f"--user-data-dir={profile}", "--window-size=1200,800"]
            if dark:
                flags.append("--blink-settings=preferredColorScheme=0")
            made = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
                "goog:chromeOptions": {"binary": options.chromium, "args": flags},
                "goog:loggingPrefs": {"browser": "ALL"}}}})
            self.session = "/session/" + made["sessionId"]
        except BaseException:
            self.close()
            raise

    def await_driver(self):
        until = time.monotonic() + 30
        while True:
            try:
                if self.call("GET", "/status")["ready"]:
                    return
            except (urllib.error.URLError, ConnectionError):
                if time.monotonic() > until or self.driver.poll() is not None:
                    raise
            time.sleep(0.05)  # of the wait for a process to listen, which nothing announces

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            self.address + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return json.load(reply)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.read().decode(errors='replace')[:2000]}") from error

    def close(self):
        try:
            if self.session:
                self.call("DELETE", self.session)
        except (OSError, AssertionError):
            pass
        finally:
            try:
                os.killpg(self.driver.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self.driver.wait()

    def open(self, path, hash_=""):
        # A new address between two pages that differ only after the #, or the second would not load.
        self.call("POST", self.session + "/url", {"url": "about:blank"})
        self.call("POST", self.session + "/url", {"url": path.as_uri() + hash_})

    def resize(self, width, height):
        """The window of the page itself, which may be narrower than a desktop window can be."""
        self.call("POST", self.session + "/goog/cdp/execute", {
            "cmd": "Emulation.setDeviceMetricsOverride",
            "params": {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}})
        self.frame()

    def frame(self):
        """Waits until what was asked for has been laid out and drawn."""
        self.call("POST", self.session + "/execute/async", {
            "script": "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()));",
            "args": []})

    def run(self, script, *args):
        return self.call("POST", self.session + "/execute/sync", {"script": script, "args": list(args)})

    def press(self, *keys):
        actions = []
        for key in keys:
            key = KEYS.get(key, key)
            actions += [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self.call("POST", self.session + "/actions", {
            "actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def click(self, selector):
        found = self.call("POST", self.session + "/element", {"using": "css selector", "value": selector})
        self.call("POST", f"{self.session}/element/{found[ELEMENT]}/click", {})

    def shot(self, name):
        if options.shots:
            self.frame()
            png = self.call("GET", self.session + "/screenshot")
            (pathlib.Path(options.shots) / f"{name}.png").write_bytes(base64.b64decode(png))

    def errors(self):
        return [entry["message"] for entry in self.call("POST", self.session + "/se/log", {"type": "browser"})
                if entry["level"] == "SEVERE"]


class PictureTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="baton-picture-", ignore_cleanup_errors=True)
        cls.addClassCleanup(cls.folder.cleanup)
        cls.pages = pathlib.Path(cls.folder.name)
        subprocess.run([options.samples, cls.folder.name], check=True)
        cls.browser = Browser(cls.pages / "profile")
        cls.addClassCleanup(cls.browser.close)

    def open(self, page, width=1200, height=800, hash_=""):
        self.browser.resize(width, height)
        self.browser.open(self.pages / page, hash_)
        self.browser.frame()
        self.addCleanup(lambda: self.assertEqual([], self.browser.errors(), "of the page's script"))

    def step(self):
        return int(self.browser.run("return document.querySelector('.row.now').dataset.step"))

    def count(self, selector):
        return self.browser.run("return document.querySelectorAll(arguments[0]).length", selector)

    def text(self, selector):
        return self.browser.run("return document.querySelector(arguments[0]).textContent", selector)

    def test_opens_at_the_failure_and_says_what_broke(self):
        self.open("lost_wake_up.html")
        self.assertEqual(46, self.step())
        self.assertEqual("failed", self.text("#verdict"))
        self.assertIn("deadlock", self.text("#end"))
        self.assertEqual(3, self.count(".cross") - self.count("#legend .cross"), "of a deadlock each thread has one")
        self.assertEqual(1, self.count(".card.broken"))
        self.assertIn("io 1: last step 45", self.text("#panel"))
        self.browser.shot("desktop_failure")

    def test_who_has_ended_did_not_break(self):
        self.open("one_sleeps.html")
        self.assertEqual(1, self.count(".cross") - self.count("#legend .cross"))
        self.assertIn("io 1: ended", self.text("#panel"))

    def test_keys_step(self):
        self.open("lost_wake_up.html")
        self.browser.press("home")
        self.assertEqual(1, self.step())
        self.browser.press("left")
        self.assertEqual(1, self.step())
        self.browser.press("right", "right", "right")
        self.assertEqual(4, self.step())
        self.assertIn("store word 1 = 1", self.text("#operation"))
        self.assertIn("memory_order_release", self.text("#panel"))
        self.assertIn("queues/spsc_ring.h:61", self.text("#panel"))
        self.assertIn("Step 4 of 46, io 1: store word 1 = 1, release", self.text("#said"))
        self.browser.press("left")
        self.assertEqual(3, self.step())
        self.browser.press("end", "right")
        self.assertEqual(46, self.step())

    def test_space_plays_and_stops(self):
        self.open("lost_wake_up.html", hash_="#step=1")
        self.browser.press("space")
        self.assertEqual("Stop", self.browser.run("return document.querySelector('#play').ariaLabel"))
        until = time.monotonic() + 20
        while self.step() < 3:
            self.assertLess(time.monotonic(), until, "it does not play")
        self.browser.press("space")
        self.assertEqual("Play", self.browser.run("return document.querySelector('#play').ariaLabel"))

    def test_buttons_step(self):
        self.open("lost_wake_up.html", 360, 640)
        for button, step in (("first", 1), ("next", 2), ("next", 3), ("back", 2), ("last", 46)):
            self.browser.click(f"#{button}")
            self.assertEqual(step, self.step())

    def test_a_lane_for_each_thread(self):
        self.open("lost_wake_up.html")
        self.assertEqual(["executor", "io 1", "io 2"],
                         self.browser.run("return [...document.querySelectorAll('#threads span')].map((x) => x.textContent)"))
        self.assertEqual(3, self.count("#wires .life"))

    def test_arrows_lead_from_who_wrote_to_who_read(self):
        self.open("lost_wake_up.html", 1200, 4000)  # all of it in the window
        across = """return steps.filter((s) => s.from >= 0 && steps[s.from].thread !== s.thread).length"""
        self.assertEqual(12, self.browser.run(across))
        self.browser.press("home")  # which neither reads nor is read: all arrows are beneath
        self.assertEqual(12, self.count("#wires .arrow"))
        self.assertEqual(0, self.count("#links .arrow"))
        self.browser.press(*["right"] * 3)  # step 4, read by step 7 and 16
        self.assertEqual(2, self.count("#links .arrow"))
        self.assertEqual(10, self.count("#wires .arrow"))
        self.assertIn("step 16: executor", self.text("#panel"))

    def test_stale_reads_are_marked_and_found(self):
        self.open("lost_wake_up.html", hash_="#step=1")
        self.browser.press("s")
        self.assertEqual(36, self.step())
        self.assertEqual("STALE", self.text(".row.now .card.stale .tag"))
        self.assertIn("reads step 27: executor", self.text("#panel"))
        self.assertIn("newest is step 35: executor, store word 0 = 1", self.text("#panel"))
        self.assertEqual(1, self.count("#links .arrow.stale"))
        self.assertEqual(1, self.count("#links .arrow.missed"))
        self.browser.shot("desktop_stale")
        self.browser.press("s")
        self.assertEqual(46, self.step())

    def test_the_panel_has_the_state_after_each_step(self):
        self.open("lost_wake_up.html", hash_="#step=22")
        rows = "return [...document.querySelectorAll('#state tbody tr')].map((x) => [...x.cells].map((y) => y.textContent))"
        state = {row[0]: row[1:] for row in self.browser.run(rows)}
        self.assertEqual(["2", "io 1, 22"], state["word 0"])
        self.assertEqual(["8", "io 1, 19"], state["cell 3"])
        self.assertEqual(["0", ""], state["word 4"])
        self.assertNotIn("bell 7", state)
        for step, name, expected in ((23, "bell 7", ["rung", "io 1, 23"]), (26, "bell 7", ["quiet", "executor, 26"]),
                                     (41, "mutex 10", ["held by io 2", "io 2, 41"]), (42, "mutex 10", ["free", "io 2, 42"])):
            self.open("lost_wake_up.html", hash_=f"#step={step}")
            state = {row[0]: row[1:] for row in self.browser.run(rows)}
            self.assertEqual(expected, state[name])

    def test_plain_accesses_can_be_left_out(self):
        self.open("lost_wake_up.html", hash_="#step=3")
        self.browser.press("c")
        self.assertEqual(2, self.step())
        self.assertEqual(0, self.count(".card.cell"))
        self.browser.press("right")
        self.assertEqual(4, self.step())
        self.browser.press("c")
        self.browser.press("left")
        self.assertEqual(3, self.step())

    def assert_fits(self):
        self.assertLessEqual(
            self.browser.run("return document.documentElement.scrollWidth - innerWidth"), 0, "it scrolls sideways")
        beyond = """return [...document.body.querySelectorAll('*')].filter((x) => {
          const box = x.getBoundingClientRect();
          return !x.closest('svg') && box.width > 0 && (box.right > innerWidth + 1 || box.left < -1);
        }).map((x) => x.tagName + '#' + x.id + '.' + x.className)"""
        self.assertEqual([], self.browser.run(beyond))
        small = """return [...document.body.querySelectorAll('*')].filter((x) => x.checkVisibility() &&
          [...x.childNodes].some((y) => y.nodeType === 3 && y.data.trim()) && !x.closest('script, style') &&
          parseFloat(getComputedStyle(x).fontSize) < 14).map((x) => x.tagName + '#' + x.id + '.' + x.className)"""
        self.assertEqual([], self.browser.run(small), "too small to read")

    def test_fits_a_phone(self):
        for page in ("lost_wake_up.html", "wide.html", "hostile.html", "passed.html", "empty.html"):
            for height in (640, 740):
                with self.subTest(page=page, height=height):
                    self.open(page, 360, height)
                    self.assert_fits()
                    room = self.browser.run("return document.querySelector('#lanes').clientHeight")
                    self.assertGreater(room, 110)
                    self.browser.shot(f"phone_{page.removesuffix('.html')}_{height}")
        self.open("lost_wake_up.html", 360, 740, "#step=36")
        self.assert_fits()
        self.browser.shot("phone_stale")

    def test_fits_a_desktop(self):
        for page in ("lost_wake_up.html", "wide.html", "hostile.html", "passed.html", "empty.html", "long.html"):
            with self.subTest(page=page):
                self.open(page)
                self.assert_fits()
                self.browser.shot(f"desktop_{page.removesuffix('.html')}")

    def test_nothing_of_the_trace_is_run(self):
        self.open("hostile.html")
        self.assertNotEqual("evil", self.browser.run("return document.title"))
        self.assertEqual(0, self.count("img"))
        self.assertIn("</script>", self.text("#scenario"))
        self.assertEqual(1, self.count(".cross") - self.count("#legend .cross"))

    def test_5000_steps_load_and_step_fast(self):
        self.open("long.html")
        loaded = self.browser.run("return performance.getEntriesByType('navigation')[0].loadEventEnd")
        self.assertLess(loaded, 5000)
        self.assertEqual(1, self.step())
        self.assertLess(self.count("*"), 1500)
        spent = self.browser.run("""
          const start = performance.now();
          for (let i = 0; i < 500; ++i) {
            document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true}));
          }
          return performance.now() - start;""")
        self.assertEqual(501, self.step())
        self.assertLess(spent / 500, 40, "milliseconds a step")
        self.browser.press("end")
        self.assertEqual(5000, self.step())
        self.assertLess(self.count("*"), 1500)
        print(f"5,000 steps: loaded in {loaded:.0f} ms, {spent / 500:.1f} ms a step")

    def test_can_be_used_without_a_mouse(self):
        self.open("lost_wake_up.html")
        names = self.browser.run("""return [...document.querySelectorAll('button, input, main, aside, nav')]
          .filter((x) => !(x.ariaLabel || x.textContent.trim() || x.labels?.length)).map((x) => x.id)""")
        self.assertEqual([], names, "without a name")
        self.assertEqual("step", self.browser.run("return document.querySelector('.row.now').ariaCurrent"))
        seen = set()
        for _ in range(30):
            self.browser.press("tab")
            seen.add(self.browser.run("return document.activeElement.id"))
        self.assertLessEqual({"lanes", "slider", "first", "back", "play", "stale", "cells"}, seen)

    def test_explains_itself(self):
        for width, height in ((1200, 800), (360, 740)):
            self.open("lost_wake_up.html", width, height)
            self.browser.click("summary")
            self.assertGreater(self.count("#legend li"), 10)
            self.assert_fits()
            self.browser.shot(f"legend_{width}")

    def test_without_a_step_nothing_can_be_pressed(self):
        self.open("empty.html")
        self.browser.press("right", "end", "space", "s", "c")
        self.assertIn("no step", self.text("#panel"))
        self.assertEqual(0, self.count("#controls :enabled"))

    def test_dark_and_light(self):
        ground = "return getComputedStyle(document.body).backgroundColor"
        scheme = lambda value: self.browser.call("POST", self.browser.session + "/goog/cdp/execute", {
            "cmd": "Emulation.setEmulatedMedia", "params": {"features": [{"name": "prefers-color-scheme", "value": value}]}})
        self.addCleanup(scheme, "")
        self.open("lost_wake_up.html", hash_="#step=28")
        colours = []
        for value in ("light", "dark"):
            scheme(value)
            colours.append(self.browser.run(ground))
            self.browser.shot(f"desktop_{value}")
        self.assertNotEqual(*colours)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", required=True, help="the program that writes the pages")
    parser.add_argument("--chromedriver", required=True)
    parser.add_argument("--chromium", required=True)
    parser.add_argument("--shots", help="folder for screenshots")
    options, rest = parser.parse_known_args()
    unittest.main(argv=["picture_browser_test", *rest])
