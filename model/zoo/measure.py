#!/usr/bin/env python3
"""measure.py: when each level of the testbed finds the defects of the bug zoo.

    model/zoo/measure.py --build build/dev [--tsan build/tsan] [--only zoo_batch] [--write]

Takes the rows of docs/bug-zoo.md that are `found`, runs each defect that they name under Relacy, under the explorer
(random, PCT, exhaustive, each with one stale store) and on real threads, without and with ThreadSanitizer, and prints
the table; --write puts it into the page. Without --tsan that column is left out. Medians of five seeds where a level
of the explorer has seeds.
"""
import argparse
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "bug-zoo.md"
BEGIN = "<!-- measured: begin (model/zoo/measure.py) -->"
END = "<!-- measured: end -->"
RELACY_BOUND2_CAP = 20_000  # of the hunts in model/
THREAD_SECONDS = 10
SEEDS = 5


def run(command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False).stdout


def known_defects(models):
    """Scenario -> its defects, as baton_models lists them."""
    defects, scenario = {}, None
    for line in run([models, "--list"]).splitlines():
        if not line.startswith(" "):
            scenario = line.split(" ")[0]
            defects[scenario] = []
        elif line.strip().startswith("must fail"):
            defects[scenario].append(line.strip()[len("must fail"):].strip())
    return defects


def rows_of(page, known):
    """(id, scenario, defect) for each defect that a row classed `found` names."""
    rows = []
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if len(cells) != 4 or cells[2] != "found":
            continue
        words = re.findall(r"`([^`]+)`", cells[3])
        for scenario, named in zip(words, words[1:]):
            for defect in known.get(scenario, []):
                if defect == named or defect.startswith(named + ":"):
                    rows.append((cells[0].strip("| "), scenario, defect))
    return rows


def number(text):
    scale = {"k": 1e3, "M": 1e6}.get(text[-1], 1)
    return float(text.rstrip("kM")) * scale


def shown_count(count):
    if count >= 10_000:
        return f"{count / 1000:.0f}k"
    return f"{count:.0f}"


def shown_time(seconds):
    if seconds < 0.001:
        return "<1 ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def relacy(models, scenario, cache={}):
    if scenario not in cache:
        cache[scenario] = {}
        for line in run([models, "--scenario", scenario, "--quick"]).splitlines():
            found = re.match(r"caught\s+defect: (.*?) .* (\w+):(\d+) ([\d.]+) s$", line)
            if found:
                rest = line[line.index("defect: ") + len("defect: "):]
                schedules = int(found.group(3)) + (RELACY_BOUND2_CAP if found.group(2) == "random" else 0)
                cache[scenario][rest] = (schedules, float(found.group(4)))
    return cache[scenario]


def relacy_cell(models, scenario, defect):
    for text, (schedules, seconds) in relacy(models, scenario).items():
        if text.startswith(defect):
            return f"{shown_count(schedules)}, {shown_time(seconds)}"
    return "not found"


def explorer_cell(explorer, scenario, defect, strategy):
    runs = []
    for seed in range(1, 2 if strategy == "dpor" else SEEDS + 1):
        said = run([explorer, "--scenario", scenario, "--defect", defect, "--strategy", strategy, "--seed", seed,
                    "--stale", 1, "--seconds", 20, "--keep"])
        found = re.search(r"FAILED: (\S+) executions.* in ([\d.]+) ms", said)
        if not found:
            return "not found"
        runs.append((number(found.group(1)), float(found.group(2)) / 1000))
    return (f"{shown_count(statistics.median(r[0] for r in runs))}, "
            f"{shown_time(statistics.median(r[1] for r in runs))}")


def thread_cell(stress, scenario, defect):
    with tempfile.NamedTemporaryFile() as report:
        subprocess.run(["setarch", "-R", str(stress), "--scenario", scenario, "--defect", defect, "--seconds",
                        str(THREAD_SECONDS), "--json", report.name], capture_output=True, check=False)
        said = json.loads(pathlib.Path(report.name).read_text().splitlines()[0])
    if said["verdict"] != "found":
        return f"**not in {THREAD_SECONDS} s** ({shown_count(said['runs'])} runs)"
    after = "" if said["how"] == "hang" else f", {shown_time(said['seconds'])}"
    return f"{shown_count(said['runs'] + 1)}{after} ({said['how']})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="a build without sanitizers")
    parser.add_argument("--tsan", type=pathlib.Path, help="a build with BATON_SANITIZE=thread")
    parser.add_argument("--only", help="one scenario")
    parser.add_argument("--write", action="store_true", help="put the table into docs/bug-zoo.md")
    options = parser.parse_args()
    models = options.build / "model" / "baton_models"
    explorer = options.build / "model" / "explorer" / "baton_explorer"
    plain = options.build / "stress" / "baton-scenario-stress"
    tsan = options.tsan / "stress" / "baton-scenario-stress" if options.tsan else None
    for program in filter(None, [models, explorer, plain, tsan]):
        if not program.exists():
            sys.exit(f"measure.py: {program} is not built")
    page = PAGE.read_text()
    lines = ["| id | scenario: defect | Relacy | random | PCT | exhaustive | threads |" + (" with TSan |" if tsan else ""),
             "|---|---|---|---|---|---|---|" + ("---|" if tsan else "")]
    for name, scenario, defect in rows_of(page, known_defects(models)):
        if options.only and options.only != scenario:
            continue
        text = re.sub(rf"^{name}: ", "", defect)
        cells = [name, f"{scenario}: {text}", relacy_cell(models, scenario, defect)]
        cells += [explorer_cell(explorer, scenario, defect, how) for how in ("random", "pct3", "dpor")]
        cells += [thread_cell(stress, scenario, defect) for stress in filter(None, (plain, tsan))]
        lines.append("| " + " | ".join(cells) + " |")
        print(lines[-1], flush=True)
    table = "\n".join(lines)
    if options.write:
        page = PAGE.read_text()
        before, rest = page.split(BEGIN)
        introduction = rest.split("|", 1)[0] if "|" in rest.split(END)[0] else "\n"
        after = rest.split(END, 1)[1]
        PAGE.write_text(before + BEGIN + introduction + table + "\n" + END + after)


if __name__ == "__main__":
    main()
