#!/usr/bin/env bash
# Runs a study with the bundle in a root that has nothing but Debian's minimum: no Swift, no HDF5, no compiler.
# As root, since it changes the root.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$(mktemp -d /tmp/inertia-root.XXXXXX)
trap 'rm -rf --one-file-system "$root"' EXIT
release=${1:-bookworm}
debootstrap --variant=minbase "$release" "$root" >"$root.log" 2>&1 || { tail "$root.log"; exit 1; }
rm "$root.log"
tar -C "$root/opt" -xzf .build-bundle/inertia.tar.gz
for absent in swift gcc clang; do
  if chroot "$root" sh -c "command -v $absent"; then exit 1; fi
done
if find "$root/usr/lib" "$root/lib" -name 'libhdf5*' | grep .; then exit 1; fi
# A mount space of its own, so that /proc is gone with the last process.
unshare --mount --pid --fork bash -c '
  mount -t proc proc "$0/proc" && cd "$0" &&
  chroot "$0" sh -c "cd /opt/inertia && ./inertia run studies/smoke.yaml && ./inertia verify results/smoke"' "$root"
.build/release/inertia run studies/smoke.yaml --results "$root/here"
diff "$root/opt/inertia/results/smoke/digests.txt" "$root/here/smoke/digests.txt"
echo "the bundle's digests are this machine's"
