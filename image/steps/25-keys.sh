# Certificates that the image accepts updates from, and the key that signs its own bundle.
set -euo pipefail

if [ -n "${WAYSTATION_KEYRING:-}" ]; then
  cp "$WAYSTATION_KEYRING" "$WORK/keyring.pem"
  exit
fi
# A key for this machine alone, made at the first build. Such an image is for trying things out.
keys=$CACHE/test-keys
if [ ! -e "$keys/cert.pem" ]; then
  mkdir -p "$keys"
  chmod 0700 "$keys"
  openssl req -x509 -newkey rsa:3072 -nodes -days 7300 -subj '/O=Waystation test key/CN=made for this machine' \
    -addext 'keyUsage=digitalSignature' -keyout "$keys/key.pem" -out "$keys/cert.pem" 2>/dev/null
fi
cp "$keys/cert.pem" "$WORK/keyring.pem"
echo 'image: updates are accepted from a test key of this machine (set WAYSTATION_KEYRING for a release)'
