#!/usr/bin/env bash
# fuzz.sh SECONDS: libFuzzer on every reader, so many seconds each; stops at the first finding.
#
# A corpus is kept in Tests/Fuzzer/corpus/<reader>: what was found to lead somewhere new, made small.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=$1
swift build -c release --package-path Tests/Fuzzer --scratch-path .build-fuzz --sanitize fuzzer
fuzzer=.build-fuzz/release/Fuzzer
for reader in record checkpoint claim failure digests study cell images compressed photographs; do
  corpus=Tests/Fuzzer/corpus/$reader
  work=.build-fuzz/corpus/$reader
  mkdir -p "$corpus" "$work"
  export INERTIA_FUZZ_READER=$reader
  [ -e "$corpus/seed" ] || INERTIA_FUZZ_SEED=$corpus/seed "$fuzzer"
  echo "$reader"
  if ! "$fuzzer" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=256 \
    -max_len=65536 -print_final_stats=1 -artifact_prefix=".build-fuzz/$reader-" \
    "$work" "$corpus" > ".build-fuzz/$reader.log" 2>&1; then
    tail -40 ".build-fuzz/$reader.log"
    exit 1
  fi
  grep -E "DONE|number_of_executed_units|peak_rss_mb" ".build-fuzz/$reader.log"
done
