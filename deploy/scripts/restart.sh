#!/usr/bin/env bash
# A new version without a pause: one web service after the other, each only when it answers.
set -euo pipefail
for port in @WEB_PORT_1@ @WEB_PORT_2@; do
    systemctl restart "hongqi-web@$port.service"
    for _ in $(seq 60); do
        if curl --silent --fail --output /dev/null "http://127.0.0.1:$port/health/ready" \
            --header "Host: @SERVER_NAME@"; then
            continue 2
        fi
        sleep 1
    done
    echo "hongqi-web@$port does not answer; the other service was left as it is" >&2
    exit 1
done
systemctl restart hongqi-worker.service
