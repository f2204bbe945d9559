#!/bin/sh
# Write the pinned lists anew from pyproject.toml and the *.in files: `sh requirements/lock.sh path/to/uv`, or `make lock`.
# Pins that still fit are kept; `--upgrade` after the path, or `make lock ARGS=--upgrade`, takes the newest of everything.
# Without network addresses in the lists: pip takes whatever registry the machine is set up for, the hashes say what is right.
set -eu
cd "$(dirname "$0")/.."
uv=${1:-uv}
upgrade=${2:-}
export UV_NO_CONFIG=1 UV_PYTHON_DOWNLOADS=never

compile() {
    output=$1
    shift
    "$uv" pip compile --quiet ${upgrade:+"$upgrade"} --no-header --generate-hashes --only-binary :all: \
        --output-file "requirements/$output" "$@"
}

compile 3.10.txt pyproject.toml --extra pdf --extra exports --extra cohort --group dev --python-version 3.10 --python-platform linux
# numpy and scipy as 3D Slicer has them: what CI runs on one Python is then what it runs on the others.
for minor in 3.11 3.12 3.13; do
    compile "$minor.txt" pyproject.toml --extra pdf --extra exports --extra cohort --group dev --constraints requirements/slicer-5.12.in \
        --python-version "$minor" --python-platform linux
done
compile slicer-core.txt requirements/slicer-core.in --no-deps --python-version 3.10 --universal
compile panel.txt requirements/panel.in --no-deps --python-version 3.10 --universal
compile docs.txt requirements/docs.in --python-version 3.10 --universal
compile bench.txt requirements/bench.in --python-version 3.10 --universal
compile mutation.txt pyproject.toml requirements/mutation.in --group test --constraints requirements/slicer-5.12.in \
    --python-version 3.11 --universal
compile audit.txt requirements/audit.in --python-version 3.10 --universal
compile slicer-5.10.txt pyproject.toml requirements/slicer-5.10.in --group test \
    --python-version 3.10 --universal
compile slicer-5.12.txt pyproject.toml requirements/slicer-5.12.in --extra exports --group test \
    --python-version 3.11 --universal

if grep -n -E '(https?|file)://' requirements/*.txt; then
    echo "An address of one machine's registry is in the lists above; they must name versions and hashes only." >&2
    exit 1
fi
