#!/bin/sh
# Runs a command beside a PostgreSQL of its own, and takes it away afterwards:
#
#     scripts/with-postgres.sh cargo test …
#
# The command finds it at MAJLIS_TEST_POSTGRES_URL. Its exit code is ours.
set -eu
[ $# -gt 0 ] || { echo "usage: $0 COMMAND…" >&2; exit 64; }

here="$(cd "$(dirname "$0")" && pwd)"
# scripts/env looks for a Node below the current folder; that is the checkout's.
cwd="$PWD" && cd "$here/.." && . scripts/env && cd "$cwd"
command -v initdb >/dev/null 2>&1 || { echo "with-postgres: no PostgreSQL here; run scripts/setup.sh test" >&2; exit 1; }
bin="$(dirname "$(command -v initdb)")"

folder="$(mktemp -d "${TMPDIR:-/tmp}/majlis-postgres.XXXXXX")"
# PostgreSQL refuses to run as root.
if [ "$(id -u)" = 0 ]; then
    chown postgres "$folder"
    pg() { runuser -u postgres -- "$@"; }
else
    pg() { "$@"; }
fi

started=
child=
finish() {
    code=$?
    trap '' INT TERM HUP
    if [ -n "$child" ]; then kill -- "-$child" 2>/dev/null || true; wait "$child" 2>/dev/null || true; fi
    # "immediate": nothing in it is worth a checkpoint.
    if [ -n "$started" ]; then (cd / && pg "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1) || true; fi
    rm -rf "$folder"
    exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# pg_ctl and initdb complain about a folder they may not enter: they start from /.
(cd / && pg "$bin/initdb" -A trust -U postgres -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions -D "$folder/data") \
    >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; exit 1; }

# fsync stays on: what the tests learn about commits should be true. The rest is kept small.
cat >>"$folder/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$folder'
max_connections = 200
shared_buffers = 64MB
fsync = on
max_wal_size = 256MB
logging_collector = off
CONF

# There is no way to let PostgreSQL choose a port, so we guess until one is free.
attempt=0
while [ -z "$started" ]; do
    attempt=$((attempt + 1))
    port=$((20000 + ($(od -An -N2 -tu2 /dev/urandom) % 12000)))
    started=1 # Before the attempt: interrupted in the middle, it must be stopped too.
    if ! (cd / && pg "$bin/pg_ctl" -D "$folder/data" -o "-p $port" -l "$folder/server.log" -w -t 60 start) >/dev/null 2>&1
    then
        started=
        if [ "$attempt" -ge 5 ]; then cat "$folder/server.log" >&2; exit 1; fi
    fi
done

export MAJLIS_TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:$port/postgres"
# In the background and as a process group, so that a signal ends us at once and the command with all its children; it
# keeps our standard input, which the shell would otherwise close.
exec 3<&0
setsid "$@" <&3 3<&- &
child=$!
code=0
wait "$child" || code=$?
child=
exit "$code"
