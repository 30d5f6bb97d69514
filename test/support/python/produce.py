"""Writes records as librdkafka does: one batch of the lines of standard input. Arguments: brokers, topic, codec."""

import sys

from confluent_kafka import Producer

brokers, topic, codec = sys.argv[1:]
producer = Producer({"bootstrap.servers": brokers, "compression.type": codec, "linger.ms": 500})
for line in sys.stdin.buffer.read().splitlines():
    producer.produce(topic, line, headers=[("_format", b"json")], partition=0)
if producer.flush(30) > 0:
    sys.exit("not everything was delivered")
