# Sourced: fills $boot. The first partition holds what the Pi 3 and Zero 2 W look for there, and which slot is next.
cp "$IMAGE/raspberry-pi/autoboot.txt" "$boot/autoboot.txt"
cp "$WORK/kernel/firmware/bootcode.bin" "$boot/"
