#!/usr/bin/env bash
# Makes and signs a repository of packages, offline: for apt, for dnf and as plain files at the published addresses. The endpoint serves the
# directory as it is (--packages DIRECTORY) and has no key: one that is taken over can't make a package that apt or dnf installs.
#
#   build/package-repository.sh DIRECTORY --signing-key FILE [--sidecar-revision NAME] PACKAGE...
#
# FILE: a private key of OpenPGP that needs no passphrase; make one: gpg --quick-generate-key 'Mesh packages' ed25519 sign never; gpg --armor --export-secret-keys
# PACKAGE: DEBs and RPMs of onboarding-agent and istio-sidecar. Needs apt-ftparchive, createrepo_c, dpkg-deb, gpg, rpm and rpmsign.
set -euo pipefail
umask 022
export LC_ALL=C TZ=UTC

fail() {
  echo "package-repository: $*" >&2
  exit 1
}

usage() { fail "usage: $0 DIRECTORY --signing-key FILE [--sidecar-revision NAME] PACKAGE..."; }

directory='' key='' revision='' packages=()
while [ $# -gt 0 ]; do
  case $1 in
    --signing-key)
      [ $# -gt 1 ] || usage
      key=$2
      shift 2
      ;;
    --sidecar-revision)
      [ $# -gt 1 ] || usage
      revision=$2
      shift 2
      ;;
    -*) usage ;;
    *)
      if [ -z "$directory" ]; then directory=$1; else packages+=("$1"); fi
      shift
      ;;
  esac
done
if [ -z "$directory" ] || [ -z "$key" ] || [ ${#packages[@]} = 0 ]; then usage; fi
[ -r "$key" ] || fail "could not read $key. Next: ls -l $key"
for tool in apt-ftparchive createrepo_c dpkg-deb gpg rpm rpmsign; do
  command -v "$tool" >/dev/null || fail "there is no $tool. Next: sudo apt-get install apt-utils createrepo-c dpkg gnupg rpm"
done

work=$(mktemp -d)
trap 'gpgconf --homedir "$work/gpg" --kill all >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
export GNUPGHOME=$work/gpg
install -d -m 0700 "$GNUPGHOME"
gpg --batch --quiet --import "$key"
fingerprint=$(gpg --batch --with-colons --list-secret-keys | awk -F: '/^fpr/ { print $10; exit }')
[ -n "$fingerprint" ] || fail "$key has no private key. Next: gpg --show-keys $key"

sign() { gpg --batch --yes --quiet --local-user "$fingerprint" --digest-algo SHA256 "$@"; }

# It replaces the former tree at its end, whole.
tree=$work/tree
mkdir -p "$tree"/{apt/pool,install,yum}
gpg --batch --armor --export "$fingerprint" >"$tree/key.asc"

place_plain() { # package, kind, architecture, name
  local places=("install/$2/$3") place file
  [ "$4" != istio-sidecar ] || [ -z "$revision" ] || places+=("install/istio-sidecar/$revision/$2/$3")
  for place in "${places[@]}"; do
    file=$4.$2
    install -D -m 0644 "$1" "$tree/$place/$file"
    (cd "$tree/$place" && sha256sum "$file" >"$file.sha256")
  done
}

for package in "${packages[@]}"; do
  case $package in
    *.deb)
      name=$(dpkg-deb -f "$package" Package) architecture=$(dpkg-deb -f "$package" Architecture) version=$(dpkg-deb -f "$package" Version)
      install -m 0644 "$package" "$tree/apt/pool/${name}_${version}_$architecture.deb"
      for each in $([ "$architecture" = all ] && echo amd64 arm64 || echo "$architecture"); do
        place_plain "$package" deb "$each" "$name"
      done
      ;;
    *.rpm)
      read -r name architecture < <(rpm -qp --queryformat '%{NAME} %{ARCH}\n' "$package" 2>/dev/null)
      install -D -m 0644 "$package" "$tree/yum/$architecture/$(basename "$package")"
      rpmsign --define "__gpg $(command -v gpg)" --define "_gpg_name $fingerprint" --define "_gpg_path $GNUPGHOME" --addsign "$tree/yum/$architecture/$(basename "$package")" >/dev/null 2>"$work/rpmsign" || fail "rpmsign: $(cat "$work/rpmsign")"
      case $architecture in x86_64) each=amd64 ;; aarch64) each=arm64 ;; *) each=$architecture ;; esac
      place_plain "$tree/yum/$architecture/$(basename "$package")" rpm "$each" "$name"
      ;;
    *) fail "$package is neither a DEB nor an RPM" ;;
  esac
done

suite=$tree/apt/dists/stable
for architecture in amd64 arm64; do
  mkdir -p "$suite/main/binary-$architecture"
  (cd "$tree/apt" && apt-ftparchive --arch "$architecture" packages pool) >"$suite/main/binary-$architecture/Packages"
  gzip -9nk "$suite/main/binary-$architecture/Packages"
done
(cd "$suite" && apt-ftparchive -o APT::FTPArchive::Release::Suite=stable -o APT::FTPArchive::Release::Codename=stable \
  -o APT::FTPArchive::Release::Origin=Onboarding -o APT::FTPArchive::Release::Components=main \
  -o "APT::FTPArchive::Release::Architectures=amd64 arm64" release .) >"$work/Release"
mv "$work/Release" "$suite/Release"
sign --clearsign --output "$suite/InRelease" "$suite/Release"
sign --armor --detach-sign --output "$suite/Release.gpg" "$suite/Release"

for each in "$tree"/yum/*/; do
  [ -d "$each" ] || continue
  createrepo_c --quiet --no-database "$each"
  sign --armor --detach-sign --output "${each}repodata/repomd.xml.asc" "${each}repodata/repomd.xml"
done

here=$(dirname "$(realpath "$0")")
{
  sed '/^@KEY@$/,$d' "$here/../packaging/install.sh"
  cat "$tree/key.asc"
  sed '1,/^@KEY@$/d' "$here/../packaging/install.sh"
} >"$tree/install.sh"
(cd "$tree" && find install -type f | sort | sed 's:.*:<a href="/&">&</a><br>:') >"$work/index.html"
mv "$work/index.html" "$tree/install/index.html"

mkdir -p "$(dirname "$directory")"
rm -rf "$directory.new"
cp -r "$tree" "$directory.new"
rm -rf "$directory"
mv "$directory.new" "$directory"
echo "$directory: ${#packages[@]} packages, signed by $fingerprint"
