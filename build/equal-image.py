#!/usr/bin/env python3
"""Writes an image of OCI again so that equal files make an equal image: its last layer sorted and of one time, as all else that names one.

    build/equal-image.py IMAGE.tar OUTPUT.tar SECONDS

The layers below are the base's and stay as they are.
"""

import datetime
import gzip
import hashlib
import io
import json
import sys
import tarfile

BLOBS = "blobs/sha256/"


def written_again(layer, seconds):
    """The layer's files by name, all of root and of one time."""
    output = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(layer)) as source, tarfile.open(fileobj=output, mode="w", format=tarfile.PAX_FORMAT) as target:
        for entry in sorted(source, key=lambda e: e.name):
            content = source.extractfile(entry) if entry.isreg() else None
            entry.mtime, entry.pax_headers = seconds, {}
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            target.addfile(entry, content)
    return output.getvalue()


def main():
    source, output, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    time = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    with tarfile.open(source) as archive:
        files = {entry.name.removeprefix("./"): archive.extractfile(entry).read() for entry in archive if entry.isreg()}

    def take(descriptor):
        return files.pop(BLOBS + descriptor["digest"].removeprefix("sha256:"))

    def put(descriptor, content):
        digest = hashlib.sha256(content).hexdigest()
        files[BLOBS + digest] = content
        descriptor["digest"], descriptor["size"] = "sha256:" + digest, len(content)

    index = json.loads(files["index.json"])
    [described] = index["manifests"]
    manifest = json.loads(take(described))
    config = json.loads(take(manifest["config"]))

    layer = written_again(gzip.decompress(take(manifest["layers"][-1])), seconds)
    config["rootfs"]["diff_ids"][-1] = "sha256:" + hashlib.sha256(layer).hexdigest()
    put(manifest["layers"][-1], gzip.compress(layer, mtime=0))
    # The base's history is the base's.
    for moment in [config, *config.get("history", [])[-1:]]:
        if "created" in moment:
            moment["created"] = time
    put(manifest["config"], json.dumps(config, sort_keys=True).encode())
    put(described, json.dumps(manifest, sort_keys=True).encode())
    files["index.json"] = json.dumps(index, sort_keys=True).encode()

    with tarfile.open(output, "w", format=tarfile.PAX_FORMAT) as archive:
        for name in sorted(files):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(files[name]), seconds
            archive.addfile(entry, io.BytesIO(files[name]))
    print(described["digest"])


main()
