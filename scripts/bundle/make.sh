#!/usr/bin/env bash
# Makes .build-bundle/inertia.tar.gz: the program with Swift's libraries inside it, and beside it the others that it
# needs, but for glibc, of which no symbol above 2.34 is asked.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=.build-bundle
link=$PWD/$build/link
folder=$build/inertia
newest=2.34
largest=50000000

# The linker takes what it finds first: archives here, where the system's folder has shared libraries.
mkdir -p "$link"
cp "$(clang -print-file-name=libstdc++.a)" "$link/libstdc++.a"
cp "$(clang -print-file-name=libgcc_eh.a)" "$link/libgcc_s.a"
clang -O2 -fno-builtin -Wall -Werror -fPIC -c scripts/bundle/older_glibc.c -o "$link/older_glibc.o"

# RPATH, not RUNPATH: it is for the libraries' own libraries too.
swift build -c release --product inertia --static-swift-stdlib --scratch-path $build \
  -Xlinker "-L$link" -Xlinker "$link/older_glibc.o" -Xlinker --disable-new-dtags -Xlinker '-rpath=$ORIGIN/lib'

rm -rf "$folder"
mkdir -p "$folder/lib" "$folder/licenses" "$folder/studies"
strip -o "$folder/inertia" $build/release/inertia
glibc='^(linux-vdso|ld-linux|libc|libm|libdl|libpthread|libresolv|librt|libutil)[-.0-9]*\.so'
ldd "$build/release/inertia" | awk '$2 == "=>" {print $3}' | while read -r library; do
  [[ ${library##*/} =~ $glibc ]] && continue
  cp -L "$library" "$folder/lib/"
  # Debian's packages name some of their files without /usr.
  file=$(readlink -f "$library")
  package=$(dpkg -S "$file" 2>/dev/null || dpkg -S "${file#/usr}")
  package=${package%%:*}
  cp -L "/usr/share/doc/$package/copyright" "$folder/licenses/$package"
done
cp LICENSE "$folder/licenses/inertia"
cp -r studies/* "$folder/studies/"

for file in "$folder/inertia" "$folder"/lib/*; do
  # A library may ask for none.
  needed=$(objdump -T "$file" | awk '/\*UND\*/ && match($0, /GLIBC_[0-9]+\.[0-9]+/) {print substr($0, RSTART, RLENGTH)}' | sort -uV | tail -1)
  if [ "$(printf '%s\n' "GLIBC_$newest" "$needed" | sort -V | tail -1)" != "GLIBC_$newest" ]; then
    echo "bundle: $file needs $needed, and no more than GLIBC_$newest may be asked of a host" >&2
    exit 1
  fi
done

tar --sort=name --owner=0 --group=0 --numeric-owner -C $build -cf - inertia | gzip -9 > "$build/inertia.tar.gz"
size=$(stat -c %s "$build/inertia.tar.gz")
if [ "$size" -gt $largest ]; then
  echo "bundle: it has $size bytes, and may have $largest" >&2
  exit 1
fi
echo "$build/inertia.tar.gz: $size bytes, $(ls "$folder/lib" | wc -l) libraries"
