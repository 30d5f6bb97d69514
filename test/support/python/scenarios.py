"""Plays all scenarios of snews_pt: runs `snews_pt run-scenarios` in a terminal and ticks everything in its menu.

Arguments: those of snews_pt, from --env to the options of run-scenarios.
Standard output: what snews_pt prints. Ends with the exit code of snews_pt.
"""

import json
import os
import pty
import select
import sys
from pathlib import Path

import snews_pt

TICK, DOWN, ENTER = b" ", b"\x1b[B", b"\r"
QUESTION, DONE = b"run next?", b"> Cache cleaned"
# The menu takes no keys before it is drawn.
QUIET_SECONDS = 0.5

scenarios = json.loads((Path(snews_pt.__file__).parent / "auxiliary" / "scenarios.json").read_text())
count = len(scenarios)
# What is awaited, how often, and what is typed then. After the scenarios the menu offers to finish.
steps = [
    (QUESTION, 1, (TICK + DOWN) * count + ENTER),
    (DONE, count, b""),
    (QUESTION, 1, DOWN * count + TICK + ENTER),
]

# As `python -m snews_pt`, without the second for which it waits after each message that it puts aside: it sends those of
# a scenario together, after the last one.
PROGRAM = """
import runpy
from types import SimpleNamespace
from snews_pt.auxiliary import try_scenarios
try_scenarios.time = SimpleNamespace(sleep=lambda seconds: None)
runpy.run_module("snews_pt", run_name="__main__", alter_sys=True)
"""

pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.executable, [sys.executable, "-c", PROGRAM, *sys.argv[1:]])

seen = b""
while True:
    if select.select([terminal], [], [], QUIET_SECONDS)[0]:
        try:
            output = os.read(terminal, 4096)
        except OSError:  # nobody holds the terminal's other end
            break
        sys.stdout.buffer.write(output)
        sys.stdout.flush()
        seen += output
    elif steps and seen.count(steps[0][0]) >= steps[0][1]:
        awaited, _, typed = steps.pop(0)
        # The menu repeats its question while it is answered.
        seen = seen.rpartition(awaited)[2]
        os.write(terminal, typed)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
