#!/bin/bash
# Is in for the start script of Istio's packages. Written from what is documented of it: what it reads, what it runs, in which order.
set -e

start_argument="${1-}"

# The administrator's file first, then the boot configuration: of two settings the last one holds.
set -a
for file in "${ISTIO_SIDECAR_CONFIG:-/var/lib/istio/envoy/sidecar.env}" "${ISTIO_CLUSTER_CONFIG:-/var/lib/istio/envoy/cluster.env}"; do
  if [ -r "$file" ]; then
    # shellcheck disable=SC1090
    . "$file"
  fi
done
set +a

binaries="${ISTIO_BIN_BASE:-/usr/local/bin}"
log_directory="${ISTIO_LOG_DIR:-./var/log/istio}"
user="${EXEC_USER:-istio-proxy}"

if [ "$start_argument" = clean ]; then
  [ "${ISTIO_CUSTOM_IP_TABLES-}" = true ] || "$binaries/pilot-agent" istio-iptables --cleanup-only
  exit 0
fi

if [ "$start_argument" != run ] && [ "${ISTIO_CUSTOM_IP_TABLES-}" != true ]; then
  # With the environment of now: what another environment has made stays.
  "$binaries/pilot-agent" istio-iptables --cleanup-only
  "$binaries/pilot-agent" istio-iptables
fi

if [ "$start_argument" = init ] || [ "$start_argument" = -p ]; then
  exit 0
fi

# Transparent sockets are root's.
[ "${ISTIO_INBOUND_INTERCEPTION_MODE-}" != TPROXY ] || user=root

addresses="$(hostname --all-ip-addresses)"
export INSTANCE_IP="${ISTIO_SVC_IP:-${addresses%% *}}"
export POD_NAME="${POD_NAME:-$(hostname -s)}"
export POD_NAMESPACE="${ISTIO_NAMESPACE:-default}"
export CA_ADDR="${CA_ADDR:-${PILOT_ADDRESS:-istiod.${ISTIO_SYSTEM_NAMESPACE:-istio-system}.svc:${ISTIO_PILOT_PORT:-15012}}}"
export PROV_CERT="${PROV_CERT-./etc/certs}" OUTPUT_CERTS="${OUTPUT_CERTS-./etc/certs}"
export PROXY_CONFIG="${PROXY_CONFIG:-serviceCluster: ${ISTIO_SERVICE:-rawvm}.$POD_NAMESPACE
controlPlaneAuthPolicy: ${ISTIO_CP_AUTH:-MUTUAL_TLS}}"

exec sudo -E -u "$user" -s /bin/bash -c "exec '$binaries/pilot-agent' proxy ${ISTIO_AGENT_FLAGS-} >>'$log_directory/istio.log' 2>>'$log_directory/istio.err.log'"
