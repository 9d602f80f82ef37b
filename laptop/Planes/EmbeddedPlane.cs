using Onboarding.Fleet.Contexts;
using Onboarding.Laptop.Processes;

namespace Onboarding.Laptop.Planes;

/// <summary>A plane that this process started, as a child that ends with it.</summary>
public sealed class EmbeddedPlane
{
    internal EmbeddedPlane(string name, ChildProcess process, PlaneReady ready, PlaneFiles files, string kubeconfig, bool sample)
    {
        Name = name;
        Process = process;
        Files = files;
        Endpoint = ready.Endpoint;
        CertificateAuthority = ready.CertificateAuthority;
        KubeConfig = kubeconfig;
        ProcessId = process.Id;
        HasSample = sample;
        Context = new ClusterContext
        {
            Name = name,
            Cluster = $"localhost:{ready.Api.Port}",
            Namespace = sample ? Sample.BookinfoMesh.Namespace : ClusterContext.DefaultNamespace,
            Endpoint = ready.Endpoint.GetLeftPart(UriPartial.Authority),
            Source = "Start-OnboardingPlane",
            KubeConfig = kubeconfig,
        };
    }

    /// <summary>Its name: that of its data directory.</summary>
    public string Name { get; }

    /// <summary>Where agents connect.</summary>
    public Uri Endpoint { get; }

    /// <summary>What agents verify its certificate with.</summary>
    public string CertificateAuthority { get; }

    /// <summary>How kubectl reaches its control plane.</summary>
    public string KubeConfig { get; }

    /// <summary>Its process.</summary>
    public int ProcessId { get; }

    /// <summary>True until its process ends.</summary>
    public bool IsRunning => !IsStopped && !Process.HasExited;

    /// <summary>Where it keeps its data.</summary>
    public string DataDirectory => Files.Root;

    /// <summary>The context of its control plane.</summary>
    public ClusterContext Context { get; }

    /// <summary>The sample's OnboardingConfiguration; null without the sample.</summary>
    public string? ConfigurationPath => HasSample ? Files.OnboardingConfiguration : null;

    /// <summary>The sample's AgentConfiguration; null without the sample.</summary>
    public string? AgentConfigurationPath => HasSample ? Files.AgentConfiguration : null;

    /// <summary>State directory of the sample's machine; null without the sample.</summary>
    public string? StateDirectory => HasSample ? Files.Machine : null;

    internal ChildProcess Process { get; }

    /// <summary>Set once it was stopped: its process can't be asked any more.</summary>
    internal bool IsStopped { get; set; }

    internal PlaneFiles Files { get; }

    private bool HasSample { get; }
}
