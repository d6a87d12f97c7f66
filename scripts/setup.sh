#!/bin/sh
# Makes a machine ready to build Majlis:
#
#     scripts/setup.sh          for `make run`, `make demo`, `make build`
#     scripts/setup.sh check    … and `make check`
#     scripts/setup.sh test     … and `make test`
#
# Says what it does, and takes well under a second when nothing is left to do. It needs root for system packages only;
# without root it prints the one command to run instead. What it finds or makes outside the PATH, scripts/env knows.
set -eu
cd "$(dirname "$0")/.."

goal="${1:-run}"
case "$goal" in run | check | test) ;; *) echo "usage: $0 [check|test]" >&2; exit 64 ;; esac

target=wasm32-unknown-unknown
rust_needed="$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)"
node_needed=20 # Playwright's.
packages=      # What apt shall install; collected first, so that there is one command.

say() { echo "setup: $*"; }
die() { echo "setup: $*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }
need() { packages="$packages $*"; }

scratch=
made=
clean_up() { rm -rf ${scratch:+"$scratch"} ${made:+"$made"}; }
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
make_scratch() { if [ -z "$scratch" ]; then scratch="$(mktemp -d "${TMPDIR:-/tmp}/majlis-setup.XXXXXX")"; fi; }

# Runs something long-winded; shows what it said only when it failed.
quietly() {
    make_scratch
    "$@" >"$scratch/log" 2>&1 || { code=$?; tail -n 40 "$scratch/log" >&2; return "$code"; }
}

# at_least 1.94 1.95.0: is the second at least the first?
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

# --- What is there -----------------------------------------------------------------------------------------------------

refresh() { . scripts/env; hash -r; }

rust_ready() {
    has cargo && has rustc && at_least "$rust_needed" "$(rustc --version 2>/dev/null | cut -d ' ' -f 2)"
}

# The road of Debian's compiler was taken before.
own_sysroot() { [ -f "$MAJLIS_SYSROOT/stamp" ] && [ -x /usr/bin/rustc ]; }

wasm_ready() {
    if own_sysroot; then
        # Libraries of another compiler are refused by this one (E0514): after an upgrade they are built anew.
        [ "$(cat "$MAJLIS_SYSROOT/stamp")" = "$(/usr/bin/rustc -vV)" ] && [ -x "$MAJLIS_SYSROOT/wasm-ld" ] &&
            { ! has rustup || [ -d "${RUSTUP_HOME:-$HOME/.rustup}/toolchains/majlis-wasm" ]; }
    else
        libraries="$(rustc --print target-libdir --target $target 2>/dev/null)" &&
            ls "$libraries"/libcore-*.rlib "$libraries"/libstd-*.rlib >/dev/null 2>&1
    fi
}

lint_ready() {
    bin="$(rustc --print sysroot 2>/dev/null)/bin"
    [ -x "$bin/cargo-clippy" ] && [ -x "$bin/cargo-fmt" ]
}

postgres_ready() { has initdb && at_least 15 "$(initdb --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')"; }

# Pages have a font of their own; without any other, missing letters would go unseen as boxes in pictures of failures.
fonts_ready() {
    [ -f /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf ] &&
        { ls /usr/share/fonts/truetype/noto/NotoSansArabic* >/dev/null 2>&1 || fc-list :lang=ar 2>/dev/null | grep -q .; }
}

node_ready() { has node && at_least "$node_needed" "$(node --version | tr -d v)"; }

# --- System packages ---------------------------------------------------------------------------------------------------

install_packages() {
    [ -n "$packages" ] || return 0
    # shellcheck disable=SC2086 # a list of words
    set -- $packages
    packages=
    has apt-get || die "missing here: $* (Debian's names; please install them, then run this again)"
    install="apt-get install -y --no-install-recommends $*"
    if [ "$(id -u)" != 0 ]; then
        echo "setup: system packages are missing. Please run this, then start again:" >&2
        echo "    sudo sh -c 'apt-get update && $install'" >&2
        exit 1
    fi
    say "installing $*"
    export DEBIAN_FRONTEND=noninteractive
    # A fresh image has no package lists, an old one stale ones. A mirror that is partly away may still have what we need.
    quietly apt-get update || say "the package lists could not be brought up to date; trying with those that are there"
    quietly apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$@" ||
        die "apt could not install: $*"
    refresh
}

# --- The wasm target for Debian's compiler -----------------------------------------------------------------------------

# Debian packages a current compiler with the source of its libraries, but not the libraries for wasm. They are built
# here, in about a minute, into a folder of the user's own.
debian_rust_packages() {
    [ -x /usr/bin/rustc ] && at_least "$rust_needed" "$(/usr/bin/rustc --version | cut -d ' ' -f 2)" &&
        [ -x /usr/bin/cargo ] || need rustc-web cargo-web
    [ -f /usr/lib/rustlib/src/rust/library/Cargo.toml ] || need rust-web-src
    [ -x /usr/bin/cargo-clippy ] || need rust-web-clippy
    [ -x /usr/bin/rustfmt ] || need rustfmt-web
    [ -n "$(find_linker)" ] || need lld-19
}

find_linker() {
    for linker in wasm-ld wasm-ld-22 wasm-ld-21 wasm-ld-20 wasm-ld-19; do
        if has $linker; then command -v $linker; return; fi
    done
    if has rustup; then # Its compiler brings one along.
        linker="$(env -u RUSTUP_TOOLCHAIN rustc --print target-libdir 2>/dev/null)/../bin/rust-lld"
        if [ -x "$linker" ]; then readlink -f "$linker"; fi
    fi
}

build_wasm_target() {
    /usr/bin/rustc --version >/dev/null 2>&1 &&
        at_least "$rust_needed" "$(/usr/bin/rustc --version | cut -d ' ' -f 2)" ||
        die "the system's Rust is too old: $rust_needed is needed. Install it with rustup (https://rustup.rs), then run this again"
    say "building the wasm libraries for $(/usr/bin/rustc --version) (about a minute)"
    make_scratch
    cp -rL /usr/lib/rustlib/src/rust/library "$scratch/library"
    # Of the environment only what this build needs: flags meant for our own code do not suit the standard library.
    (
        cd "$scratch/library"
        unset RUSTUP_TOOLCHAIN CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER
        unset CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER
        export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$scratch/target"
        export RUSTFLAGS="-Zforce-unstable-if-unmarked -Cembed-bitcode=yes"
        quietly /usr/bin/cargo build --release --target $target -p sysroot
    ) || die "the wasm libraries could not be built"

    # Made beside its place and tried there: half a target looks like a whole one to the compiler.
    made="$MAJLIS_SYSROOT.$$"
    host="$(/usr/bin/rustc -vV | sed -n 's/^host: //p')"
    rm -rf "$made"
    mkdir -p "$made/lib/rustlib/$target/lib"
    cp "$scratch/target/$target/release/deps/"*.rlib "$made/lib/rustlib/$target/lib/"
    ln -s "/usr/lib/rustlib/$host" "$made/lib/rustlib/$host"
    ln -s "$(find_linker)" "$made/wasm-ld"
    echo '#[no_mangle] pub extern "C" fn probe(n: usize) -> usize { vec![n; n].len() }' >"$scratch/probe.rs"
    if ! quietly env -u RUSTFLAGS /usr/bin/rustc --sysroot "$made" --target $target -C linker="$made/wasm-ld" -C lto=fat \
        -O --crate-type cdylib "$scratch/probe.rs" -o "$scratch/probe.wasm"; then
        die "the wasm libraries do not work with $(/usr/bin/rustc --version)"
    fi
    if has rustup; then
        quietly env -u RUSTUP_TOOLCHAIN rustup toolchain link majlis-wasm /usr ||
            die "rustup could not link /usr as majlis-wasm"
    fi
    /usr/bin/rustc -vV >"$made/stamp"
    rm -rf "$MAJLIS_SYSROOT"
    mv "$made" "$MAJLIS_SYSROOT"
    refresh
}

# --- The steps ---------------------------------------------------------------------------------------------------------

refresh

# 1. Rust, and the wasm target: from rustup where it can fetch them, else from the system's packages.
if ! own_sysroot && has rustup; then
    if ! rust_ready; then
        say "updating Rust (rustup update stable)"
        quietly timeout 300 rustup update --no-self-update stable || say "rustup could not"
    fi
    if rust_ready && ! wasm_ready; then
        say "adding $target (rustup target add)"
        quietly timeout 120 rustup target add $target || say "rustup could not; taking the system's compiler instead"
    fi
fi
debian_road=
if ! rust_ready || ! wasm_ready; then
    has apt-get || die "Rust $rust_needed with the target $target is needed: install it with rustup (https://rustup.rs)"
    debian_road=1
    debian_rust_packages
elif [ "$goal" != run ] && ! lint_ready; then
    if has rustup && ! own_sysroot; then
        say "adding clippy and rustfmt (rustup component add)"
        quietly timeout 120 rustup component add clippy rustfmt || die "rustup could not add clippy and rustfmt"
    else
        need rust-web-clippy rustfmt-web
    fi
fi

# 2. What else a build needs. SQLite and the cryptography are compiled from C.
has cc || need gcc libc6-dev
has make || need make
[ -e /etc/ssl/certs/ca-certificates.crt ] || ! has apt-get || need ca-certificates

# 3. What the tests need.
if [ "$goal" = test ]; then
    postgres_ready || need postgresql
    [ -n "$CHROMIUM" ] || need chromium
    fonts_ready || need fonts-noto-core fonts-noto-color-emoji
    has strace || need strace
    has node || need nodejs
    has npm || need npm
fi

install_packages
if [ -n "$debian_road" ]; then
    build_wasm_target
    rust_ready || die "$(command -v rustc) is older than $rust_needed and hides /usr/bin/rustc: take it off the PATH"
fi
[ "$goal" = test ] || exit 0

postgres_ready || die "PostgreSQL 15 or newer is needed; the system's package is older"

# 4. Node and the browser tests' own packages.
if ! node_ready; then
    case "$(uname -m)" in x86_64) arch=x64 ;; aarch64) arch=arm64 ;; *) die "Node $node_needed or newer is needed" ;; esac
    say "fetching a Node for the tests, $(node --version) is too old (npm install node-linux-$arch)"
    mkdir -p target/node
    quietly npm install --prefix target/node --no-save --no-package-lock "node-linux-$arch@22" ||
        die "Node $node_needed or newer is needed, and npm could not fetch one"
    ln -sfn "node_modules/node-linux-$arch/bin" target/node/bin
    refresh
    node_ready || die "Node $node_needed or newer is needed"
fi
lock="$(sha256sum <end2end/package-lock.json)"
if [ "$(cat end2end/node_modules/.majlis-stamp 2>/dev/null)" != "$lock" ]; then
    say "installing the browser tests' packages (npm ci)"
    make_scratch # Here: what a subshell makes, nobody takes away.
    # The system's browser is used: none is downloaded. npm removes the folder first, and the stamp with it.
    (cd end2end && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 quietly npm ci --no-audit --no-fund) || die "npm ci failed"
    echo "$lock" >end2end/node_modules/.majlis-stamp
fi
