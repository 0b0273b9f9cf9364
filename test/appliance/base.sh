#!/usr/bin/env bash
# Makes the base of the appliance's virtual machine from Debian packages: kernel, initrd and root file system, in the
# directory that is given. The directory's name carries the hash of this file, so that a change of it makes a new base.
set -euo pipefail
out=$1
suite=trixie
packages=systemd-sysv,udev,kmod,iproute2,iputils-ping,linux-image-amd64,hostapd,dnsmasq-base,iw,nftables,wpasupplicant
packages+=,busybox-static,dbus,libatomic1,libstdc++6,wireless-regdb,curl,nmap,procps,util-linux,bind9-dnsutils,network-manager
packages+=,systemd-timesyncd

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
INITRD=No mmdebstrap --quiet --variant=minbase --aptopt='Acquire::Languages "none"' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --include="$packages" $suite "$work/root.tar"
mkdir "$work/root"
tar -C "$work/root" --exclude='./dev/*' -xf "$work/root.tar"
root=$work/root
echo 'waystation:x:600:600::/var/lib/waystation:/usr/sbin/nologin' >> "$root/etc/passwd"
echo 'waystation:x:600:' >> "$root/etc/group"
echo 'net.ipv4.ip_unprivileged_port_start = 80' > "$root/etc/sysctl.d/50-waystation.conf"
mkdir -p "$root/usr/lib/waystation/service" "$root/opt/runtime"
ln -sf /opt/runtime/node "$root/usr/bin/node"
: > "$root/etc/machine-id"
for unit in hostapd.service dnsmasq.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
# As in the image: what is not named starts when the hub wishes it.
find "$root/etc/systemd/system" -name '*NetworkManager*' -o -name '*wpa_supplicant*' -o -name '*timesync*' | xargs rm -f
ln -sf ../run/waystation-machine/resolv.conf "$root/etc/resolv.conf"

# The initrd: the modules that the root disk needs, in the order that they depend on each other.
version=$(ls "$root/lib/modules")
mkdir -p "$work/initrd"/{bin,mod,dev,proc,sys,newroot}
cp "$root/bin/busybox" "$work/initrd/bin/"
modules=$(for module in virtio_pci virtio_blk ext4 crc32c_generic; do
  modprobe -d "$root" -S "$version" --show-depends "$module" || true
done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }')
[ -n "$modules" ]
for module in $modules; do
  name=$(basename "${module%.xz}")
  case $module in *.xz) xz -dc "$module" > "$work/initrd/mod/$name" ;; *) cp "$module" "$work/initrd/mod/$name" ;; esac
  echo "$name" >> "$work/initrd/order"
done
cat > "$work/initrd/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
while read -r module; do /bin/busybox insmod "/mod/$module"; done < /order
until [ -b /dev/vda ]; do /bin/busybox sleep 0.1; done
/bin/busybox mount -t ext4 /dev/vda /newroot
/bin/busybox mount --move /dev /newroot/dev
/bin/busybox mount --move /proc /newroot/proc
/bin/busybox mount --move /sys /newroot/sys
exec /bin/busybox switch_root /newroot /sbin/init
INIT
chmod +x "$work/initrd/init"
(cd "$work/initrd" && find . | cpio -o -H newc --quiet | gzip -6) > "$work/initrd.gz"
# Under its name only when it is whole.
rm -rf "$out" "$out.new"
mkdir -p "$out.new"
cp "$root"/boot/vmlinuz-"$version" "$out.new/vmlinuz"
cp "$work/initrd.gz" "$out.new/initrd.gz"
mv "$work/root" "$out.new/root"
mv "$out.new" "$out"
