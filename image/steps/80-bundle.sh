# The update bundle: the slot as one image, signed.
set -euo pipefail

cert=${WAYSTATION_SIGNING_CERT:-$CACHE/test-keys/cert.pem}
key=${WAYSTATION_SIGNING_KEY:-$CACHE/test-keys/key.pem}
input=$WORK/bundle
rm -rf "$input" "$OUT/waystation.raucb"
mkdir -p "$input"
ln "$WORK/slot.vfat" "$input/slot.vfat"
cat >"$input/manifest.raucm" <<MANIFEST
[update]
compatible=waystation-$BOARD
version=$VERSION
build=$BUILD_ID

[bundle]
format=verity

[image.system]
filename=slot.vfat
MANIFEST
rauc --cert="$cert" --key="$key" --keyring="$WORK/keyring.pem" bundle --mksquashfs-args='-comp zstd -Xcompression-level 3' \
  "$input" "$OUT/waystation.raucb" >"$WORK/bundle.log" 2>&1 || { cat "$WORK/bundle.log" >&2; exit 1; }
