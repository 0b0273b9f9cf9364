# Sourced: puts GRUB for BIOS in front of the first partition, where a GPT with 1 MiB alignment leaves room.
#
# The first sector (boot.img) is told where the second stage begins, and the second stage where its own rest lies: offsets
# 0x5c and 0x1f4 of GRUB's i386-pc images, in sectors, little endian.
core_sector=64
core_bytes=$(stat -c %s "$WORK/core.img")
if [ $((core_sector * 512 + core_bytes)) -gt $((1024 * 1024)) ]; then
  echo "image: GRUB's core image has $core_bytes bytes and does not fit before the first partition" >&2
  exit 1
fi
put() { printf "$1" | dd of="$2" bs=1 seek="$3" conv=notrunc status=none; }
little_endian() { # VALUE BYTES
  local value=$1 bytes=$2 text=
  while [ "$bytes" -gt 0 ]; do
    text+=$(printf '\\x%02x' $((value & 255)))
    value=$((value >> 8)) bytes=$((bytes - 1))
  done
  echo "$text"
}
put "$(little_endian $core_sector 8)" "$WORK/boot.img" $((0x5c))
put "\\x90\\x90" "$WORK/boot.img" $((0x66)) # some BIOSes name the wrong drive; as grub-bios-setup does for hard disks
put "$(little_endian $((core_sector + 1)) 8)$(little_endian $(((core_bytes + 511) / 512 - 1)) 2)" "$WORK/core.img" $((0x1f4))
dd if="$WORK/boot.img" of="$OUT/waystation.img" bs=440 count=1 conv=notrunc status=none
dd if="$WORK/core.img" of="$OUT/waystation.img" bs=512 seek=$core_sector conv=notrunc status=none
