#!/usr/bin/env bash
# Writes what a program is made of, as CycloneDX: each package with its version, licence and hash. The project must have been restored.
#
#   build/sbom.sh PROJECT OUTPUT.cdx.json
#
# Its time is SOURCE_DATE_EPOCH, by default the commit's: equal packages make an equal list.
set -euo pipefail
if (($# != 2)); then
  echo "usage: build/sbom.sh PROJECT OUTPUT.cdx.json" >&2
  exit 2
fi
output=$(realpath -m "$2")
cd "$(dirname "$0")/.."
project=$(echo "$1"/*.csproj)
name=$(dotnet msbuild "$project" -getProperty:AssemblyName)
version=$(dotnet msbuild "$project" -getProperty:Version)
time=$(date --utc --date="@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}" +%Y-%m-%dT%H:%M:%SZ)

dotnet tool restore >/dev/null
if ! said=$(dotnet tool run dotnet-CycloneDX "$project" --output "$(dirname "$output")" --filename "$(basename "$output")" --output-format Json \
  --recursive --disable-package-restore --no-serial-number --set-name "$name" --set-version "$version" 2>&1); then
  echo "$said" >&2
  echo "sbom: there is no list for $project. Next: dotnet restore $1" >&2
  exit 1
fi
sed -i "s/\"timestamp\": \"[^\"]*\"/\"timestamp\": \"$time\"/" "$output"
