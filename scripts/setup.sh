#!/bin/sh
# Installs what building and testing need from Debian's or Ubuntu's packages, if anything is missing.
#
#   scripts/setup.sh             what `make study` and `make test` need
#   scripts/setup.sh interop     also Python's venv, for `make interop` and `make bench`
#   scripts/setup.sh emulated    also QEMU, for `make emulated`
#   scripts/setup.sh browser     also Chromium, for `make browser`
#   scripts/setup.sh latex       also pdflatex with booktabs, for `make latex`
#   scripts/setup.sh slurm       also Slurm, munge and strace, for `make test-slurm`
#   scripts/setup.sh bundle      also debootstrap, for `make test-bundle`
#
# Does nothing, and needs no network, if all is there. Uses sudo only if not root.
set -eu

missing=""
need() { # package, then a command that succeeds if what the package brings is there
  package=$1
  shift
  "$@" >/dev/null 2>&1 || missing="$missing $package"
}

dataset_is_there() {
  for folder in ${INERTIA_DATA:+"$INERTIA_DATA"} /usr/share/datasets; do
    for name in train-images-idx3-ubyte t10k-labels-idx1-ubyte; do
      [ -e "$folder/fashion-mnist/$name.gz" ] || [ -e "$folder/fashion-mnist/$name" ] || continue 2
    done
    return 0
  done
  return 1
}

if ! command -v swift >/dev/null; then
  echo "setup: there is no Swift toolchain; install Swift 6.2 or later from https://swift.org/install" >&2
  exit 1
fi

if ! command -v pkg-config >/dev/null; then
  missing="pkg-config"
fi
need libhdf5-dev pkg-config --exists hdf5-serial
need zlib1g-dev pkg-config --exists zlib
need dataset-fashion-mnist dataset_is_there
for extra in "$@"; do
  case $extra in
    interop) need python3-venv python3 -c 'import ensurepip, venv' ;;
    emulated) need qemu-user qemu-x86_64 --version ;;
    browser) need chromium chromium --version ;;
    latex) need texlive-latex-recommended kpsewhich booktabs.sty ;;
    slurm)
      PATH=$PATH:/usr/sbin:/sbin
      need slurm-wlm slurmctld -V
      need munge mungekey --version
      need strace strace -V
      ;;
    bundle)
      PATH=$PATH:/usr/sbin:/sbin
      need debootstrap debootstrap --version
      ;;
    *)
      echo "setup: there is nothing called '$extra'; there are: interop, emulated, browser, latex, slurm, bundle" >&2
      exit 64
      ;;
  esac
done

if [ -z "$missing" ]; then exit 0; fi

missing=${missing# }
echo "setup: missing: $missing" >&2
sudo=""
if [ "$(id -u)" -ne 0 ]; then sudo="sudo "; fi
command="${sudo}apt-get install -y --no-install-recommends $missing"
if ! command -v apt-get >/dev/null || { [ -n "$sudo" ] && ! command -v sudo >/dev/null; }; then
  echo "setup: this script cannot install it here; on Debian and Ubuntu, as root: apt-get install $missing" >&2
  exit 1
fi
echo "setup: $command" >&2
export DEBIAN_FRONTEND=noninteractive
# The lists are fetched only if the packages are not found without: `apt-get update` is slow.
if ! $command >&2 && ! { ${sudo}apt-get update >&2 && $command >&2; }; then
  echo "setup: that failed; run '${sudo}apt-get update', then '$command', and try again" >&2
  exit 1
fi
