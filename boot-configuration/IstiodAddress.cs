namespace Onboarding.BootConfiguration;

/// <summary>Names of the control plane.</summary>
public static class IstiodAddress
{
    /// <summary>The port of istiod's authenticated gRPC services; not configurable in Istio.</summary>
    public const int Port = 15012;

    /// <summary>Whether a revision is more than the default one.</summary>
    public static bool IsRevisioned(string revision) => revision is not ("" or "default");

    /// <summary><c>istiod[-revision].namespace.svc</c>.</summary>
    public static string Host(string istioNamespace, string revision) =>
        IsRevisioned(revision) ? $"istiod-{revision}.{istioNamespace}.svc" : $"istiod.{istioNamespace}.svc";

    /// <summary>An address as it is reached through the gateway: only one that names istiod's host gets the gateway's port.</summary>
    internal static string Through(BootConfigurationInputs inputs, string address)
    {
        string host = Host(inputs.IstioNamespace, inputs.Revision);
        return inputs.GatewayPort is { } port && (address == host || address.StartsWith(host + ":", StringComparison.Ordinal))
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{host}:{port}")
            : address;
    }

    internal static string HostAndPort(string istioNamespace, string revision) => $"{Host(istioNamespace, revision)}:{Port}";
}
