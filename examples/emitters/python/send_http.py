"""Sends prediction events over HTTP. pip install requests; python send_http.py [http://127.0.0.1:8787]"""

import datetime
import json
import os
import sys
import uuid

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

collector = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8787"

events = [
    {
        "model": "churn",
        "version": "2026-01",
        "id": str(uuid.uuid4()),
        "ts": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        # A missing number is None; NaN is no JSON, which allow_nan=False below would refuse.
        "features": {"tenure_months": i % 60, "plan": "basic", "monthly_fee": None if i % 10 == 0 else 9.5 + i},
        "prediction": "stays" if i % 4 else "leaves",
        "score": (i % 100) / 100,
        "latency_ms": 12.5,
    }
    for i in range(100)
]

session = requests.Session()
# The same Idempotency-Key on every attempt: a retry stores nothing twice.
retries = Retry(total=5, backoff_factor=1, status_forcelist=[429, 503], allowed_methods=["POST"])
session.mount("http", HTTPAdapter(max_retries=retries))
headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
if "LEEWAY_API_TOKEN" in os.environ:
    headers["Authorization"] = f"Bearer {os.environ['LEEWAY_API_TOKEN']}"
answer = session.post(
    f"{collector}/api/v1/events", data=json.dumps(events, allow_nan=False), headers=headers, timeout=30
).json()
print(f"accepted {answer['accepted']}")
for rejection in answer["rejected"]:
    print(f"rejected: {rejection['message']}", file=sys.stderr)
