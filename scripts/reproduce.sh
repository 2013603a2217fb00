#!/bin/sh
# Runs studies one after another, then says of each how many digests agree with the committed ones.
#
#   scripts/reproduce.sh INERTIA STUDY…
#
# Interrupted, it goes on from there when it is run again. Exit status: 0 if all ran and all digests agree, 3 if one
# differs or there is none to compare with, otherwise that of the first study that failed; 130 when interrupted.
set -u

inertia=$1
shift
log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM

status=0
summary=""
for study in "$@"; do
  result=0
  # Only what study.sh itself says goes to its standard output.
  scripts/study.sh "$inertia" "$study" >"$log" || result=$?
  cat "$log"
  if [ "$result" -eq 130 ]; then exit 130; fi
  if [ "$result" -eq 0 ] && ! grep -q "digests agree with the committed ones" "$log"; then result=3; fi
  if [ "$result" -ne 0 ] && { [ "$status" -eq 0 ] || [ "$result" -eq 3 ]; }; then status=$result; fi
  summary="$summary$(sed "s|^|$study: |" "$log")
"
done
printf '\n%s' "$summary"
changed=$(git status --porcelain -- results | wc -l)
echo "Tables, figures and digests under results that are not as committed: $changed files (git status results)."
exit "$status"
