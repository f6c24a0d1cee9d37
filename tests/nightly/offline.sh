#!/usr/bin/env bash
# Installs from the lockfile without any install script, in a network namespace of its own that has loopback alone,
# and runs all tests there. npm's cache is filled before. Needs Linux, and the right to make namespaces.
#   tests/nightly/offline.sh [argument of vitest ...]
set -eu
cd "$(dirname "$0")/../.."

if ! unshare --net --map-root-user true 2>/dev/null; then
  echo "offline.sh: this system lets nobody make a network namespace (unshare --net --map-root-user)" >&2
  exit 2
fi

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z --cached --others --exclude-standard |
  while IFS= read -r -d '' file; do if [ -e "$file" ]; then printf '%s\0' "$file"; fi; done |
  tar --null --files-from=- --create | tar --extract --directory "$copy"
cd "$copy"

npm ci --ignore-scripts --no-audit --no-fund # fills the cache
rm -rf node_modules
unshare --net --map-root-user sh -euc '
  ip link set lo up
  if ip -o link | grep -v " lo:"; then
    echo "offline.sh: there is a network besides loopback" >&2
    exit 1
  fi
  npm ci --ignore-scripts --offline --no-audit --no-fund
  npm test -- "$@"
' sh "$@"
