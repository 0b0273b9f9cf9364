# Sourced. writable COMMAND...: runs it while the boot partition is mounted for writing. It is mounted for reading else, so
# that a plug that is pulled finds nothing half written; one writes at a time, and what was written is on the card.
writable() {
  if [ -n "${WAYSTATION_BOOT:-}" ]; then "$@"; return; fi
  exec 9>/run/waystation-machine/boot.lock
  flock 9
  mount -o remount,rw /boot
  writable_code=0
  "$@" || writable_code=$?
  sync -f /boot
  mount -o remount,ro /boot
  exec 9>&-
  return $writable_code
}
