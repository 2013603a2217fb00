#!/bin/sh
# Runs a study with a built `inertia`, then compares its digests with the committed ones.
#
#   scripts/study.sh INERTIA STUDY [OPTION…]      the options are those of `inertia run`
#
# Exit status: that of `inertia run`, or 3 if a digest differs from the committed one.
set -u

inertia=$1
study=$2
shift 2

# Which source made a record is part of its provenance.
revision=$(git describe --always --dirty 2>/dev/null) && export INERTIA_SOURCE_REVISION="$revision"

status=0
"$inertia" run "$study" --retry-failed "$@" || status=$?
if [ "$status" -ne 0 ] && [ "$status" -ne 2 ]; then exit "$status"; fi

for option in "$@"; do
  case $option in
    --results | --results=*)
      echo "With --results, the digests are not compared with the committed ones."
      exit "$status"
      ;;
  esac
done

name=$(sed -n "s/^study:[[:space:]]*[\"']\{0,1\}\([^\"'#[:space:]]*\).*/\1/p" "$study" | head -n 1)
digests=results/$name/digests.txt
if [ ! -e "$digests" ]; then
  echo "There is no $digests: the study is not complete." >&2
  exit "$status"
fi

committed=$(mktemp)
trap 'rm -f "$committed"' EXIT
if ! git show "HEAD:$digests" >"$committed" 2>/dev/null; then
  echo "No digests of $name are committed, so there is nothing to compare with."
  exit "$status"
fi
# Lines are `<id> <weights> <metrics>`.
awk -v name="$name" '
  FNR == NR { committed[$1] = $0; known++; next }
  { made++ }
  !($1 in committed) { fresh++; next }
  committed[$1] == $0 { same++; next }
  { differ++; print "different: " $1 }
  END {
    printf "%d of %d digests agree with the committed ones of %s.\n", same, made, name
    if (fresh) printf "%d cells have no committed digest.\n", fresh
    if (known > made - fresh) printf "%d committed cells are not in the study.\n", known - made + fresh
    exit differ ? 3 : 0
  }' "$committed" "$digests" || status=3
exit "$status"
