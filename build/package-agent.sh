#!/usr/bin/env bash
# Makes onboarding-agent's DEB, RPM and tarball of a published native binary. Two runs make the same bytes. Needs dpkg-deb, rpmbuild, readelf.
#
#   build/package-agent.sh [--jit] [BINARY] [OUTPUT]        default: artifacts/agent/onboarding-agent artifacts/packages
#
# --jit  BINARY makes code at run time (dotnet publish … -p:PublishAot=false), for systems whose glibc is older: a tarball alone, whose unit lets it.
set -euo pipefail
cd "$(dirname "$0")/.."

jit=''
if [ "${1:-}" = --jit ]; then
  jit=-jit
  shift
fi
binary=${1:-artifacts/agent/onboarding-agent}
output=${2:-artifacts/packages}
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}" LC_ALL=C TZ=UTC
umask 022

fail() {
  echo "package-agent: $*" >&2
  exit 1
}

[ -x "$binary" ] || fail "there is no $binary. Next: build/publish-agent.sh"
for tool in dpkg-deb rpmbuild readelf gzip; do
  command -v "$tool" >/dev/null || fail "there is no $tool. Next: sudo apt-get install dpkg rpm binutils gzip"
done

# readelf reads binaries of any architecture, objdump those of its own.
case $(readelf -h "$binary" | sed -n 's/^ *Machine: *//p') in
  *X86-64) deb_architecture=amd64 rpm_architecture=x86_64 ;;
  AArch64) deb_architecture=arm64 rpm_architecture=aarch64 ;;
  *) fail "$binary is neither for amd64 nor for arm64. Next: file $binary" ;;
esac
version=$(sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' Directory.Build.props)
glibc=$(readelf -V "$binary" | grep -o 'GLIBC_[0-9.]*' | cut -d_ -f2 | sort -V | tail -n 1)
date=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%d)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
doc=$root/usr/share/doc/onboarding-agent

# Licences of what is compiled in: the packages that the lock file names, and the runtime.
notices() {
  local packages="${NUGET_PACKAGES:-$HOME/.nuget/packages}" name number licence runtime
  echo "onboarding-agent contains the following works of others."
  sed -n 's/^ *"\([A-Za-z0-9.]*\)": {$/\1/p; s/^ *"resolved": "\(.*\)",\{0,1\}$/=\1/p' agent-host/packages.lock.json |
    awk '/^=/ { print name, substr($0, 2); next } { name = $0 }' | sort -u | while read -r name number; do
    case $name in *Analyzers | *.Tasks) continue ;; esac
    licence=$(sed -n 's:.*<license type="expression">\(.*\)</license>.*:\1:p' "$packages/${name,,}/$number/${name,,}.nuspec")
    echo "- $name $number: ${licence:-see https://www.nuget.org/packages/$name/$number/License}"
  done
  runtime=$(find "$packages" -maxdepth 3 -path '*runtime.nativeaot.linux-*/THIRD-PARTY-NOTICES.TXT' | sort -V | tail -n 1)
  [ -n "$runtime" ] || fail "the runtime's notices are missing. Next: build/publish-agent.sh"
  printf '\nThe .NET runtime, under this licence:\n\n'
  cat "$(dirname "$runtime")/LICENSE.TXT"
  printf '\nIts notices:\n\n'
  cat "$runtime"
}

place() { install -D -m 0644 "$1" "$root$2"; }

install -D -m 0755 "$binary" "$root/usr/bin/onboarding-agent"
units=/usr/lib/systemd/system
for unit in packaging/systemd/onboarding-agent*; do
  place "$unit" "$units/${unit##*/}"
done
if [ -n "$jit" ]; then
  sed -i 's/^MemoryDenyWriteExecute=yes$/# No MemoryDenyWriteExecute: this build makes code at run time./' "$root$units/onboarding-agent.service"
fi
place packaging/systemd/istio.service.conf "$units/istio.service.d/10-onboarding-agent.conf"
place packaging/sysusers.conf /usr/lib/sysusers.d/onboarding-agent.conf
place packaging/tmpfiles.conf /usr/lib/tmpfiles.d/onboarding-agent.conf
place packaging/onboarding-agent.default /etc/default/onboarding-agent
place packaging/onboarding-agent.logrotate /etc/logrotate.d/onboarding-agent
place packaging/completion/onboarding-agent.bash /usr/share/bash-completion/completions/onboarding-agent
place packaging/completion/onboarding-agent.zsh /usr/share/zsh/vendor-completions/_onboarding-agent
place packaging/completion/onboarding-agent.fish /usr/share/fish/vendor_completions.d/onboarding-agent.fish
for example in packaging/examples/*.yaml; do
  place "$example" "/usr/share/doc/onboarding-agent/examples/${example##*/}"
done
install -d "$root/etc/onboarding-agent" "$root/usr/share/man/man8"
sed "s/@DATE@/$date/; s/@VERSION@/$version/" packaging/man/onboarding-agent.8 | gzip -9n >"$root/usr/share/man/man8/onboarding-agent.8.gz"
gzip -9n <CHANGELOG.md >"$doc/changelog.gz"
notices | gzip -9n >"$doc/THIRD-PARTY-NOTICES.gz"

same_times() { find "$1" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +; }

rm -rf "$output"
mkdir -p "$output"
output=$(realpath "$output")

build_rpm() {
  local files=$work/files
  place LICENSE /usr/share/licenses/onboarding-agent/LICENSE
  same_times "$root"
  (cd "$root" && find . -type f ! -path './etc/*' | sed 's:^\.::' | sort) >"$files"
  # zsh of Debian alone has vendor-completions; where RPMs are, it is site-functions.
  mkdir -p "$root/usr/share/zsh/site-functions"
  mv "$root/usr/share/zsh/vendor-completions/_onboarding-agent" "$root/usr/share/zsh/site-functions/"
  sed -i 's:/vendor-completions/:/site-functions/:; s:^\(/usr/share/man/.*\)$:%doc \1:; s:^\(/usr/share/licenses/.*\)$:%license \1:' "$files"
  rpmbuild -bb --quiet --target "$rpm_architecture-linux" --buildroot "$work/buildroot" packaging/onboarding-agent.spec \
    --define "_topdir $work/rpm" --define "_rpmdir $work" --define "_rpmfilename onboarding-agent.rpm" \
    --define "agent_version $version" --define "agent_date $(date -u -d "@$SOURCE_DATE_EPOCH" '+%a %b %d %Y')" --define "agent_root $root" --define "agent_files $files" \
    --define "_buildhost onboarding" --define "use_source_date_epoch_as_buildtime 1" --define "clamp_mtime_to_source_date_epoch 1" \
    --define "debug_package %{nil}" --define "__os_install_post %{nil}" --define "_build_id_links none" --define "_binary_payload w9.gzdio"
  mv "$work/onboarding-agent.rpm" "$output/onboarding-agent-$version-1.$rpm_architecture.rpm"
  mv "$root/usr/share/zsh/site-functions/_onboarding-agent" "$root/usr/share/zsh/vendor-completions/"
  rmdir "$root/usr/share/zsh/site-functions"
  rm -r "$root/usr/share/licenses"
}

build_tarball() {
  local name=onboarding-agent-$version-linux-$deb_architecture$jit
  cp -a "$root" "$work/$name"
  cp LICENSE "$work/$name/"
  same_times "$work/$name"
  tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -C "$work" -c "$name" | gzip -9n >"$output/$name.tar.gz"
}

build_deb() {
  local control=$root/DEBIAN
  install -d "$control"
  install -m 0755 packaging/debian/postinst packaging/debian/prerm packaging/debian/postrm "$control"
  place packaging/debian/copyright /usr/share/doc/onboarding-agent/copyright
  install -D -m 0644 packaging/debian/lintian-overrides "$root/usr/share/lintian/overrides/onboarding-agent"
  # Policy 12.7: the changelog of a package that Debian doesn't build itself.
  {
    printf 'onboarding-agent (%s) unstable; urgency=medium\n\n  * See changelog.gz.\n\n' "$version-1"
    printf ' -- The Onboarding authors <onboarding@example.com>  %s\n' "$(date -u -R -d "@$SOURCE_DATE_EPOCH")"
  } | gzip -9n >"$doc/changelog.Debian.gz"
  (cd "$root" && find etc -type f | sed 's:^:/:' | sort) >"$control/conffiles"
  cat >"$control/control" <<EOF
Package: onboarding-agent
Version: $version-1
Architecture: $deb_architecture
Maintainer: The Onboarding authors <onboarding@example.com>
Section: net
Priority: optional
Installed-Size: $(du -k -s --apparent-size --exclude=DEBIAN "$root" | cut -f1)
Depends: libc6 (>= $glibc), libgcc-s1, libssl3 | libssl1.1, systemd (>= 247), iproute2, iptables | nftables
Recommends: ca-certificates, logrotate
Description: joins this machine to an Istio mesh
 The agent proves to an onboarding endpoint which machine it runs on, becomes a
 member of a WorkloadGroup, and starts the sidecar of Istio's package with the
 boot configuration that it is given. It takes the machine out of the mesh
 before the sidecar ends.
 .
 The service is neither enabled nor started before it is configured.
EOF
  (cd "$root" && find usr etc -type f -exec md5sum {} + | sort -k 2) >"$control/md5sums"
  same_times "$root"
  dpkg-deb --root-owner-group -Zxz --threads-max=1 --build "$root" "$output/onboarding-agent_$version-1_$deb_architecture.deb" >/dev/null
}

if [ -n "$jit" ]; then
  build_tarball
else
  build_rpm
  build_tarball
  build_deb
fi
cd "$output"
sha256sum -- *
