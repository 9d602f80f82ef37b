#!/bin/bash
# Leaves a machine as the postinst of Istio's packages does: user, directories, configuration; nothing is started.
# $1: the directory with pilot-agent and these files.
set -e
package="$1"

getent group istio-proxy >/dev/null || groupadd --system --gid 999 istio-proxy
getent passwd istio-proxy >/dev/null ||
  useradd --system --uid 999 --gid 999 --no-create-home --home-dir /var/lib/istio --shell /usr/sbin/nologin istio-proxy

ln -sf "$package/pilot-agent" /usr/local/bin/pilot-agent
install -m 0755 "$package/files/envoy" "$package/files/istio-start.sh" /usr/local/bin/
[ ! -d /lib/systemd/system ] || install -m 0644 "$package/files/istio.service" /lib/systemd/system/

install -d /var/lib/istio/envoy /var/lib/istio/proxy /var/lib/istio/config /var/log/istio /etc/certs
: >/var/lib/istio/envoy/sidecar.env
: >/var/lib/istio/config/mesh
[ -e /etc/istio ] || ln -s /var/lib/istio /etc/istio
chown istio-proxy:istio-proxy /var/lib/istio/envoy /var/lib/istio/proxy /var/lib/istio/config /var/lib/istio/config/mesh /var/log/istio /etc/certs
