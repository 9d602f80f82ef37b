using System.Globalization;
using Onboarding.BootConfiguration;
using Onboarding.Embedded.Istio;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Istiod;

namespace Onboarding.Tests.Integration.SidecarProbe;

/// <summary>A boot directory as the plane makes it, for a test to break.</summary>
internal sealed class BootDirectory : IDisposable
{
    private const string Group = """
        apiVersion: networking.istio.io/v1
        kind: WorkloadGroup
        metadata:
          name: ratings
          namespace: bookinfo
        spec:
          metadata:
            labels:
              app: ratings
          template:
            serviceAccount: ratings
            ports:
              http: 9080
        """;

    private readonly TemporaryDirectory _directory = new();

    public BootDirectory(IstiodServer server, TestTokens tokens)
    {
        string address = string.Create(CultureInfo.InvariantCulture, $"istiod.istio-system.svc:{server.Address.Port}");
        BootConfigurationFiles files = BootConfigurationGenerator.Generate(new BootConfigurationInputs
        {
            WorkloadGroup = WorkloadGroupSource.FromFile(Group),
            MeshConfig = $"defaultConfig: {{discoveryAddress: '{address}', proxyMetadata: {{CA_ADDR: '{address}'}}}}\ntrustDomain: cluster.local",
            ClusterId = "Kubernetes",
            InternalIP = "10.0.0.1",
            IngressIP = server.Address.Address.ToString(),
        });
        this["cluster.env"] = files.ClusterEnv;
        this["mesh.yaml"] = files.MeshYaml;
        this["hosts"] = files.Hosts;
        this["root-cert.pem"] = server.RootCertificatePem;
        this["istio-token"] = tokens.Issue();
        File.SetUnixFileMode(PathOf("istio-token"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public string Path => _directory.Path;

    /// <summary>The text of a file.</summary>
    public string this[string file]
    {
        get => File.ReadAllText(PathOf(file));
        set => File.WriteAllText(PathOf(file), value);
    }

    public string PathOf(string file) => System.IO.Path.Combine(_directory.Path, file);

    /// <summary>Sets a variable of cluster.env, in mesh.yaml too where that has it; null removes it from both.</summary>
    public void Set(string variable, string? value)
    {
        this["cluster.env"] = Without("cluster.env", variable + "=") + (value is null ? "" : $"{variable}='{value}'\n");
        if (this["mesh.yaml"].Contains($"    {variable}: ", StringComparison.Ordinal))
        {
            string[] lines = this["mesh.yaml"].Split('\n');
            this["mesh.yaml"] = string.Join('\n', lines
                .Select(l => l.StartsWith($"    {variable}: ", StringComparison.Ordinal) ? value is null ? null : $"    {variable}: '{value}'" : l)
                .OfType<string>());
        }
    }

    public void Dispose() => _directory.Dispose();

    private string Without(string file, string start) =>
        string.Concat(this[file].Split('\n').Where(l => l.Length > 0 && !l.StartsWith(start, StringComparison.Ordinal)).Select(l => l + "\n"));
}
