#!/bin/sh
# Sends two events and one label over HTTP. ./curl.sh [http://127.0.0.1:8787]
set -eu
collector=${1:-http://127.0.0.1:8787}
now=$(date +%s)000

# NDJSON, gzipped on the way; --data-binary keeps the line breaks.
printf '%s\n' \
  "{\"model\":\"churn\",\"version\":\"2026-01\",\"id\":\"curl-$now-1\",\"ts\":$now,\"features\":{\"tenure_months\":12,\"plan\":\"gold\"},\"prediction\":\"stays\"}" \
  "{\"model\":\"churn\",\"version\":\"2026-01\",\"id\":\"curl-$now-2\",\"ts\":$now,\"features\":{\"tenure_months\":1,\"plan\":\"basic\"},\"prediction\":\"leaves\"}" |
  gzip -c |
  curl --silent --show-error --fail-with-body -X POST "$collector/api/v1/events" \
    -H 'Content-Type: application/x-ndjson' -H 'Content-Encoding: gzip' --data-binary @-
echo

curl --silent --show-error --fail-with-body -X POST "$collector/api/v1/labels" \
  -H 'Content-Type: application/json' \
  -d "{\"model\":\"churn\",\"id\":\"curl-$now-1\",\"ts\":$now,\"label\":\"stays\"}"
echo
