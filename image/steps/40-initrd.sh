# The initrd, made here in a second: the target's own static busybox, the modules that reach the disk, and init.
set -euo pipefail
. "$IMAGE/steps/lib.sh"

root=$WORK/root
version=$(kernel_version)
tree=$WORK/initrd
rm -rf "$tree"
mkdir -p "$tree"/{bin,dev,proc,sys,run,newroot,lib/modules}

# On some kernels a driver is built in, or has another name: modprobe says nothing of the first and complains of the second.
for module in $(listed "$IMAGE/initrd/modules.$BOARD"); do
  modprobe --dirname="$root" --set-version="$version" --show-depends "$module" 2>/dev/null || true
done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' >"$WORK/initrd.modules"
if ! grep -q '/squashfs\.ko' "$WORK/initrd.modules"; then
  echo "image: no squashfs module for kernel $version: is kmod installed here?" >&2
  exit 1
fi
while IFS= read -r path; do
  name=$(basename "$path" .xz)
  case $path in
    *.xz) xz -dc "$path" >"$tree/lib/modules/$name" ;;
    *) cp "$path" "$tree/lib/modules/$name" ;;
  esac
  echo "$name"
done <"$WORK/initrd.modules" >"$tree/lib/modules/order"

cp "$root/usr/bin/busybox" "$tree/bin/busybox"
for applet in sh mount umount insmod findfs sleep reboot cmp hexdump mkdir sed cat echo switch_root; do
  ln -s busybox "$tree/bin/$applet"
done
install -m 0755 "$IMAGE/initrd/init" "$tree/init"
echo "$BUILD_ID" >"$tree/build-id"

stamped "$tree"
(cd "$tree" && find . -print0 | sort -z | cpio --null --create --format=newc --reproducible --owner=0:0 --quiet) |
  zstd --quiet -19 --force -o "$WORK/initrd.zst"
