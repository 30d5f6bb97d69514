"""Plays sequences in snews_cs: its own cache, alert decider and alert schema, without a broker.

Standard input: on each line a sequence, a JSON list of ops as in the recorded traces.
Standard output: for each, a line with the JSON list of its steps, as in the recorded traces. At an exception of snews_cs a
last step {"error": …} ends the list.
"""

import json
import math
import os
import sys

from snews_cs.snews_coinc import CoincidenceDistributor

# snews_cs prints what it does: standard output is for the answers alone.
answers = sys.stdout
sys.stdout = open(os.devnull, "w")

TEST = "TEST "


class KeepingPublisher:
    """Stands where snews_cs has its way to the broker."""

    def __init__(self):
        self.alerts = []

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def send(self, alert):
        self.alerts.append(alert)


# Tests have a cache of their own, which the same code keeps; but it isn't stored, and its times may be any.
def observe(server, op):
    fields = {field: op[field] for field in ("id", "detector_name", "neutrino_time_utc", "p_val")}
    server.deal_with_the_cache({**fields, "is_test": True})


def retract(server, op):
    server.deal_with_the_cache({"detector_name": op["detector_name"], "retract_latest": True, "is_test": True})


def reset(server, _):
    server.clear_cache(is_test=True)


ACTS = {"observe": observe, "retract_detector": retract, "reset": reset}


def play(ops):
    server = CoincidenceDistributor(firedrill_mode=False, send_slack=False, server_tag="oracle")
    publisher = server.test_alert = KeepingPublisher()
    steps = []
    for op in ops:
        publisher.alerts = []
        act = ACTS[op["op"]]
        try:
            act(server, op)
        except Exception as error:
            steps.append({"error": f"{type(error).__name__}: {error}"})
            break
        steps.append({"alerts": [alert_of(alert) for alert in publisher.alerts], "table": table_of(server)})
    return steps


def alert_of(alert):
    return [
        alert["alert_type"].removeprefix(TEST),
        alert["sub list number"],
        alert["detector_names"],
        alert["neutrino_times"],
        [known(value) for value in alert["p_values"]],
        known(alert["p_values average"]),
    ]


def table_of(server):
    rows = server.test_coinc_data.cache[["sub_group", "id", "neutrino_time_delta"]]
    return [[int(number), name, float(delta)] for number, name, delta in rows.itertuples(index=False)]


def known(value):
    return None if value is None or math.isnan(value) else float(value)


for line in sys.stdin:
    answers.write(json.dumps(play(json.loads(line))) + "\n")
    answers.flush()
