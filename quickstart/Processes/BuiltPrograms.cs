namespace Onboarding.Quickstart.Processes;

/// <summary>Finds the pieces in the checkout, each where it was built: pieces differ in the frameworks they bring along.</summary>
internal static class BuiltPrograms
{
    /// <summary>Names the agent to start instead of the one that was built: CI tests the native binary that ships.</summary>
    public const string AgentVariable = "ONBOARDING_AGENT";

    public static string Endpoint => Find("endpoint", "onboarding-endpoint");

    public static string Lab => Find("lab", "onboarding-lab");

    public static string Operator => Find("operator", "onboarding-operator");

    public static string Agent =>
        Environment.GetEnvironmentVariable(AgentVariable) is { Length: > 0 } agent ? agent : Find("agent-host", "onboarding-agent");

    public static string SidecarProbe => Find("mesh-sidecar-probe", "mesh-sidecar-probe");

    public static string JwtPlugin => Find("samples/jwt-credential-plugin", "onboarding-agent-sample-jwt-credential-plugin");

    public static string Quickstart => Find("quickstart", "quickstart");

    /// <summary>A file of the checkout.</summary>
    public static string InCheckout(string path) => Path.Combine(Root(), path);

    private static string Find(string folder, string name)
    {
        // bin/<configuration>/<framework>, the same for all.
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        string path = Path.Combine(Root(), folder, "bin", output.Parent!.Name, output.Name, name);
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"'{name}' isn't built: there is no {path}. Run: dotnet build", path);
    }

    private static string Root()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Onboarding.slnx")))
            {
                return directory.FullName;
            }
        }

        throw new DirectoryNotFoundException($"{AppContext.BaseDirectory} isn't in a checkout of Onboarding. Run it there: dotnet run --project quickstart");
    }
}
