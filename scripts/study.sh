#!/bin/sh
# Runs a study with a built `inertia`, then compares its digests, those of measurements too, with the committed ones.
#
#   scripts/study.sh INERTIA STUDY [OPTION…]      the options are those of `inertia run`
#
# Exit status: that of `inertia run`, or 3 if a digest differs from the committed one, a committed one was not made, or some but not
# all have a committed one.
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

name=$(scripts/study-name.sh "$study")
committed=$(mktemp)
trap 'rm -f "$committed"' EXIT

# compare FILE WHAT FIELDS: the first FIELDS fields of a line say what it is of, and what follows is its digest.
compare() {
  path=results/$name/$1
  if ! git show "HEAD:$path" >"$committed" 2>/dev/null; then
    echo "No $2 of $name are committed, so there is nothing to compare with."
    return 0
  fi
  awk -v name="$name" -v what="$2" -v fields="$3" '
    { key = $1; if (fields == 2) key = key " " $2 }
    FILENAME == ARGV[1] { committed[key] = $0; known++; next }
    { made++ }
    !(key in committed) { fresh++; next }
    committed[key] == $0 { same++; next }
    { differ++; print "different: " key }
    END {
      printf "%d of %d %s agree with the committed ones of %s.\n", same, made, what, name
      if (fresh) printf "%d have no committed digest.\n", fresh
      if (known > made - fresh) printf "%d committed ones are not in the study.\n", known - made + fresh
      exit differ || fresh || known > made - fresh ? 3 : 0
    }' "$committed" "$path"
}

if [ ! -e "results/$name/digests.txt" ]; then
  echo "There is no results/$name/digests.txt: the study is not complete." >&2
  exit "$status"
fi
compare digests.txt digests 1 || status=3
if [ ! -e "results/$name/measurements.txt" ]; then
  if git cat-file -e "HEAD:results/$name/measurements.txt" 2>/dev/null; then
    echo "The committed measurements of $name were not made."
    status=3
  fi
else
  compare measurements.txt "digests of measurements" 2 || status=3
fi
exit "$status"
