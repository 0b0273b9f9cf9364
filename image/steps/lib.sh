# What several steps use.

# listed FILE...: the lines of lists, without comments and empty lines
listed() { sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$@"; }

# kernel_version: of the one kernel in the work folder's root
kernel_version() { ls "$WORK/root/usr/lib/modules"; }

# stamped DIR: gives all that is below DIR the image's one time
stamped() { find "$1" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +; }

# fat FILE MEBIBYTES LABEL ID DIR: a FAT file system with what lies in DIR, the same bytes each time
fat() {
  local file=$1 size=$2 label=$3 id=$4 directory=$5
  rm -f "$file"
  truncate --size="${size}M" "$file"
  mkfs.vfat -F 32 -n "$label" -i "$id" --invariant "$file" >/dev/null
  stamped "$directory"
  (cd "$directory" && find . -mindepth 1 -maxdepth 1 -printf '%P\n' | sort | xargs -I{} mcopy -s -m -i "$file" {} ::)
}

# slot_mebibytes: what a slot's partition holds, now and for all updates to come
slot_mebibytes() { echo 512; }
