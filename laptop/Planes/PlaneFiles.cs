namespace Onboarding.Laptop.Planes;

/// <summary>What lies in the data directory of a plane on this machine.</summary>
/// <param name="Root">The data directory.</param>
internal sealed record PlaneFiles(string Root)
{
    /// <summary>For kubectl; a link to the control plane's own.</summary>
    public string Kubeconfig => Path.Combine(Root, "kubeconfig");

    public string Log => Path.Combine(Root, "endpoint.log");

    public string AuditLog => Path.Combine(Root, "audit.jsonl");

    public string IssuerKeyPrefix => Path.Combine(Root, "demo-issuer");

    public string OnboardingConfiguration => Path.Combine(Root, "onboarding.config.yaml");

    public string AgentConfiguration => Path.Combine(Root, "agent.config.yaml");

    public string SidecarOutput => Path.Combine(Root, "sidecar.log");

    /// <summary>State directory of the sample's machine, which is this one.</summary>
    public string Machine => Path.Combine(Root, "machine");

    /// <summary>What starts the sample's programs where these need dotnet.</summary>
    public string Launchers => Path.Combine(Root, "sample-programs");

    /// <summary>Makes the directory, for no one but its owner: it holds keys.</summary>
    public void Create()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Root);
        }
        else
        {
            Directory.CreateDirectory(Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>
    /// Removes what a plane put there, and the directory if that was all: someone may have given a directory that holds more,
    /// and a switch of this cmdlet must not empty a home directory.
    /// </summary>
    public void Remove()
    {
        if (!Directory.Exists(Root))
        {
            return;
        }

        foreach (string directory in (string[])["control-plane", "machine", "sample-programs"])
        {
            if (Directory.Exists(Path.Combine(Root, directory)))
            {
                Directory.Delete(Path.Combine(Root, directory), recursive: true);
            }
        }

        string[] files =
        [
            Kubeconfig, Log, EndpointLog.BeforeOf(Log), AuditLog, $"{IssuerKeyPrefix}.jwk", $"{IssuerKeyPrefix}.jwks", OnboardingConfiguration, AgentConfiguration, SidecarOutput,
            .. Directory.EnumerateFiles(Root, "endpoint*.pem"),
        ];
        Array.ForEach(files, File.Delete);
        if (!Directory.EnumerateFileSystemEntries(Root).Any())
        {
            Directory.Delete(Root);
        }
    }
}
