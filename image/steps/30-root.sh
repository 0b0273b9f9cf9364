# The root: packages, service and this project's own files, less what an appliance has no use for.
set -euo pipefail
shopt -s nullglob
. "$IMAGE/steps/lib.sh"

root=$WORK/root
rm -rf "$root"
mkdir -p "$root"
tar xpf "$WORK/base.tar" -C "$root" --xattrs --xattrs-include='*' --exclude='./dev/*'

# What is needed to write the list of contents goes before it is lost.
rm -rf "$WORK/dpkg"
mkdir -p "$WORK/dpkg"/copyright
cp "$root/var/lib/dpkg/status" "$WORK/dpkg/"
(cd "$root/usr/share/doc" && find . -name copyright -exec cp --parents {} "$WORK/dpkg/copyright/" \;)

# Kernel: it goes to the slot beside the root.
version=$(kernel_version)
rm -rf "$WORK/kernel"
mkdir -p "$WORK/kernel"
mv "$root/boot/vmlinuz-$version" "$WORK/kernel/vmlinuz"
[ ! -d "$root/boot/firmware" ] || mv "$root/boot/firmware" "$WORK/kernel/firmware"
[ ! -d "$root/usr/lib/modules/$version/dtb" ] || mv "$root/usr/lib/modules/$version/dtb" "$WORK/kernel/device-trees"
# Debian's later kernels lie beside their modules, too.
rm -rf "${root:?}"/boot/* "$root/usr/lib/linux-image-$version" "$root/usr/lib/modules/$version"/{vmlinuz,System.map,config}
for module in $(listed "$IMAGE/packages/kept-modules"); do
  # Not every board's kernel has each of them.
  modprobe --dirname="$root" --set-version="$version" --show-depends "$module" 2>/dev/null || true
done | awk '$1 == "insmod" { print $2 }' | sort >"$WORK/kept.modules"
for folder in $(listed "$IMAGE/packages/dropped-modules"); do
  for path in "$root/lib/modules/$version/kernel"/$folder; do # unquoted: some of them are patterns
    [ ! -e "$path" ] || find "$path" -name '*.ko*'
  done
done | sort -u | comm -23 - "$WORK/kept.modules" | xargs rm -f
depmod -b "$root" "$version"
bash "$IMAGE/steps/prune-firmware.sh" "$root" "$version"

# Packages that were only there to install others.
for package in $(listed "$IMAGE/packages/removed"); do
  for list in "$root/var/lib/dpkg/info/$package.list" "$root/var/lib/dpkg/info/$package:$ARCH.list"; do
    [ -e "$list" ] || continue
    while IFS= read -r path; do
      case $path in /usr/share/doc/*) continue ;; esac
      if [ -L "$root$path" ] || [ -f "$root$path" ]; then rm -f "$root$path"; fi
    done <"$list"
  done
done
rm -rf "$root"/var/lib/{apt,dpkg} "$root"/var/cache/* "$root"/var/log/* "$root"/etc/{apt,dpkg,cron.daily,cron.weekly,logrotate.d,init.d,rc?.d}
find "$root/usr/share/zoneinfo" -type f \( -path '*/right/*' -o -path '*/posix/*' \) -delete

# Node.js and the service.
install -D -m 0755 "$WORK/node/bin/node" "$root/usr/bin/node"
install -D -m 0644 "$WORK/node/LICENSE" "$root/usr/share/doc/nodejs/copyright"
# The tool for the target's own processor: any other one leaves other bytes, or cannot do it.
"$(case $ARCH in amd64) echo x86_64 ;; arm64) echo aarch64 ;; esac)-linux-gnu-strip" "$root/usr/bin/node"
mkdir -p "$root/usr/lib/waystation"
cp -r "$WORK/service" "$root/usr/lib/waystation/service"
chmod -R u=rwX,go=rX "$root/usr/lib/waystation/service"
chmod 0755 "$root/usr/lib/waystation/service/dist/service/main.js"
ln -s ../lib/waystation/service/dist/service/main.js "$root/usr/bin/waystation"

# This project's own files, under the paths that they have on the machine.
overlays=("$IMAGE/rootfs" "$IMAGE/$BOARD/rootfs")
[ "$DEVELOPER" = no ] || overlays+=("$IMAGE/developer/rootfs")
for overlay in "${overlays[@]}"; do
  [ -d "$overlay" ] || continue
  tar cf - -C "$overlay" --owner=0 --group=0 --exclude=./README.md . | tar xpf - -C "$root" --no-overwrite-dir
done
find "$root/usr/lib/waystation" -maxdepth 1 -type f -exec chmod 0755 {} +
mkdir -p "$root/etc/rauc"
install -m 0644 "$WORK/keyring.pem" "$root/etc/rauc/keyring.pem"
# Signing time counts and not the clock's, which is often wrong. Nothing older than what is installed goes in.
cat >"$root/etc/rauc/system.conf" <<RAUC
[system]
compatible=waystation-$BOARD
bootloader=custom
mountprefix=/run/rauc/mnt
data-directory=/data/system/rauc
bundle-formats=verity
min-bundle-version=$VERSION
activate-installed=true

[keyring]
path=/etc/rauc/keyring.pem
use-bundle-signing-time=true

[handlers]
bootloader-custom-backend=/usr/lib/waystation/boot-slot

[slot.system.0]
device=/dev/waystation/slot-a
type=vfat
bootname=A

[slot.system.1]
device=/dev/waystation/slot-b
type=vfat
bootname=B
RAUC

cat >"$root/usr/lib/os-release" <<RELEASE
NAME="Waystation"
ID=waystation
ID_LIKE=debian
VERSION_ID=$VERSION
PRETTY_NAME="Waystation $VERSION"
BUILD_ID=$BUILD_ID
VARIANT_ID=$VARIANT
RELEASE
ln -sf ../usr/lib/os-release "$root/etc/os-release"

# Each machine is its own: identifiers are made at boot.
: >"$root/etc/machine-id"
rm -f "$root/var/lib/dbus/machine-id" "$root/etc/hostname" "$root/var/lib/systemd/random-seed"
echo waystation >"$root/etc/hostname"
printf '127.0.0.1 localhost waystation\n::1 localhost\n' >"$root/etc/hosts"
ln -sf ../run/waystation-machine/resolv.conf "$root/etc/resolv.conf"
touch --date="@$SOURCE_DATE_EPOCH" "$root/usr/lib/clock-epoch"

(cd "$root/usr/lib/sysusers.d" && systemd-sysusers --root="$root" waystation*.conf)
sed -i "s/^\([^:]*:[^:]*\):[0-9]*:/\1:$((SOURCE_DATE_EPOCH / 86400)):/" "$root/etc/shadow"
rm -f "$root"/etc/*- "$root"/etc/.pwd.lock
find "$root/etc/systemd/system" -mindepth 1 -maxdepth 1 \( -type d -name '*.wants' -o -type l \) -exec rm -rf {} +
systemctl --root="$root" --quiet preset-all
# A kernel argument that names a serial line must not bring a login there.
[ "$DEVELOPER" = yes ] || rm "$root/usr/lib/systemd/system-generators/systemd-getty-generator"
mkdir -p "$root"/{data,media/usb,boot}
stamped "$root"

# Zstandard: the quickest to read of those that are small enough, and a Pi reads much of it at each start. A developer
# waits for the building, too.
level=19
[ "$QUICK" = no ] || level=3
rm -f "$WORK/root.squashfs"
mksquashfs "$root" "$WORK/root.squashfs" -quiet -no-progress -noappend -comp zstd -Xcompression-level $level -b 256K
