# Sourced: adds to $slot what the firmware loads before and with the kernel, for each model.
for file in start.elf fixup.dat start4.elf fixup4.dat start_cd.elf fixup_cd.dat start4cd.elf fixup4cd.dat; do
  cp "$WORK/kernel/firmware/$file" "$slot/"
done
cp "$IMAGE/raspberry-pi/config.txt" "$slot/config.txt"
arguments=$(cat "$IMAGE/raspberry-pi/kernel-arguments")
[ "$DEVELOPER" = no ] || arguments="console=ttyS1,115200 $arguments"
echo "console=tty0 $arguments" >"$slot/cmdline.txt"
for tree in bcm2837-rpi-3-a-plus bcm2837-rpi-3-b bcm2837-rpi-3-b-plus bcm2837-rpi-cm3-io3 bcm2837-rpi-zero-2-w \
  bcm2711-rpi-4-b bcm2711-rpi-400 bcm2711-rpi-cm4-io bcm2712-rpi-5-b bcm2712-d-rpi-5-b; do
  cp "$WORK/kernel/device-trees/broadcom/$tree.dtb" "$slot/"
done
# Later boards of the Pi 5 have another step of its processor. Whichever name the firmware looks for, that of the kernel or that of
# Raspberry Pi's own kernel, it finds the tree.
cp "$slot/bcm2712-d-rpi-5-b.dtb" "$slot/bcm2712d0-rpi-5-b.dtb"
