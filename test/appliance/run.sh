#!/usr/bin/env bash
# Boots the virtual machine of the appliance and runs test/appliance/suite.js in it: real kernel, simulated radios, the real
# units. Prints the suite's lines; fails when they do not end in a verdict.
#   WAYSTATION_CACHE  where the base is kept between runs (default: ~/.cache/waystation)
#   APPLIANCE_LONG    1 runs the long cases, too (default: none)
#   APPLIANCE_ONLY    what the names of the cases to run match, such as `town|cable` (default: all)
set -euo pipefail
cd "$(dirname "$0")/../.."
here=$PWD
cache=${WAYSTATION_CACHE:-$HOME/.cache/waystation}
base=$cache/appliance-$(sha256sum test/appliance/base.sh | cut -c1-16)
[ -d "$base/root" ] || bash test/appliance/base.sh "$base"

work=$(mktemp -d)
machine=
trap '[ -z "$machine" ] || kill "$machine" 2>/dev/null || true; rm -rf "$work"' EXIT
cp -a --reflink=auto "$base/root" "$work/root"
cp -r image/rootfs/usr/lib/systemd/system/waystation-{network,uplink,hostapd,dnsmasq}* "$work/root/usr/lib/systemd/system/"
mkdir -p "$work/root/etc/systemd/system/waystation.service.d"
cp image/rootfs/usr/lib/systemd/system/waystation.service.d/* "$work/root/etc/systemd/system/waystation.service.d/"
mkdir -p "$work/root/usr/lib/systemd/network"
cp image/rootfs/usr/lib/systemd/network/80-waystation-wired.network "$work/root/usr/lib/systemd/network/"
cp -r test/appliance/overlay/. "$work/root/"
mkdir -p "$work/root/etc/systemd/system/multi-user.target.wants"
ln -s ../appliance-suite.service "$work/root/etc/systemd/system/multi-user.target.wants/"
mke2fs -q -t ext4 -d "$work/root" -E root_owner=0:0 "$work/root.ext4" 1400M
rm -rf "$work/root"
mkdir "$work/runtime"
cp "$(command -v node)" "$work/runtime/node"

: > "$work/result"
timeout "${APPLIANCE_LIMIT:-1500}" qemu-system-x86_64 -M q35 -accel tcg,thread=multi -cpu Nehalem -smp 2 -m 2048 \
  -nodefaults -no-reboot -display none -serial "file:$work/console" -serial "file:$work/result" \
  -kernel "$base/vmlinuz" -initrd "$base/initrd.gz" \
  -append "root=/dev/vda console=ttyS0 quiet mitigations=off nokaslr panic=-1 net.ifnames=0${APPLIANCE_LONG:+ appliance.long}${APPLIANCE_ONLY:+ appliance.only=$APPLIANCE_ONLY}" \
  -drive "file=$work/root.ext4,format=raw,if=none,id=d0,cache=unsafe" -device virtio-blk-pci,drive=d0 \
  -device virtio-rng-pci \
  -virtfs "local,path=$here,mount_tag=service,security_model=none,readonly=on" \
  -virtfs "local,path=$work/runtime,mount_tag=runtime,security_model=none,readonly=on" </dev/null &
machine=$!
# As it comes: the whole takes minutes.
tail --pid="$machine" -n +1 -f "$work/result" | sed -u 's/\r$//'
wait "$machine" || echo 'the virtual machine did not end by itself'
machine=
verdict=$(grep -E '^# \{ total: ' "$work/result" || true)
if [ -z "$verdict" ]; then
  tail -40 "$work/console"
  echo '# { total: 1, pass: 0, fail: 1 }'
  exit 1
fi
! grep -q 'fail: [1-9]' <<< "$verdict"
