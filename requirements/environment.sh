#!/bin/sh
# Make or renew a virtual environment of this checkout: `sh requirements/environment.sh FOLDER PYTHON LIST...`.
# An environment whose lists have not changed is left alone, so that a second run installs nothing and needs no network.
set -eu
cd "$(dirname "$0")/.."
folder=$1
python=$2
shift 2

# slicer-core has builds for these machines only; everything but scenes and the panel works without it.
has_slicer_core() {
    "$folder/bin/python" -c '
import platform, sys
sys.exit((platform.system(), platform.machine()) not in {("Linux", "x86_64"), ("Darwin", "arm64")})'
}

# PySide6 is of use beside slicer-core only; its builds want glibc 2.34 or macOS 13.
has_panel() {
    has_slicer_core && "$folder/bin/python" -c '
import platform, sys
name, version = platform.libc_ver()
if sys.platform == "darwin":
    name, version = "macOS", platform.mac_ver()[0]
lowest = {"glibc": (2, 34), "macOS": (13,)}
sys.exit(name not in lowest or tuple(map(int, version.split("."))) < lowest[name])'
}

stamp=$(
    pwd
    "$python" -c 'import sys; print(sys.version, sys.base_prefix)'
    sed '/^\[tool\./,$d' pyproject.toml
    cat requirements/environment.sh "$@"
)
stamp=$(printf '%s' "$stamp" | cksum)
if [ "$(cat "$folder/stamp" 2>/dev/null)" = "$stamp" ]; then
    exit 0
fi

echo "Setting up $folder with $("$python" --version) ..."
rm -rf "$folder"
"$python" -m venv "$folder"
install() {
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-input "$@"
}
for list in "$@"; do
    case $list in
    */slicer-core.txt)
        if ! has_slicer_core; then
            echo "No slicer-core for $(uname -s) $(uname -m): case.mrb is left out."
            continue
        fi
        ;;
    */panel.txt)
        if ! has_panel; then
            echo "No PySide6 for this $(uname -s) $(uname -m): the panel's tests are left out."
            continue
        fi
        ;;
    esac
    # --no-deps: a list is complete, and a package that only a wheel's metadata names must not come in unpinned.
    install --require-hashes --no-deps --only-binary :all: --requirement "$list"
done
install --no-deps --no-build-isolation --no-index --editable .
printf '%s\n' "$stamp" >"$folder/stamp"
