# prune-firmware.sh ROOT KERNEL: keeps the firmware that the kernel modules left in ROOT name, and what is listed besides.
set -euo pipefail
shopt -s nullglob
. "$IMAGE/steps/lib.sh"
firmware=$1/usr/lib/firmware
modules=$1/usr/lib/modules/$2

cd "$firmware"
# Debian's alternatives are absolute links, which lead elsewhere while the image is built.
for file in regulatory.db regulatory.db.p7s; do mv -f "$file-debian" "$file"; done
kept=$(mktemp)
patterns=$(find "$modules" -name '*.ko*' -exec modinfo -F firmware {} + | sort -u)
for path in $patterns $(listed "$IMAGE/packages/kept-firmware"); do # unquoted: both may be patterns
  for found in $path; do echo "$found"; done
done >"$kept"
# iwlwifi names the newest interface that it knows, and takes the newest file that there is.
ls iwlwifi-*.ucode 2>/dev/null | sed -E 's/-[0-9]+\.ucode$//' | sort -u | while IFS= read -r family; do
  ls "$family"-[0-9]*.ucode | sort -V | tail -n 1
done >>"$kept"
# What a kept name points to is kept too, by each name on the way.
while IFS= read -r path; do
  while [ -L "$path" ]; do
    path=$(realpath --no-symlinks --relative-to="$firmware" "$(dirname "$path")/$(readlink "$path")")
    echo "$path"
  done
done <"$kept" >>"$kept.targets"
sort -u "$kept" "$kept.targets" -o "$kept"
if [ "$(wc -l <"$kept")" -lt 20 ]; then
  echo 'image: hardly any firmware is asked for by the kernel modules: modinfo has found nothing' >&2
  exit 1
fi
find . \( -type f -o -type l \) -printf '%P\n' | sort | comm -23 - "$kept" | tr '\n' '\0' | xargs -0 --no-run-if-empty rm -f
find . -xtype l -delete
find . -mindepth 1 -type d -empty -delete
rm -f "$kept" "$kept.targets"
