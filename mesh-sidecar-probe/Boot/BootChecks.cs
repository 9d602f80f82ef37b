using Onboarding.SidecarProbe.Boot.Checks;

namespace Onboarding.SidecarProbe.Boot;

/// <summary>All checks that need no network.</summary>
internal static class BootChecks
{
    private static readonly IBootCheck[] All =
    [
        new RequiredVariables(), new ConsistentNames(), new Labels(), new Ports(), new OwnAddress(), new ProxyMetadata(),
        new StatusPort(), new Addresses(), new RootCertificates(), new RevocationListCheck(), new Token(),
    ];

    public static IReadOnlyList<BootProblem> Run(BootContents boot) => [.. All.SelectMany(c => c.Check(boot))];
}
