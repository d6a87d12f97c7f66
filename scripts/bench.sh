#!/bin/sh
# Measures the way in (signed webhooks, durably stored) and the way out (a long send queue), each beside a floor.
# docs/benchmarks.md says what and how.
#
#     scripts/bench.sh                     half an hour; the results go to the terminal and docs/benchmarks.md
#     scripts/bench.sh --quick             two minutes: does everything work? The page stays as it is
#     scripts/bench.sh --connections 64    one part of the way in, as for profiling; the page stays as it is
#     scripts/bench.sh ingest [...]        one of the two, with the same words behind it
#     scripts/bench.sh send_queue [--quick]
#     scripts/bench.sh history [--quick]   a phone's history beside live webhooks
#
# No figure fails it. It fails when a webhook was not answered 200, or was and is not in the database afterwards, or when a
# message was sent twice.
set -eu
cd "$(dirname "$0")/.."
. scripts/env

benches="ingest history send_queue"
case "${1:-}" in
ingest | history | send_queue) benches="$1"; shift ;;
--connections) benches=ingest ;;
esac

case "$*" in
'') set -- --write "$PWD/docs/benchmarks.md" ;;
--quick) ;;
"--connections "[0-9]* | "--quick --connections "[0-9]*) benches=ingest ;;
*) echo "usage: $0 [ingest|history|send_queue] [--quick] [--connections N]" >&2; exit 64 ;;
esac

for tool in taskset strace; do
    command -v $tool >/dev/null 2>&1 ||
        echo "bench: no $tool here: $([ $tool = strace ] && echo "fsyncs are not counted" || echo "nothing is kept to its core")" >&2
done

# The packages of every native command (Makefile), so that no library is built again.
native="--workspace --exclude frontend"
for bench in $benches; do
    # The history comes the same way in: a part of the same program.
    case $bench in
    ingest) floor=ingest_floor program=ingest part= ;;
    history) floor=ingest_floor program=ingest part=--history ;;
    send_queue) floor=send_floor program=send_queue part= ;;
    esac
    # shellcheck disable=SC2086 # a list of words
    cargo build --release $native --example $floor
    # shellcheck disable=SC2086
    cargo bench $native --bench "$program" -- $part "$@"
done
