namespace Onboarding.BootConfiguration;

/// <summary>How cluster.env is written where Istio's own way isn't safe.</summary>
public enum ClusterEnvStyle
{
    /// <summary>
    /// Sourcing it gives back every value and runs nothing; byte for byte Istio's except for three things. cluster.env is sourced by
    /// root: a name like <c>$(reboot)</c>, which anyone who may edit a WorkloadGroup's annotations could write, would be run as a
    /// command, so only names a shell takes as variables (<c>[A-Za-z_][A-Za-z0-9_]*</c>) are written. Names from proxyMetadata that
    /// steer the loader, the shell or Istio's start script (<c>LD_PRELOAD</c>, <c>PATH</c>, <c>EXEC_USER</c>) aren't either. Names left
    /// out are in <see cref="BootConfigurationFiles.SkippedVariables"/>; mesh.yaml has them all. And a value with a backslash is always quoted:
    /// Istio leaves one that is nothing but a backslash bare, which makes the shell swallow the next line.
    /// </summary>
    Safe,

    /// <summary>Exactly as <c>istioctl</c> writes it. Only for comparing with it.</summary>
    AsIstio,
}
