namespace Onboarding.BootConfiguration;

/// <summary>Which names of <c>proxyMetadata</c> may become variables in cluster.env.</summary>
public enum VariableNames
{
    /// <summary>
    /// Only names a shell takes as variables (<c>[A-Za-z_][A-Za-z0-9_]*</c>). cluster.env is sourced by root: a name like
    /// <c>$(reboot)</c>, which anyone who may edit a WorkloadGroup's annotations could write, would be run as a command.
    /// Names left out are in <see cref="BootConfigurationFiles.SkippedVariables"/>; mesh.yaml has them all.
    /// </summary>
    Safe,

    /// <summary>Every name, as <c>istioctl</c> writes them. Only for comparing with it.</summary>
    AsIstio,
}
