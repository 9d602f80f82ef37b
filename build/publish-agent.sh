#!/usr/bin/env bash
# Publishes onboarding-agent as a native binary that runs on older systems than the one that builds it: it is linked against the
# glibc of an older Debian release, whose packages are unpacked below artifacts/ and never installed. Needs apt-get, dpkg and gcc.
#
#   build/publish-agent.sh [OUTPUT] [ARCHITECTURE]        default: artifacts/agent, this machine's
#
# For arm64 on another machine it needs gcc-aarch64-linux-gnu.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly suite=bullseye newest_glibc=2.31
output=${1:-artifacts/agent}
architecture=${2:-$(dpkg --print-architecture)}
case $architecture in
  amd64) runtime=linux-x64 triplet=x86_64-linux-gnu ;;
  arm64) runtime=linux-arm64 triplet=aarch64-linux-gnu ;;
  *) echo "publish-agent: .NET has no native compiler for $architecture. Publish the JIT build: dotnet publish agent-host -c Release -r linux-$architecture -p:PublishAot=false" >&2; exit 2 ;;
esac
crossing=()
if [ "$architecture" != "$(dpkg --print-architecture)" ]; then
  command -v "$triplet-gcc" >/dev/null || {
    echo "publish-agent: there is no $triplet-gcc. Next: sudo apt-get install gcc-${triplet//_/-}" >&2
    exit 1
  }
  # .NET's targets give --target, which clang needs and gcc doesn't know.
  linker=$PWD/artifacts/sysroot/$triplet-gcc
  mkdir -p "$(dirname "$linker")"
  cat >"$linker" <<END
#!/bin/bash
arguments=()
for each; do
  [[ \$each == --target=* ]] || arguments+=("\$each")
done
exec $triplet-gcc "\${arguments[@]}"
END
  chmod +x "$linker"
  crossing=("-p:CppCompilerAndLinker=$linker" "-p:ObjCopyName=$triplet-objcopy")
fi
sysroot=$PWD/artifacts/sysroot/$suite-$architecture

unpack_sysroot() {
  local state=$PWD/artifacts/sysroot/apt-$suite-$architecture mirror
  # shellcheck disable=SC2016 # apt-get fills it in
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -n 1 || true)
  if [ -z "$mirror" ]; then
    echo "publish-agent: apt-get knows no package index to take glibc's packages from. Next: apt-get update" >&2
    exit 1
  fi
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$state/debs"
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$mirror" "$suite" >"$state/sources.list"
  local apt=(apt-get -qq -o "Dir::Etc::sourcelist=$state/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::State::status=/dev/null -o "APT::Architecture=$architecture" -o "APT::Architectures=$architecture"
    -o "Dir::State::lists=$state/lists" -o "Dir::Cache=$state/cache" -o APT::Sandbox::User=root)
  "${apt[@]}" update
  (cd "$state/debs" && "${apt[@]}" download libc6 libc6-dev)
  rm -rf "$sysroot"
  mkdir -p "$sysroot"
  for package in "$state"/debs/*.deb; do
    dpkg -x "$package" "$sysroot"
  done
  # An absolute link leads out of the sysroot, to the libraries of the system that builds.
  find "$sysroot" -type l -lname '/*' | while read -r link; do
    ln -sfn "$(realpath -m --relative-to="$(dirname "$link")" "$sysroot$(readlink "$link")")" "$link"
  done
}

[ -e "$sysroot/usr/lib/$triplet/crt1.o" ] || unpack_sysroot
dotnet publish agent-host --configuration Release --runtime "$runtime" --output "$output" --nologo -clp:ErrorsOnly \
  -p:SysRoot="$sysroot" -p:SysRootTriplet="$triplet" ${crossing[@]+"${crossing[@]}"}

needed=$(readelf -V "$output/onboarding-agent" | grep -o 'GLIBC_[0-9.]*' | cut -d_ -f2 | sort -V | tail -n 1)
if [ "$(printf '%s\n' "$needed" "$newest_glibc" | sort -V | tail -n 1)" != "$newest_glibc" ]; then
  echo "publish-agent: $output/onboarding-agent needs glibc $needed, newer than $newest_glibc. See what needs it: objdump -T $output/onboarding-agent | grep GLIBC_$needed" >&2
  exit 1
fi
echo "$output/onboarding-agent: $(stat -c %s "$output/onboarding-agent") bytes, needs glibc $needed"
