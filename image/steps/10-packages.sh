# Installs the Debian packages into a tree of their own, kept as a tar under the hash of what asked for it.
set -euo pipefail
. "$IMAGE/steps/lib.sh"

mirror=http://deb.debian.org/debian
suites=(
  "deb $mirror trixie main non-free-firmware"
  "deb $mirror trixie-updates main non-free-firmware"
  "deb http://deb.debian.org/debian-security trixie-security main non-free-firmware"
)
# Nothing is taken from there but what packages/ names with it.
[ "$BOARD" != raspberry-pi ] || suites+=("deb $mirror trixie-backports main")
options=(
  --quiet
  --aptopt='Acquire::Languages "none"'
  --aptopt='Acquire::Retries "5"'
  --dpkgopt='path-exclude=/usr/share/man/*'
  --dpkgopt='path-exclude=/usr/share/info/*'
  --dpkgopt='path-exclude=/usr/share/locale/*'
  --dpkgopt='path-exclude=/usr/share/doc/*'
  --dpkgopt='path-include=/usr/share/doc/*/copyright'
)

# install NAME ARCH PACKAGES VARIANT: leaves the path of the tar in NAME.tar of the work folder
install() {
  local name=$1 arch=$2 packages=$3 variant=$4 key tar
  key=$(printf '%s\n' "$arch" "$packages" "$variant" "${suites[@]}" "${options[@]}" | sha256sum | cut -c1-16)
  tar=$CACHE/$name-$arch-$key.tar
  if [ ! -e "$tar" ]; then
    # INITRD=No keeps the kernel's own hook from making an initrd, which takes half an hour under emulation.
    INITRD=No mmdebstrap --variant="$variant" --architectures="$arch" "${options[@]}" \
      --include="$packages" trixie "$tar.part.tar" "${suites[@]}"
    mv "$tar.part.tar" "$tar"
  fi
  ln -sf "$tar" "$WORK/$name.tar"
}

if [ "$ARCH" = arm64 ] && ! arch-test arm64 >/dev/null 2>&1; then
  # Packages' own scripts run under qemu-user, which the kernel has to know.
  mountpoint -q /proc/sys/fs/binfmt_misc || mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
  update-binfmts --enable qemu-aarch64
fi
install base "$ARCH" "$(listed "$IMAGE/packages/common" "$IMAGE/packages/$BOARD" | paste -sd,)" minbase
if [ -e "$IMAGE/packages/boot-$BOARD" ]; then
  install boot "$ARCH" "$(listed "$IMAGE/packages/boot-$BOARD" | paste -sd,)" extract
fi
