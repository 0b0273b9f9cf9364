# The built service with its production dependencies for the target, and the Node.js that runs it.
set -euo pipefail
case $ARCH in
  amd64) cpu=x64 ;;
  arm64) cpu=arm64 ;;
esac

[ -e dist/service/main.js ] && [ -z "$(find service ui package-lock.json -newer dist/service/main.js -print -quit)" ] ||
  make --no-print-directory build

service=$WORK/service
rm -rf "$service"
mkdir -p "$service"
cp package.json package-lock.json "$service/"
(cd "$service" && npm ci --silent --omit=dev --ignore-scripts --no-audit --no-fund --os=linux --cpu=$cpu --libc=glibc)
cp -r dist "$service/"

# Native modules bring builds for every machine; keep this one's. Sources and types of libraries run nowhere.
find "$service/node_modules" -path '*/prebuilds/*' -prune -type d ! -name "linux-$cpu" -exec rm -rf {} +
find "$service/node_modules" -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' -o -name '*.c' -o -name '*.cc' -o -name '*.h' \) -delete
find "$service/dist" -name '*.map' -delete
rm -rf "$service"/node_modules/.bin "$service/node_modules/.package-lock.json"
if ! find "$service/node_modules" -path "*/prebuilds/linux-$cpu/*.node" | grep -q .; then
  echo "image: no native module for linux-$cpu is left: the layout of prebuilds has changed" >&2
  exit 1
fi

read -r name version integrity < <(grep "^node-linux-$cpu " "$IMAGE/node-runtime.lock")
archive=$CACHE/$name-$version.tgz
if [ ! -e "$archive" ]; then
  (cd "$CACHE" && npm pack --silent "$name@$version" >/dev/null)
fi
found=sha512-$(openssl dgst -sha512 -binary "$archive" | base64 -w0)
if [ "$found" != "$integrity" ]; then
  rm -f "$archive"
  echo "image: $name@$version has the checksum $found, and node-runtime.lock asks for $integrity" >&2
  exit 1
fi
rm -rf "$WORK/node"
mkdir -p "$WORK/node"
tar xzf "$archive" -C "$WORK/node" --strip-components=1
