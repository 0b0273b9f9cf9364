# Sourced: fills $boot. GRUB from Debian: signed for UEFI with secure boot, and a core image for BIOS.
rm -rf "$WORK/boot-packages"
mkdir -p "$WORK/boot-packages"
tar xf "$WORK/boot.tar" -C "$WORK/boot-packages" --exclude='./dev/*'
packages=$WORK/boot-packages
for folder in bin lib lib64 sbin; do ln -s "usr/$folder" "$packages/$folder"; done # the package that makes these is not installed

mkdir -p "$boot/EFI/BOOT" "$boot/EFI/debian" "$boot/grub"
cp "$packages/usr/lib/shim/shimx64.efi.signed" "$boot/EFI/BOOT/BOOTX64.EFI"
cp "$packages/usr/lib/shim/mmx64.efi.signed" "$boot/EFI/BOOT/mmx64.efi"
cp "$packages/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed" "$boot/EFI/BOOT/grubx64.efi"
# The signed GRUB looks here for its configuration.
echo 'configfile $cmdpath/../../grub/grub.cfg' >"$boot/EFI/debian/grub.cfg"

arguments=$(cat "$IMAGE/pc/kernel-arguments")
[ "$DEVELOPER" = no ] || arguments="console=tty0 console=ttyS0,115200 $arguments"
sed "s|@ARGUMENTS@|$arguments|" "$IMAGE/pc/grub.cfg" >"$boot/grub/grub.cfg"
"$IMAGE/rootfs/usr/lib/waystation/grubenv" "$boot/grub/grubenv" primary=A trial=

# The tool of the same version as the modules, run where its libraries are.
cat >"$packages/tmp/early.cfg" <<'CFG'
regexp --set=1:disk '^\(?([^,)]+),' "$prefix"
configfile ($disk,gpt1)/grub/grub.cfg
CFG
chroot "$packages" grub-mkimage --format=i386-pc --output=/tmp/core.img --prefix='(hd0,gpt1)/grub' --config=/tmp/early.cfg \
  biosdisk part_gpt fat normal configfile linux loadenv regexp test echo sleep reboot search
cp "$packages/tmp/core.img" "$WORK/core.img"
cp "$packages/usr/lib/grub/i386-pc/boot.img" "$WORK/boot.img"
