namespace Onboarding.SidecarProbe.Boot.Checks;

/// <summary>istiod's two addresses are addresses, encrypted ones, and hosts knows their names.</summary>
internal sealed class Addresses : IBootCheck
{
    private const int Plaintext = 15010;

    public IEnumerable<BootProblem> Check(BootContents boot)
    {
        if (boot.DiscoveryAddress is null)
        {
            yield return new BootProblem(
                "addresses", BootFileNames.MeshYaml, "defaultConfig.discoveryAddress", "defaultConfig.discoveryAddress is missing");
        }

        foreach (string line in boot.Hosts.Unreadable)
        {
            yield return new BootProblem("addresses", BootFileNames.Hosts, "hosts", $"'{line}' is no address with names");
        }

        foreach (BootProblem problem in Check(boot, boot.DiscoveryAddress, BootFileNames.MeshYaml, "defaultConfig.discoveryAddress")
            .Concat(Check(boot, boot.CertificateAddress, BootFileNames.ClusterEnv, "CA_ADDR")))
        {
            yield return problem;
        }
    }

    private static IEnumerable<BootProblem> Check(BootContents boot, string? text, string file, string name)
    {
        if (text is null)
        {
            yield break;
        }

        if (HostAndPort.TryParse(text) is not { } address)
        {
            yield return new BootProblem("addresses", file, name, $"{name} is '{text}', not host:port");
        }
        else if (address.Port == Plaintext)
        {
            // Istio's agent would send the token over it in the clear.
            yield return new BootProblem("addresses", file, name, $"{name} is '{text}': port {Plaintext} is not encrypted");
        }
        else if (boot.Hosts.Find(address.Host).Count == 0)
        {
            yield return new BootProblem(
                "addresses", BootFileNames.Hosts, address.Host, $"hosts has no address for {address.Host}, which {name} names");
        }
    }
}
