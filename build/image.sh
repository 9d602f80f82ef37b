#!/usr/bin/env bash
# Makes an image of a published program. .NET's SDK makes it, and gives each file the time of day and an order by chance; here its layer is
# written again without both, so that equal files make an equal image. Needs python3.
#
#   build/image.sh PROJECT PUBLISHED IMAGE.tar [MSBUILD ARGUMENT...]
#
# PUBLISHED is where `dotnet publish PROJECT -o PUBLISHED` (or build/publish-agent.sh) put the program; IMAGE.tar is an archive of OCI. All is of
# the time SOURCE_DATE_EPOCH, by default the commit's. Of what packages it is made says /app/sbom.cdx.json in it.
#
#   skopeo copy oci-archive:IMAGE.tar docker://registry.example/mesh/NAME:TAG
set -euo pipefail
if (($# < 3)); then
  sed -n 's/^#  *\(build.*\)/usage: \1/p' "$0" >&2
  exit 2
fi
project=$1
published=$(realpath "$2")
image=$(realpath -m "$3")
shift 3
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The list goes into the image, for those who have that alone.
cp -r "$published/." "$work/app"
build/sbom.sh "$project" "$work/app/sbom.cdx.json"
dotnet msbuild "$project" -nologo -verbosity:quiet -target:PublishContainer -property:Configuration=Release -property:PublishDir="$work/app/" \
  -property:ContainerImageFormat=OCI -property:ContainerArchiveOutputPath="$work/image.tar" "$@"
python3 build/equal-image.py "$work/image.tar" "$image" "${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}"
