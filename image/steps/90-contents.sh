# The list of what is in the image, as SPDX 2.3: npm's own list for the service, Debian's packages beside it.
set -euo pipefail
cp package-lock.json package.json "$WORK/service/" # npm reads both beside node_modules
(cd "$WORK/service" && npm sbom --omit=dev --package-lock-only --sbom-format=spdx >"$WORK/npm.spdx.json")
node --import tsx scripts/image-contents.ts "$WORK" >"$OUT/waystation.spdx.json"
(cd "$OUT" && sha256sum waystation.img.zst waystation.raucb waystation.spdx.json >SHA256SUMS)
