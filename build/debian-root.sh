#!/usr/bin/env bash
# Makes a small Debian with systemd below artifacts/, for the tests that boot one. Made once; needs root, debootstrap and apt-get's package index.
#
#   build/debian-root.sh        prints its path
set -euo pipefail
cd "$(dirname "$0")/.."

readonly suite=bookworm
root=$PWD/artifacts/debian-root/$suite-$(dpkg --print-architecture)
if [ ! -e "$root.complete" ]; then
  # shellcheck disable=SC2016 # apt-get fills it in
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -n 1 || true)
  if [ -z "$mirror" ]; then
    echo "debian-root: apt-get knows no package index. Next: apt-get update" >&2
    exit 1
  fi
  rm -rf "$root"
  mkdir -p "$root"
  log=$root.log
  if ! debootstrap --variant=minbase --include=systemd-sysv,dbus,sudo,iptables,iproute2,hostname,procps,ca-certificates \
    "$suite" "$root" "$mirror" >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    exit 1
  fi
  rm -rf "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
  touch "$root.complete"
fi
echo "$root"
