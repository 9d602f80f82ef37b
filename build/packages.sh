#!/usr/bin/env bash
# Makes and signs a repository of packages, offline: for apt, for dnf, for PowerShell's Install-PSResource, and as plain files at the published
# addresses. The endpoint serves the directory as it is (--packages DIRECTORY) and has no key: one that is taken over can't make a package that
# apt or dnf installs.
#
#   build/packages.sh build DIRECTORY --signing-key FILE [--next-key FILE]
#                     [--sidecar REVISION=PACKAGE]... [--sidecar-key FILE] [--address URL --module NUPKG]... PACKAGE...
#
# --signing-key  a private key of OpenPGP without passphrase; make one: gpg --quick-generate-key 'Mesh packages' rsa3072 sign never; gpg --armor --export-secret-keys
# --next-key     the public key that will sign later trees: machines are given both
# --sidecar      a DEB or RPM of Istio's sidecar, with the revision it is of; "default" is what machines without a revision get. Beside it lies
#                PACKAGE.sha256, as Istio publishes it, or PACKAGE.asc, a signature by --sidecar-key
# --module       the PowerShell module, as ./build.ps1 Package makes it; --address is where the endpoint will be (NuGet wants whole addresses)
# PACKAGE        DEBs and RPMs of onboarding-agent
#
# Needs apt-ftparchive, createrepo_c, dpkg-deb, gpg, rpm, rpmsign and, for a module, unzip.
set -euo pipefail
umask 022
export LC_ALL=C TZ=UTC

fail() {
  echo "packages: $*" >&2
  exit 1
}

usage() { fail "usage: $0 build DIRECTORY --signing-key FILE [--next-key FILE] [--sidecar REVISION=PACKAGE]... [--sidecar-key FILE] [--address URL --module NUPKG]... PACKAGE..."; }

[ "${1:-}" = build ] || usage
shift
directory='' key='' next='' sidecar_key='' address='' packages=() sidecars=() modules=()
while [ $# -gt 0 ]; do
  case $1 in
    --signing-key | --next-key | --sidecar-key | --sidecar | --address | --module)
      [ $# -gt 1 ] || usage
      case $1 in
        --signing-key) key=$2 ;;
        --next-key) next=$2 ;;
        --sidecar-key) sidecar_key=$2 ;;
        --sidecar) sidecars+=("$2") ;;
        --address) address=${2%/} ;;
        --module) modules+=("$2") ;;
      esac
      shift 2
      ;;
    -*) usage ;;
    *)
      if [ -z "$directory" ]; then directory=$1; else packages+=("$1"); fi
      shift
      ;;
  esac
done
if [ -z "$directory" ] || [ -z "$key" ] || [ $((${#packages[@]} + ${#sidecars[@]} + ${#modules[@]})) = 0 ]; then usage; fi
if [ ${#modules[@]} != 0 ]; then
  [[ $address =~ ^https://[A-Za-z0-9.:-]+$ ]] || fail "--module needs --address, such as https://onboarding.example.com:15443"
fi
for file in "$key" ${next:+"$next"} ${sidecar_key:+"$sidecar_key"}; do
  [ -r "$file" ] || fail "could not read $file. Next: ls -l $file"
done
for tool in apt-ftparchive createrepo_c dpkg-deb gpg rpm rpmsign unzip; do
  command -v "$tool" >/dev/null || fail "there is no $tool. Next: sudo apt-get install apt-utils createrepo-c dpkg gnupg rpm unzip"
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
if [ -n "$next" ]; then
  [ -z "$(gpg --batch --with-colons --show-keys "$next" | sed -n '/^sec/p')" ] || fail "$next is a private key. Next: gpg --armor --export >next.asc"
  gpg --batch --quiet --import "$next"
  # In one block: gpg --dearmor and apt read no second one.
  gpg --batch --armor --export >"$tree/key.asc"
fi

# What Istio publishes is not signed by us, nor by Istio: it is compared with what its publisher says of it before anything is signed for it.
verify_sidecar() {
  if [ -n "$sidecar_key" ]; then
    gpg --batch --dearmor <"$sidecar_key" >"$work/sidecar-key.gpg"
    gpgv --quiet --keyring "$work/sidecar-key.gpg" "$1.asc" "$1" 2>"$work/gpgv" || fail "$1 has no good signature by $sidecar_key in $1.asc: $(tail -n 1 "$work/gpgv")"
  elif [ -r "$1.sha256" ]; then
    [ "$(cut -d ' ' -f 1 <"$1.sha256")" = "$(sha256sum <"$1" | cut -d ' ' -f 1)" ] ||
      fail "$1 is not what $1.sha256 says. Next: download both again, from where Istio publishes them"
  else
    fail "nothing says what $1 should be: there is neither $1.sha256 nor a --sidecar-key. Next: download $(basename "$1").sha256 from where the package came from"
  fi
}

place_plain() { # package, kind, architecture, name, directory
  install -D -m 0644 "$1" "$tree/$5/$2/$3/$4.$2"
  (cd "$tree/$5/$2/$3" && sha256sum "$4.$2" >"$4.$2.sha256")
}

place() { # file in the tree, from
  if [ -e "$1" ] && ! cmp -s "$1" "$2"; then
    fail "two packages have one name and version: $(basename "$1"). Next: give one of them another version"
  fi
  install -D -m 0644 "$2" "$1"
}

add() { # package, directory of the plain files, name that it must have
  local name architecture version each file
  case $1 in
    *.deb)
      name=$(dpkg-deb -f "$1" Package) architecture=$(dpkg-deb -f "$1" Architecture) version=$(dpkg-deb -f "$1" Version)
      [ "$name" = "$3" ] || fail "$1 is $name; expected was $3. Next: give the sidecar as --sidecar REVISION=PACKAGE, the agent without an option"
      place "$tree/apt/pool/${name}_${version}_$architecture.deb" "$1"
      for each in $([ "$architecture" = all ] && echo amd64 arm64 || echo "$architecture"); do
        place_plain "$1" deb "$each" "$name" "$2"
      done
      ;;
    *.rpm)
      read -r name architecture version < <(rpm -qp --queryformat '%{NAME} %{ARCH} %{VERSION}-%{RELEASE}\n' "$1" 2>/dev/null)
      [ "$name" = "$3" ] || fail "$1 is $name; expected was $3. Next: give the sidecar as --sidecar REVISION=PACKAGE, the agent without an option"
      cp "$1" "$work/signed.rpm"
      rpmsign --define "__gpg $(command -v gpg)" --define "_gpg_name $fingerprint" --define "_gpg_path $GNUPGHOME" \
        --addsign "$work/signed.rpm" >/dev/null 2>"$work/rpmsign" || fail "rpmsign: $(cat "$work/rpmsign")"
      for each in $([ "$architecture" = noarch ] && echo x86_64 aarch64 || echo "$architecture"); do
        file=$tree/yum/$each/$name-$version.$architecture.rpm
        install -D -m 0644 "$work/signed.rpm" "$file"
        case $each in x86_64) each=amd64 ;; aarch64) each=arm64 ;; esac
        place_plain "$work/signed.rpm" rpm "$each" "$name" "$2"
      done
      ;;
    *) fail "$1 is neither a DEB nor an RPM" ;;
  esac
}

for package in ${packages[@]+"${packages[@]}"}; do
  add "$package" install onboarding-agent
done
for sidecar in ${sidecars[@]+"${sidecars[@]}"}; do
  revision=${sidecar%%=*} package=${sidecar#*=}
  [[ $sidecar == *=* && $revision =~ ^[a-z0-9]([a-z0-9-]*[a-z0-9])?$ ]] || fail "--sidecar $sidecar is not REVISION=PACKAGE"
  [ -r "$package" ] || fail "could not read $package. Next: ls -l $package"
  verify_sidecar "$package"
  if [ "$revision" = default ]; then
    add "$package" install istio-sidecar
  else
    add "$package" "install/istio-sidecar/$revision" istio-sidecar
  fi
done

# NuGet's protocol, version 3, as files: PSResourceGet asks for the registrations, and loads what they name.
field() { sed -n "s:.*<$2>\(.*\)</$2>.*:\1:p" "$1" | head -n 1 | sed 's/[\\"]/ /g'; }

add_module() {
  local nuspec=$work/nuspec id version file entry
  unzip -p "$1" '*.nuspec' >"$nuspec" 2>/dev/null || fail "$1 is no NuGet package. Next: ./build.ps1 Package"
  id=$(field "$nuspec" id) version=$(field "$nuspec" version)
  [[ $id =~ ^[A-Za-z0-9.]+$ && $version =~ ^[0-9A-Za-z.+-]+$ ]] || fail "$1 has no id or version. Next: ./build.ps1 Package"
  file=nuget/packages/${id,,}/${version,,}/${id,,}.${version,,}.nupkg
  install -D -m 0644 "$1" "$tree/$file"
  mkdir -p "$work/modules/${id,,}"
  entry=$(printf '{"@id":"%s/nuget/registrations/%s/%s.json","@type":"PackageDetails","id":"%s","version":"%s","authors":"%s","description":"%s","tags":["%s"],"listed":true,"packageContent":"%s/%s"}' \
    "$address" "${id,,}" "${version,,}" "$id" "$version" "$(field "$nuspec" authors)" "$(field "$nuspec" description)" "$(field "$nuspec" tags | sed 's/  */","/g')" "$address" "$file")
  printf '{"@id":"%s/nuget/registrations/%s/%s.json","@type":"Package","catalogEntry":%s,"packageContent":"%s/%s"}' \
    "$address" "${id,,}" "${version,,}" "$entry" "$address" "$file" >"$work/modules/${id,,}/$version"
}

finish_modules() {
  local id items count first last
  mkdir -p "$tree/nuget"
  printf '{"version":"3.0.0","resources":[{"@id":"%s/nuget/registrations/","@type":"RegistrationsBaseUrl/3.6.0"},{"@id":"%s/nuget/registrations/","@type":"RegistrationsBaseUrl/Versioned"},{"@id":"%s/nuget/packages/","@type":"PackageBaseAddress/3.0.0"}]}' \
    "$address" "$address" "$address" >"$tree/nuget/index.json"
  for id in "$work"/modules/*; do
    id=${id##*/}
    items='' count=0 first='' last=''
    # The newest comes last.
    while read -r version; do
      items+=${items:+,}$(cat "$work/modules/$id/$version")
      first=${first:-$version} last=$version count=$((count + 1))
      install -D -m 0644 "$work/modules/$id/$version" "$tree/nuget/registrations/$id/${version,,}.json"
    done < <(find "$work/modules/$id" -type f -printf '%f\n' | sort -V)
    printf '{"count":1,"items":[{"@id":"%s/nuget/registrations/%s/index.json#page","count":%s,"lower":"%s","upper":"%s","items":[%s]}]}' \
      "$address" "$id" "$count" "$first" "$last" "$items" >"$tree/nuget/registrations/$id/index.json"
    (cd "$work/modules/$id" && find . -type f -printf '%f\n' | sort -V | sed 's/.*/"&"/' | paste -sd , | sed 's/.*/{"versions":[&]}/') >"$tree/nuget/packages/$id/index.json"
  done
}

if [ ${#modules[@]} != 0 ]; then
  for module in "${modules[@]}"; do
    add_module "$module"
  done
  finish_modules
fi

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
echo "$directory: $((${#packages[@]} + ${#sidecars[@]})) packages, ${#modules[@]} modules, signed by $fingerprint"
