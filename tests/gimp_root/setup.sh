#!/bin/bash
# Build a small Debian root with a real GIMP 3 in it, for the tests on a machine that has none.
#
#   setup.sh [FOLDER]          default: $LACUNA_GIMP3_ROOT, else ~/.cache/lacuna-gimp3
#
# As root, or unprivileged where user namespaces are allowed. Needs mmdebstrap (as root it is installed when it is
# missing); unprivileged also uidmap. About two minutes and 700 MB; a second run with the same recipe does nothing.
# The mirror is the one that apt uses here; LACUNA_DEBIAN_MIRROR names another, LACUNA_GIMP3_SUITE another release.
# The root is built beside FOLDER and renamed at the end: FOLDER is whole or absent.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=${1:-${LACUNA_GIMP3_ROOT:-$HOME/.cache/lacuna-gimp3}}
SUITE=${LACUNA_GIMP3_SUITE:-trixie}
PACKAGES=gimp,gir1.2-gimp-3.0,python3-gi,python3-gi-cairo
PACKAGES+=,xvfb,xauth,xdotool,openbox,fonts-dejavu-core,adwaita-icon-theme
RECIPE="5 $SUITE $PACKAGES" # count up when the way of building changes: roots with another recipe are built anew

LOG=''
PARTIAL=''
CHILD=''
fail() { echo "GIMP root: $*${LOG:+ (log: $LOG)}" >&2; exit 1; }
cleanup() {
    [ -z "$CHILD" ] || { kill -- "-$CHILD"; wait "$CHILD"; } 2>/dev/null || true
    [ -z "$PARTIAL" ] || rm -rf --one-file-system "$PARTIAL" "$PARTIAL.tar"
}
trap cleanup EXIT
trap 'fail interrupted' INT TERM HUP

case $ROOT in
    / | '') fail "'$ROOT' is no folder to build in" ;;
    /*) ;;
    *) ROOT=$PWD/$ROOT ;;
esac
ROOT=${ROOT%/}

done_if_ready() { [ "$(cat "$ROOT/.recipe" 2>/dev/null)" != "$RECIPE" ] || { echo "GIMP root is ready: $ROOT"; exit 0; }; }
done_if_ready

mkdir -p "$(dirname "$ROOT")" || fail "cannot make $(dirname "$ROOT")"
exec 9>"$ROOT.lock"
flock -w 900 9 || fail "another setup has held $ROOT.lock for 15 minutes"
done_if_ready
if [ -e "$ROOT" ] && [ ! -e "$ROOT/.recipe" ] && [ -n "$(ls -A "$ROOT")" ]; then
    fail "$ROOT exists and this script did not make it"
fi
LOG=$ROOT.log
: >"$LOG"

if [ "$(id -u)" = 0 ]; then
    MODE=root
    if ! command -v mmdebstrap >/dev/null; then
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends mmdebstrap; } \
            >>"$LOG" 2>&1 9>&- || fail 'mmdebstrap is missing and apt-get could not install it'
    fi
else
    MODE=unshare
    command -v mmdebstrap newuidmap >/dev/null || fail 'ask the administrator for: apt-get install mmdebstrap uidmap'
    unshare --user --map-root-user --mount true 2>>"$LOG" || fail 'this machine allows no user namespaces; run it as root'
fi

MIRROR=${LACUNA_DEBIAN_MIRROR:-$(apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 2>>"$LOG" |
    awk -F'|' '$1 == "Debian" && $2 == "Debian" { print $3; exit }')}
[ -n "$MIRROR" ] || fail 'apt knows no Debian archive here; run apt-get update, or set LACUNA_DEBIAN_MIRROR'

find "$(dirname "$ROOT")" -maxdepth 1 -name "$(basename "$ROOT").partial.*" -exec rm -rf --one-file-system {} + 2>/dev/null || true
PARTIAL=$ROOT.partial.$$
# An archive, not a folder: unpacked by us, every file is ours, so that an unprivileged user can delete the root again.
# 'essential' = no apt inside; documentation and translations stay out; no fsync for each file.
# In a process group of its own, in the background: a signal is answered at once.
setsid mmdebstrap --mode=$MODE --variant=essential --components=main --include="$PACKAGES" \
    --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Retries "3"' \
    --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --customize-hook='chroot "$1" dbus-uuidgen --ensure' \
    "$SUITE" "$PARTIAL.tar" "$MIRROR" >>"$LOG" 2>&1 9>&- &
CHILD=$!
wait "$CHILD" || { CHILD=''; fail "mmdebstrap could not build Debian $SUITE: $(grep -m1 '^E:' "$LOG" || echo 'no reason given')"; }
CHILD=''
mkdir "$PARTIAL"
tar -x -f "$PARTIAL.tar" -C "$PARTIAL" --no-same-owner --exclude='./dev/*' >>"$LOG" 2>&1 || fail 'the archive could not be unpacked'
rm "$PARTIAL.tar"
rm -f "$PARTIAL"/etc/apt/sources.list "$PARTIAL"/etc/apt/sources.list.d/* # the mirror's address is of no use in there

echo "$RECIPE" >"$PARTIAL/.recipe"
VERSION=$("$HERE/gimp3" --root "$PARTIAL" gimp-console-3.0 --version 2>>"$LOG") || fail 'gimp-console-3.0 does not start in the new root'
"$HERE/gimp3" --root "$PARTIAL" python3 -c 'import gi; gi.require_version("Gimp", "3.0"); gi.require_version("GimpUi", "3.0")' \
    >>"$LOG" 2>&1 || fail "the root's Python lacks a module"

if [ -e "$ROOT" ]; then
    mv -T "$ROOT" "$PARTIAL.old"
    mv -T "$PARTIAL" "$ROOT"
    rm -rf --one-file-system "$PARTIAL.old"
else
    mv -T "$PARTIAL" "$ROOT"
fi
PARTIAL=''
echo "GIMP root is ready: $ROOT ($VERSION; $(du -sh --one-file-system "$ROOT" | cut -f1))"
