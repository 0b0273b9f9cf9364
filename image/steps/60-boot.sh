# The boot partition: boot loader, and the place where people put waystation.toml and find the join card.
set -euo pipefail
. "$IMAGE/steps/lib.sh"

boot=$WORK/boot
rm -rf "$boot"
mkdir -p "$boot"
cp "$IMAGE/boot-partition/"* "$boot/"
. "$IMAGE/$BOARD/boot.sh"
fat "$WORK/boot.vfat" 64 "WAYSTATION" 57415901 "$boot"
