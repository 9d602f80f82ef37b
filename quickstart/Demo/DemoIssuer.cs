using Onboarding.Quickstart.Processes;

namespace Onboarding.Quickstart.Demo;

/// <summary>A JWT issuer for the demonstration: the sample plugin makes its key, so that nothing secret is ever in a file we ship.</summary>
internal sealed record DemoIssuer(string Url, string KeyFile, string KeySet)
{
    /// <summary>Never dialled: the keys are given to the plane inline.</summary>
    public const string Name = "https://demo.localhost";

    public static async Task<DemoIssuer> CreateAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        await using ChildProcess plugin = ChildProcess.Start(
            "plugin", Executables.JwtPlugin, ["generate", "key", "-o", workspace.IssuerKeyPrefix], _ => { }, Console.Error.WriteLine);
        int code = await plugin.WaitForExitAsync(cancellationToken);
        if (code != 0)
        {
            throw new DemoException($"The sample plugin couldn't make a key (exit code {code}).");
        }

        string keySet = await File.ReadAllTextAsync($"{workspace.IssuerKeyPrefix}.jwks", cancellationToken);
        return new DemoIssuer(Name, $"{workspace.IssuerKeyPrefix}.jwk", keySet);
    }
}
