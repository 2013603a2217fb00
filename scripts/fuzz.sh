#!/usr/bin/env bash
# Feeds every reader with libFuzzer; stops at the first finding.
#
#   scripts/fuzz.sh SECONDS [--keep]
#
# Each reader has so many seconds. It begins with its corpus, Tests/Fuzzer/corpus/<reader>.tar.gz; --keep writes that anew, with
# what was found to lead somewhere new, as few and small files as will do.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=$1
keep=${2:-}
INERTIA_FUZZER=1 swift build -c release --product Fuzzer --scratch-path .build-fuzz --sanitize fuzzer
fuzzer=.build-fuzz/release/Fuzzer
for reader in record checkpoint claim failure digests study cell images compressed photographs; do
  archive=Tests/Fuzzer/corpus/$reader.tar.gz
  corpus=.build-fuzz/corpus/$reader
  mkdir -p "$corpus"
  if [ -e "$archive" ]; then tar -xzf "$archive" -C "$corpus"; fi
  export INERTIA_FUZZ_READER=$reader
  # Today's good file, so that a change of a format is followed.
  INERTIA_FUZZ_SEED=$corpus/seed "$fuzzer"
  echo "$reader"
  if ! "$fuzzer" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=256 -max_len=65536 -print_final_stats=1 \
    -artifact_prefix=".build-fuzz/$reader-" "$corpus" > ".build-fuzz/$reader.log" 2>&1; then
    tail -40 ".build-fuzz/$reader.log"
    exit 1
  fi
  grep -E "DONE|number_of_executed_units|peak_rss_mb" ".build-fuzz/$reader.log"
  if [ "$keep" = --keep ]; then
    small=.build-fuzz/small/$reader
    rm -rf "$small"
    mkdir -p "$small" "$(dirname "$archive")"
    "$fuzzer" -merge=1 -max_len=4096 "$small" "$corpus" >> ".build-fuzz/$reader.log" 2>&1
    tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$small" -cf - . | gzip -9n > "$archive"
    echo "corpus: $(find "$small" -type f | wc -l) files, $(stat -c %s "$archive") bytes"
  fi
done
