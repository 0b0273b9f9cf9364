# The whole disk: boot partition, slot A with the system, an empty slot B, and a data partition that grows at first start.
set -euo pipefail
. "$IMAGE/steps/lib.sh"

# Room for a journal of 32 MiB, and descriptors enough to grow to 1 TiB while mounted. Fixed identifiers; the clock of
# the tools is the image's own.
rm -f "$WORK/data.ext4"
E2FSPROGS_FAKE_TIME=$SOURCE_DATE_EPOCH mke2fs -q -t ext4 -L ws-data -m 1 \
  -U 57415953-5441-5449-4f4e-0000000000da \
  -E hash_seed=57415953-5441-5449-4f4e-0000000000db,resize=268435456,lazy_itable_init=0,lazy_journal_init=0 \
  -J size=32 -b 4096 "$WORK/data.ext4" 256M

inputs=$WORK/disk
rm -rf "$inputs" "$WORK/genimage.tmp"
mkdir -p "$inputs/root"
ln "$WORK/boot.vfat" "$WORK/slot.vfat" "$WORK/data.ext4" "$inputs/"
rm -f "$OUT/waystation.img"
genimage --loglevel 1 --config "$IMAGE/$BOARD/genimage.cfg" --rootpath "$inputs/root" --tmppath "$WORK/genimage.tmp" \
  --inputpath "$inputs" --outputpath "$OUT"
[ ! -e "$IMAGE/$BOARD/disk.sh" ] || . "$IMAGE/$BOARD/disk.sh"

level=12
[ "$QUICK" = no ] || level=1
zstd --quiet --force -T0 -$level --long=27 "$OUT/waystation.img" -o "$OUT/waystation.img.zst"
