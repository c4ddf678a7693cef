#!/usr/bin/env bash
# The keys of polls, encrypted for the keeper of keys, apart from the database: who has both
# can tell votes from voters. KEYS_CERTIFICATE is the keeper's certificate; the private key
# belonging to it is with the keeper and not on this machine.
# Open one:  openssl cms -decrypt -inform DER -inkey keeper.key -in FILE | tar -x
set -euo pipefail
umask 077
: "${KEYS_DIR:?}" "${BACKUPS:?}" "${KEY_BACKUPS:?}" "${KEYS_CERTIFICATE:?}"
# A key that the archive has destroyed is gone from here after as many days.
keep_days=${BACKUP_DAYS:-30}

apart=$(realpath -m "$KEY_BACKUPS")/ database=$(realpath -m "$BACKUPS")/
if [[ $apart == "$database"* || $database == "$apart"* ]]; then
    echo "KEY_BACKUPS and BACKUPS lie in one another: keys and database must be kept apart" >&2
    exit 1
fi

stamp=$(date -u +%Y%m%dT%H%M%SZ)
mkdir -p "$KEY_BACKUPS"
unfinished=$KEY_BACKUPS/.unfinished-$stamp
trap 'rm -f "$unfinished"' EXIT
tar -c -C "$KEYS_DIR" . |
    openssl cms -encrypt -binary -stream -aes-256-cbc -outform DER -out "$unfinished" "$KEYS_CERTIFICATE"
sync "$unfinished"
mv "$unfinished" "$KEY_BACKUPS/$stamp.keys"
find "$KEY_BACKUPS" -maxdepth 1 -name '2*Z.keys' -mtime "+$keep_days" -delete
echo "keys $stamp are kept"
