"""Sends prediction events to Kafka. pip install confluent-kafka; python send_kafka.py [localhost:9092] [leeway.events] [zstd]"""

import json
import sys
import time
import uuid

from confluent_kafka import Producer

broker = sys.argv[1] if len(sys.argv) > 1 else "localhost:9092"
topic = sys.argv[2] if len(sys.argv) > 2 else "leeway.events"
compression = sys.argv[3] if len(sys.argv) > 3 else "zstd"

failed = []
producer = Producer({"bootstrap.servers": broker, "enable.idempotence": True, "compression.type": compression})
for i in range(100):
    event = {
        "model": "churn",
        "version": "2026-01",
        "id": str(uuid.uuid4()),
        "ts": int(time.time() * 1000),
        "features": {"tenure_months": i % 60, "plan": "basic", "monthly_fee": None if i % 10 == 0 else 9.5 + i},
        "prediction": "stays" if i % 4 else "leaves",
        "score": (i % 100) / 100,
        "latency_ms": 12.5,
    }
    producer.produce(topic, json.dumps(event), on_delivery=lambda error, _: error and failed.append(error))
producer.flush(30)
if failed:
    sys.exit(f"{len(failed)} events were not delivered: {failed[0]}")
print(f"sent 100 events to {topic}")
