#!/bin/sh
# Installs what is missing to build (and, with "test", to test). What it cannot install it names, with how to get it.
set -eu
cd "$(dirname "$0")/../.."
tools=${GUESTFOLIO_TOOLS:-$HOME/.cache/guestfolio-tools}

need() {
  command -v "$1" >/dev/null 2>&1 || {
    echo "guestfolio: $1 is missing: $2" >&2
    exit 1
  }
}
say() { echo "guestfolio: $*" >&2; }

need git "apt-get install git"
need cc "apt-get install build-essential"
need rustup "install it as https://rustup.rs says, with the stable toolchain"
need cargo "rustup toolchain install stable"
need node "Node.js 20 or later, from your system's packages or nodejs.org"
need npm "it comes with Node.js"
node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' || {
  echo "guestfolio: Node.js 20 or later is needed; this is $(node --version)" >&2
  exit 1
}

# A toolchain file's `targets` are ignored where rustup may not install by itself, so the target is added here.
rustup target list --installed | grep -qx wasm32-unknown-unknown || {
  say "adding the Rust target wasm32-unknown-unknown"
  rustup target add wasm32-unknown-unknown
}

# The command must be of the same version as the crate, which Cargo.lock pins.
bindgen=$(awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print; exit }' Cargo.lock)
pack=0.15.1
install() { # crate, version, binary, flags
  [ "$("$tools/bin/$3" --version 2>/dev/null | awk '{ print $2 }')" = "$2" ] && return
  say "installing $1 $2 into $tools (once, about a minute)"
  # shellcheck disable=SC2086
  cargo install --root "$tools" --version "$2" --force --debug ${4:-} "$1"
}
install wasm-bindgen-cli "$bindgen" wasm-bindgen --no-default-features
install wasm-pack "$pack" wasm-pack

if [ ! -e js/node_modules/.package-lock.json ] || [ js/package-lock.json -nt js/node_modules/.package-lock.json ]; then
  say "installing the JavaScript tools"
  # Not `npm ci`: it refuses a lock file without the builds for other systems, which some mirrors do not carry.
  (cd js && npm install --no-save --no-audit --no-fund --loglevel=error && touch node_modules/.package-lock.json)
fi

if [ "${1:-}" = test ]; then
  for component in rustfmt clippy; do
    cargo "$(echo "$component" | sed 's/rustfmt/fmt/')" --version >/dev/null 2>&1 || rustup component add "$component"
  done
  browser=${CHROMIUM:-}
  for name in chromium chromium-browser google-chrome; do
    [ -n "$browser" ] || browser=$(command -v "$name" || true)
  done
  if [ ! -x "$browser" ]; then
    if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
      say "installing Chromium from the system's packages"
      apt-get update -q && apt-get install -y -q --no-install-recommends chromium
    fi
    [ -n "$(command -v chromium)" ] || {
      echo "guestfolio: Chromium is missing: sudo apt-get install --no-install-recommends chromium," >&2
      echo "or name any Chrome or Chromium: make test CHROMIUM=/path/to/chrome" >&2
      exit 1
    }
  fi
  if ! command -v "${SOFFICE:-soffice}" >/dev/null 2>&1; then
    if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
      say "installing LibreOffice Calc from the system's packages"
      apt-get update -q && apt-get install -y -q --no-install-recommends libreoffice-calc
    fi
    command -v soffice >/dev/null 2>&1 || {
      echo "guestfolio: LibreOffice is missing: sudo apt-get install --no-install-recommends libreoffice-calc," >&2
      echo "or name its program: make test SOFFICE=/path/to/soffice" >&2
      exit 1
    }
  fi
fi
