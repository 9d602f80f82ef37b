using Onboarding.Client.Processes;

namespace Onboarding.Client.Sidecar.Istio;

/// <summary>
/// Takes away what a sidecar's start put on the machine, where no agent is left to do it: for the guard of a PowerShell session, which is
/// killed. It does what <see cref="IstioHost.RemoveAsync"/> does, as far as that goes in a shell; the next start sees to the rest.
/// </summary>
internal static class UndoScript
{
    private const string Shell = "/bin/sh";

    // Without following a link: find(1) looks at none, and the sidecar's user owns the directory below /var/run. The key goes before its
    // certificate, and both only by the hash that was noted of them. /etc/hosts is rewritten in its place: it may be a mount of its own.
    private const string Script =
        """
        umask 077
        root=${1%/} state=$2 start=$3
        [ ! -e "$ISTIO_CLUSTER_CONFIG" ] || [ ! -x "$start" ] || "$start" clean
        find "$root/var/run/secrets" -mindepth 2 -maxdepth 2 \( -path '*/tokens/istio-token' -type f -o -path '*/workload-spiffe-uds/socket' -type s \) -delete
        find "$root/var/run/secrets" -mindepth 1 -maxdepth 1 -type d \( -name tokens -o -name workload-spiffe-uds \) -empty -delete
        [ ! -e "$state/secrets-directory" ] || ! rmdir "$root/var/run/secrets" || rm "$state/secrets-directory"
        for file in var/lib/istio/envoy/cluster.env var/lib/istio/config/mesh etc/certs/root-cert.pem; do
          find "$root/$file" -maxdepth 0 -type f -delete
        done
        for file in key.pem cert-chain.pem; do
          hash=$(sha256sum <"$root/etc/certs/$file") && grep -q "\"${hash%% *}\"" "$state/istio-certificates.json" && find "$root/etc/certs/$file" -maxdepth 0 -type f -delete
        done
        awk '
          $0 == "# onboarding-agent: begin" { kept = ""; held = 1; next }
          $0 == "# onboarding-agent: end" { kept = ""; held = 0; next }
          held { kept = kept $0 "\n"; next }
          { print }
          END { if (held) printf "%s", kept }' "$root/etc/hosts" >"$state/hosts" && cat "$state/hosts" >"$root/etc/hosts"
        rm -f "$state/hosts"
        """;

    /// <summary>How it is run.</summary>
    /// <param name="root">Root of the file system; <c>/</c> but for tests.</param>
    /// <param name="stateDirectory">The agent's state directory.</param>
    /// <param name="clean">Istio's own cleanup of its redirection.</param>
    public static Launch CreateLaunch(string root, string stateDirectory, Launch clean) => clean with
    {
        Path = Shell,
        Arguments = ["-c", Script, "onboarding-sidecar-undo", root, stateDirectory, clean.Path],
    };
}
