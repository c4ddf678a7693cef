#!/usr/bin/env bash
# A whole backup of database and media in a folder named by its moment, or none.
# PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE name the database (owner's role).
# Media are never changed under one name, so each backup shares unchanged files with the one
# before it: a folder may be deleted at any time without harm to the others.
set -euo pipefail
umask 077
: "${MEDIA_ROOT:?}" "${BACKUPS:?}"
keep_days=${BACKUP_DAYS:-30}

stamp=$(date -u +%Y%m%dT%H%M%SZ)
unfinished=$BACKUPS/.unfinished-$stamp
mkdir -p "$unfinished"
trap 'rm -rf "$unfinished"' EXIT

# Sessions and caches are worth nothing later, and a session would be a way in.
pg_dump --format=custom --no-owner --no-privileges \
    --exclude-schema=reports \
    --exclude-table-data=django_session --exclude-table-data=site_cms_cache \
    --file="$unfinished/database.dump"
pg_restore --list "$unfinished/database.dump" >/dev/null

latest=$(find "$BACKUPS" -mindepth 1 -maxdepth 1 -name '2*Z' | sort | tail -n 1)
mkdir -p "$MEDIA_ROOT"
if [ -n "$latest" ]; then
    cp --archive --link "$latest/media" "$unfinished/media"
else
    mkdir "$unfinished/media"
fi
cp --archive --update --remove-destination "$MEDIA_ROOT/." "$unfinished/media/"
(
    cd "$unfinished/media"
    find . -type f -print0 | while IFS= read -r -d '' file; do
        [ -e "$MEDIA_ROOT/$file" ] || rm -- "$file"
    done
)

(cd "$unfinished" && sha256sum database.dump >SHA256SUMS)
sync "$unfinished/database.dump"
mv --no-target-directory "$unfinished" "$BACKUPS/$stamp"

# Only now that a new one is whole do old ones go.
oldest=$(date -u -d "$keep_days days ago" +%Y%m%dT%H%M%SZ)
for backup in "$BACKUPS"/2*Z; do
    if [[ $(basename "$backup") < $oldest ]]; then
        rm -rf -- "$backup"
    fi
done
echo "backup $stamp is whole"
