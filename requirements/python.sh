#!/bin/sh
# Print a Python that can carry a virtual environment: `sh requirements/python.sh 3.13 3.12 ...`, the first version that fits wins.
# PYTHON=... in the environment, where set, is the only candidate. Exit status 1 and one sentence when none fits.
set -u

# Candidates are run, not looked up: a pyenv shim may stand for a version that is not switched on.
version_of() {
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null
}

choose() {
    version=$(version_of "$2") || return 1
    case "$found " in *" $version "*) ;; *) found="$found $version" ;; esac
    [ "$version" = "$1" ] || return 1
    if "$2" -c 'import venv, ensurepip' 2>/dev/null; then
        echo "$2"
        exit 0
    fi
    without_venv=$version
}

found=
without_venv=
for wanted in "$@"; do
    if [ -n "${PYTHON:-}" ]; then
        choose "$wanted" "$PYTHON"
    else
        choose "$wanted" "python$wanted" || choose "$wanted" python3 || choose "$wanted" /usr/bin/python3
    fi
done

if [ -n "$without_venv" ]; then
    echo "Python $without_venv is here, but its venv or pip is not: sudo apt install python3-venv" >&2
elif [ -n "${PYTHON:-}" ]; then
    echo "PYTHON=$PYTHON is not a Python of version $* that runs." >&2
else
    echo "No Python of version $* runs here${found:+ (found$found)}: sudo apt install python3 python3-venv" >&2
fi
exit 1
