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

    internal static string HostAndPort(string istioNamespace, string revision) => $"{Host(istioNamespace, revision)}:{Port}";
}
