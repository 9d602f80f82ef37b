using Onboarding.Fleet.Contexts;
using Onboarding.Kubernetes;
using Onboarding.Laptop.Sample;

namespace Onboarding.Laptop.Planes;

/// <summary>Puts Bookinfo's ratings into a plane: everything but a policy, so that the first thing to be seen is a refusal.</summary>
internal static class SamplePreparation
{
    private const int UsualStatusPort = 15020;

    public static async Task PrepareAsync(EmbeddedPlane plane, SamplePrograms programs, bool anyPort, CancellationToken cancellationToken)
    {
        PlaneFiles files = plane.Files;
        string plugin = programs.Plugin.Launchable(files.Launchers);
        SampleIssuer issuer = await SampleIssuer.MakeAsync(plugin, files.IssuerKeyPrefix, cancellationToken);
        using var kubernetes = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(plane.KubeConfig));
        var mesh = new BookinfoMesh(kubernetes, FleetSession.FieldManager);
        await mesh.ApplyGroupAsync(cancellationToken);
        await mesh.TrustAsync(SampleIssuer.Url, issuer.KeySet, TimeSpan.FromSeconds(2), cancellationToken);
        var machine = new BookinfoMachine
        {
            Host = plane.Endpoint.Host,
            Port = plane.Endpoint.Port,
            CertificateAuthority = plane.CertificateAuthority,
            PluginName = "demo-jwt",
            Plugin = plugin,
            IssuerUrl = SampleIssuer.Url,
            IssuerKeyFile = issuer.KeyFile,
            Subject = "laptop",
            SidecarProbe = programs.SidecarProbe.Launchable(files.Launchers),
            // Where planes come and go beside each other, the usual one is free until the sidecar wants it.
            SidecarPort = FreePort.Near(anyPort ? 0 : UsualStatusPort),
            SidecarOutput = files.SidecarOutput,
        };
        await BookinfoMachine.WriteAsync(machine, files.OnboardingConfiguration, files.AgentConfiguration, cancellationToken);
    }
}
