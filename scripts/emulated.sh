#!/bin/sh
# Runs the tiny studies here and on two emulated processors, and compares the digests.
#
#   scripts/emulated.sh INERTIA
#
# QEMU computes every floating-point operation in software, so this is another machine's arithmetic. Only
# the workers are emulated: all training and simulation happens in them. Exit status 3 if a digest differs.
set -eu

inertia=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

for processor in Haswell EPYC; do
  printf '#!/bin/sh\nexec qemu-x86_64 -cpu %s "%s" "$@"\n' "$processor" "$inertia" \
    >"$folder/$processor"
  chmod +x "$folder/$processor"
done

status=0
for study in studies/tiny*.yaml; do
  name=$(basename "$study" .yaml)
  "$inertia" run "$study" --results "$folder/native"
  for processor in Haswell EPYC; do
    "$inertia" run "$study" --results "$folder/on-$processor" --worker "$folder/$processor"
    if cmp "$folder/native/$name/digests.txt" "$folder/on-$processor/$name/digests.txt"; then
      count=$(wc -l <"$folder/native/$name/digests.txt")
      echo "$name: $count of $count digests are the same on an emulated $processor."
    else
      status=3
    fi
  done
done
exit "$status"
