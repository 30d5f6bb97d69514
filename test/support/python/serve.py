"""Runs the whole of snews_cs, as its `run-coincidence` does, without e-mail and Slack.

Environment: the five topics. Standard output: what snews_cs prints, and the line `consuming` once it takes what is written to
its observation topic. Standard error: also the errors that it logs. Ends when standard input does.
"""

import logging
import os
import sys
import threading
import uuid
from pathlib import Path

import snews_cs
from hop import Stream
from snews_cs.database import Database
from snews_cs.snews_coinc import CoincidenceDistributor

TOPIC = os.environ["OBSERVATION_TOPIC"]
# A new consumer says nothing when it has found its place. As an object, and not as a text with an object in it, snews_cs takes
# this for unparsable and logs it; for others it is a connection test.
PROBE = {"id": "0_test-connection", "uuid": str(uuid.uuid4()), "detector_name": "Super-K", "meta": {}}
PROBE_SECONDS = 0.3

consuming = threading.Event()


class LogErrors(logging.StreamHandler):
    def emit(self, record):
        if PROBE["uuid"] in record.getMessage():
            consuming.set()
        else:
            super().emit(record)


def probe():
    with Stream(until_eos=True).open(TOPIC, "w") as stream:
        while not consuming.is_set():
            stream.write(PROBE)
            consuming.wait(PROBE_SECONDS)
    # In one piece: the main thread prints too.
    sys.stdout.write("\nconsuming\n")


def end_with_input():
    sys.stdin.read()
    os._exit(0)


errors = LogErrors()
errors.setLevel(logging.ERROR)
logging.getLogger("snews_cs").addHandler(errors)
package = Path(snews_cs.__file__).parent
Database(db_file_path=package.parent / "snews_cs.db").initialize_database(sql_schema_path=package / "db_schema.sql")
server = CoincidenceDistributor(drop_db=False, firedrill_mode=False, server_tag="snews_cs", send_email=False, send_slack=False)
for work in (end_with_input, probe):
    threading.Thread(target=work, daemon=True).start()
server.run_coincidence()
