using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Native;
using Onboarding.Client.Sidecar;
using Onboarding.Client.Sidecar.Istio;
using Onboarding.Testing;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.ClientTests.Istio;

/// <summary>A machine with Istio's package: a root of its own, a state directory, and boot configurations of planes and authorities.</summary>
internal sealed class IstioMachine : IDisposable
{
    public const string Ratings = "spiffe://cluster.local/ns/bookinfo/sa/bookinfo-ratings";
    public const string Details = "spiffe://cluster.local/ns/bookinfo/sa/bookinfo-details";

    /// <summary>Ids of its istio-proxy.</summary>
    public const uint Proxy = 54321;

    private readonly TemporaryDirectory _workloads = new();
    private long _generation;

    public IstioMachine(TimeProvider? time = null)
    {
        Directory.CreateDirectory(Root["etc/certs"]);
        File.WriteAllText(Root["etc/hosts"], "127.0.0.1 localhost\n");
        File.WriteAllText(Root["etc/passwd"], $"root:x:0:0::/root:/bin/sh\nistio-proxy:x:{Proxy}:{Proxy}::/:/bin/false\n");
        Directory.CreateDirectory(Root["usr/local/bin"]);
        ShellScript.Write(Root, "usr/local/bin/istio-start.sh", "exit 0");
        Host = new IstioHost(Root.Path, State.Path, _ => Task.FromResult("1.31.0"), NullLogger.Instance, time ?? TimeProvider.System);
    }

    public TemporaryDirectory Root { get; } = new();

    public TemporaryDirectory State { get; } = new();

    public IstioHost Host { get; }

    public string Chain => Root["etc/certs/cert-chain.pem"];

    public string Key => Root["etc/certs/key.pem"];

    public bool HasPair => File.Exists(Chain) && File.Exists(Key);

    /// <summary>Before a start with a boot configuration of this identity and these roots.</summary>
    public Task StartAsync(string identity, params string[] roots) => Host.PrepareAsync(new SidecarStart(Boot(identity, roots), $"core-{_generation}"));

    /// <summary>A boot configuration with revocation lists; empty for none.</summary>
    public string BootWith(string revocationLists)
    {
        var store = new BootConfigurationStore(Directory.CreateDirectory(_workloads[$"{++_generation}"]).FullName, DurableFiles.Instance);
        Rpc.BootConfiguration boot = BootConfigurations.Make(generation: _generation);
        boot.CaCrlPem = revocationLists;
        store.Apply(boot, "uid-1");
        return store.CurrentDirectory;
    }

    /// <summary>A boot configuration.</summary>
    public string Boot(string identity, params string[] roots)
    {
        var store = new BootConfigurationStore(Directory.CreateDirectory(_workloads[$"{++_generation}"]).FullName, DurableFiles.Instance);
        Rpc.BootConfiguration boot = BootConfigurations.Make(generation: _generation);
        boot.SpiffeId = identity;
        boot.RootCertPem = roots.Length > 0 ? string.Join('\n', roots) : boot.RootCertPem;
        store.Apply(boot, "uid-1");
        return store.CurrentDirectory;
    }

    /// <summary>Writes a pair as pilot-agent does.</summary>
    public void Write((string Chain, string Key) pair)
    {
        File.WriteAllText(Key, pair.Key);
        File.WriteAllText(Chain, pair.Chain);
    }

    /// <summary>What istiod issues to a workload.</summary>
    public static (string Chain, string Key) Issue(X509Certificate2 authority, string identity, DateTimeOffset? notAfter = null)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(identity));
        request.CertificateExtensions.Add(names.Build(critical: true));
        DateTimeOffset end = notAfter ?? DateTimeOffset.UtcNow.AddHours(24);
        using X509Certificate2 leaf = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-20), end, RandomNumberGenerator.GetBytes(16));
        return ($"{leaf.ExportCertificatePem()}\n{authority.ExportCertificatePem()}\n", key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        Root.Dispose();
        State.Dispose();
        _workloads.Dispose();
    }
}
