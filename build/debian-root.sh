#!/usr/bin/env bash
# Makes a small Debian with systemd below artifacts/, for the tests that boot one. Made once; needs root, debootstrap and apt-get's package index.
#
#   build/debian-root.sh        prints its path
set -euo pipefail
cd "$(dirname "$0")/.."

readonly suite=bookworm
readonly included=systemd-sysv,dbus,sudo,iptables,iproute2,hostname,procps,ca-certificates,cloud-init,python3-cffi-backend
# Another list makes another root.
root=$PWD/artifacts/debian-root/$suite-$(dpkg --print-architecture)-$(echo "$included" | sha256sum | cut -c 1-8)
if [ ! -e "$root.complete" ]; then
  # shellcheck disable=SC2016 # apt-get fills it in
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -n 1 || true)
  if [ -z "$mirror" ]; then
    echo "debian-root: apt-get knows no package index. Next: apt-get update" >&2
    exit 1
  fi
  rm -rf "$(dirname "$root")"
  mkdir -p "$root"
  log=$root.log
  if ! debootstrap --variant=minbase --include="$included" \
    "$suite" "$root" "$mirror" >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    exit 1
  fi
  # More than one, so that it looks whether there is one, and does nothing where there isn't.
  printf '%s\n' 'datasource_list: [NoCloud, ConfigDrive]' 'network: {config: disabled}' >"$root/etc/cloud/cloud.cfg.d/90_test.cfg"
  rm -rf "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
  touch "$root.complete"
fi
echo "$root"
