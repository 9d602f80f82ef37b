#!/bin/bash
# Packs this stand-in as Istio's DEB: the files, modes, configuration files, dependencies and maintainer script that are documented of it.
# $1: the directory with pilot-agent.dll; as $2 it lies on the machine that installs the package. $3: the runtime's directory there. $4: the package.
set -euo pipefail
files=$(dirname "$(realpath "$0")")
version=1.31.0
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
umask 022

install -d "$root/DEBIAN" "$root/usr/local/bin" "$root/lib/systemd/system" "$root/var/lib/istio/envoy"
# Its version is asked for by an agent that may not make code at run time; the real program, which is in Go, may.
cat >"$root/usr/local/bin/pilot-agent" <<EOF
#!/bin/sh
if [ "\$*" = 'version -o json' ]; then
  echo '{"clientVersion": {"version": "$version", "revision": "unknown", "golang_version": "go1.26.8", "status": "unknown", "tag": "unknown"}}'
  exit
fi
export DOTNET_ROOT=$3
exec $2/pilot-agent "\$@"
EOF
[ -x "$1/pilot-agent" ]
install -m 0755 "$files/envoy" "$files/istio-start.sh" "$root/usr/local/bin/"
chmod 2755 "$root/usr/local/bin/pilot-agent" "$root/usr/local/bin/envoy"
install -m 0644 "$files/istio.service" "$root/lib/systemd/system/"
echo '# ISTIO_INBOUND_PORTS=3306,8080' >"$root/var/lib/istio/envoy/sidecar.env"
echo '{}' >"$root/var/lib/istio/envoy/envoy_bootstrap_tmpl.json"
printf '%s\n' /var/lib/istio/envoy/sidecar.env /var/lib/istio/envoy/envoy_bootstrap_tmpl.json >"$root/DEBIAN/conffiles"
cat >"$root/DEBIAN/control" <<EOF
Package: istio-sidecar
Version: $version
Architecture: all
Maintainer: The Onboarding authors <onboarding@example.com>
Depends: iproute2, iptables, sudo, hostname
Description: stands in for Istio's sidecar
EOF
cat >"$root/DEBIAN/postinst" <<'EOF'
#!/bin/bash
set -e
getent group istio-proxy >/dev/null || groupadd --system istio-proxy
getent passwd istio-proxy >/dev/null ||
  useradd --system --gid istio-proxy --no-create-home --home-dir /var/lib/istio --shell /usr/sbin/nologin istio-proxy
mkdir -p /var/lib/istio/envoy /var/lib/istio/proxy /var/lib/istio/config /var/log/istio /etc/certs
touch /var/lib/istio/config/mesh
[ -e /etc/istio ] || ln -s /var/lib/istio /etc/istio
chown istio-proxy:istio-proxy /var/lib/istio/envoy /var/lib/istio/proxy /var/lib/istio/config /var/lib/istio/config/mesh /var/log/istio /etc/certs
[ ! -d /run/systemd/system ] || systemctl daemon-reload
EOF
chmod 0755 "$root/DEBIAN/postinst"
dpkg-deb --root-owner-group -Znone --build "$root" "$4" >/dev/null
