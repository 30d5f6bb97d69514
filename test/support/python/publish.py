"""Publishes messages with the API of snews_pt, as a detector's own program does.

Standard input: a JSON list of [class of snews.models.messages, its fields].
Standard output: for every message sent, a line of JSON with its class and its fields.
Arguments: the environment file of snews_pt; the name of the topic's variable, OBSERVATION_TOPIC by default.
"""

import json
import os
import sys

from snews.models import messages
from snews_pt import snews_pt_utils
from snews_pt.messages import Publisher

snews_pt_utils.set_env(sys.argv[1])
topic = os.environ[sys.argv[2] if len(sys.argv) > 2 else "OBSERVATION_TOPIC"]

publisher = Publisher(topic)
for name, fields in json.load(sys.stdin):
    publisher.add_message(getattr(messages, name)(**fields))
# The queue is empty afterwards, and the time of sending stands in the messages themselves.
sent = list(reversed(publisher.message_queue))
publisher.send()
for message in sent:
    print(json.dumps([type(message).__name__, message.model_dump(mode="json")]))
