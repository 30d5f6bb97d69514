"""Lets snews_cs fill its database, as it does while it runs: with its own cache, storage and heartbeats, without a broker.

Standard input: a JSON list of acts, [name, fields]; `observe` and `heartbeat` take the fields of a message of
snews.models.messages, `heartbeat_json` those of a heartbeat that came as JSON, which no such model has checked; `alert` takes
those of an alert as the storage of snews_cs wants them. Environment: DATABASE_FILE, where a copy of the database goes.
Standard output: a JSON list with what each act ended with, null or the exception.
"""

import json
import os
import shutil
import sys
from pathlib import Path

import snews_cs
from snews.models.messages import CoincidenceTierMessage, HeartbeatMessage
from snews_cs.database import Database
from snews_cs.snews_coinc import CoincidenceDistributor

# snews_cs prints what it does: standard output is for the answer alone.
answer = sys.stdout
sys.stdout = open(os.devnull, "w")

package = Path(snews_cs.__file__).parent
Database(db_file_path=package.parent / "snews_cs.db").initialize_database(sql_schema_path=package / "db_schema.sql")
server = CoincidenceDistributor(drop_db=False, firedrill_mode=False, send_slack=False, server_tag="snews_cs")


class SilentPublisher:
    """Stands where snews_cs has its way to the broker."""

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def send(self, alert):
        pass


server.alert = SilentPublisher()


def observe(fields):
    server.deal_with_the_cache(CoincidenceTierMessage(**fields).model_dump())


def heartbeat(fields):
    heartbeat_json(HeartbeatMessage(**fields).model_dump())


def heartbeat_json(message):
    if not server.heartbeat.electrocardiogram(message):
        raise ValueError("snews_cs did not take it")


def alert(fields):
    server.storage.insert_alert(fields, "COINC")


def alerts_table_without_id(_):
    """The table as the INSERT of snews_cs expects it; its db_schema.sql has a column more."""
    cursor = server.storage.cursor
    columns = ", ".join(
        f"{name} {kind}" for _, name, kind, *_ in server.storage.get_table_schema("coincidence_tier_alerts") if name != "id"
    )
    cursor.executescript(f"DROP TABLE coincidence_tier_alerts; CREATE TABLE coincidence_tier_alerts ({columns});")


ACTS = {act.__name__: act for act in (observe, heartbeat, heartbeat_json, alert, alerts_table_without_id)}


def outcome(name, fields):
    try:
        ACTS[name](fields)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


outcomes = [outcome(name, fields) for name, fields in json.loads(sys.stdin.readline())]
shutil.copyfile(server.storage.db_path, os.environ["DATABASE_FILE"])
answer.write(json.dumps(outcomes) + "\n")
answer.flush()
sys.stdin.read()
