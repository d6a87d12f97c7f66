#!/bin/sh
# Measures the way in: signed webhooks, durably stored, beside a floor (docs/benchmarks.md says what and how).
#
#     scripts/bench.sh                     a quarter of an hour; the results go to the terminal and docs/benchmarks.md
#     scripts/bench.sh --quick             about a minute: does everything work? The page stays as it is
#     scripts/bench.sh --connections 64    one part of it, as for profiling; the page stays as it is
#
# No figure fails it. It fails when a webhook was not answered 200, or was and is not in the database afterwards.
set -eu
cd "$(dirname "$0")/.."
. scripts/env

case "$*" in
'') set -- --write "$PWD/docs/benchmarks.md" ;;
--quick | "--connections "[0-9]* | "--quick --connections "[0-9]*) ;;
*) echo "usage: $0 [--quick] [--connections N]" >&2; exit 64 ;;
esac

for tool in taskset strace; do
    command -v $tool >/dev/null 2>&1 ||
        echo "bench: no $tool here: $([ $tool = strace ] && echo "fsyncs are not counted" || echo "nothing is kept to its core")" >&2
done

# The packages of every native command (Makefile), so that no library is built again.
native="--workspace --exclude frontend"
# shellcheck disable=SC2086 # a list of words
cargo build --release $native --example ingest_floor
# shellcheck disable=SC2086
cargo bench $native --bench ingest -- "$@"
