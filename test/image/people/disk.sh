#!/usr/bin/env bash
# Makes the disk that the people of over-the-air.test.ts live on, at the path that is given: the base of test/appliance, which
# has what a phone's radio needs, this project with its tests, and Node.js. Nothing of it is in the image.
#   WAYSTATION_CACHE  where the base is kept between runs (default: ~/.cache/waystation)
set -euo pipefail
disk=$1
cd "$(dirname "$0")/../../.."
cache=${WAYSTATION_CACHE:-$HOME/.cache/waystation}
base=$cache/appliance-$(sha256sum test/appliance/base.sh | cut -c1-16)
[ -d "$base/root" ] || bash test/appliance/base.sh "$base"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -a --reflink=auto "$base/root" "$work/root"
rm -r "$work/root/usr/lib/modules" # the machine's own kernel runs
# What each of them asks for names is put in its place.
rm "$work/root/etc/resolv.conf"
touch "$work/root/etc/resolv.conf"
cp "$(command -v node)" "$work/root/opt/runtime/node"
mkdir "$work/root/project"
cp -a --reflink=auto node_modules package.json service test tsconfig.json "$work/root/project/"
mke2fs -q -t ext4 -L people -d "$work/root" -E root_owner=0:0 "$disk" 3G
