# A slot: one FAT file system with kernel, initrd and root, written and replaced as a whole.
set -euo pipefail
. "$IMAGE/steps/lib.sh"

slot=$WORK/slot
rm -rf "$slot"
mkdir -p "$slot"
cp "$WORK/kernel/vmlinuz" "$slot/vmlinuz"
cp "$WORK/initrd.zst" "$slot/initrd"
cp "$WORK/root.squashfs" "$slot/root.squashfs"
echo "$BUILD_ID" >"$slot/build-id"
[ ! -e "$IMAGE/$BOARD/slot.sh" ] || . "$IMAGE/$BOARD/slot.sh"

size=$(($(du -sm --apparent-size "$slot" | cut -f1) + 8))
if [ "$size" -gt "$(slot_mebibytes)" ]; then
  echo "image: the slot needs $size MiB, and its partition has $(slot_mebibytes) MiB" >&2
  exit 1
fi
fat "$WORK/slot.vfat" "$size" "WS-SYSTEM" 57415902 "$slot"
