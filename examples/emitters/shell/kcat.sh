#!/bin/sh
# Sends two events with kcat (librdkafka). ./kcat.sh [localhost:9092] [leeway.events] [none|gzip|snappy|lz4|zstd]
set -eu
broker=${1:-localhost:9092}
topic=${2:-leeway.events}
codec=${3:-none}
now=$(date +%s)000

printf '%s\n' \
  "{\"model\":\"churn\",\"version\":\"2026-01\",\"id\":\"kcat-$codec-$now-1\",\"ts\":$now,\"features\":{\"tenure_months\":12,\"plan\":\"gold\"},\"prediction\":\"stays\"}" \
  "{\"model\":\"churn\",\"version\":\"2026-01\",\"id\":\"kcat-$codec-$now-2\",\"ts\":$now,\"features\":{\"tenure_months\":1,\"plan\":\"basic\"},\"prediction\":\"leaves\"}" |
  kcat -P -b "$broker" -t "$topic" -z "$codec"
echo "sent 2 events to $topic"
