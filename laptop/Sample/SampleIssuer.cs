using Onboarding.Client.Errors;
using Onboarding.Laptop.Processes;

namespace Onboarding.Laptop.Sample;

/// <summary>A JWT issuer for demonstrations: the sample plugin makes its key, so that nothing secret is ever in a file we ship.</summary>
/// <param name="KeyFile">The private key, for the plugin.</param>
/// <param name="KeySet">The public keys, for the plane.</param>
internal sealed record SampleIssuer(string KeyFile, string KeySet)
{
    /// <summary>Never dialled: the keys are given to the plane inline.</summary>
    public const string Url = "https://demo.localhost";

    /// <summary>Has the plugin make a key, or takes the one it made before.</summary>
    /// <param name="plugin">The sample plugin's program.</param>
    /// <param name="prefix">Path of the files, without <c>.jwk</c> and <c>.jwks</c>.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task<SampleIssuer> MakeAsync(string plugin, string prefix, CancellationToken cancellationToken)
    {
        if (!File.Exists($"{prefix}.jwk") || !File.Exists($"{prefix}.jwks"))
        {
            var errors = new List<string>();
            await using ChildProcess process = ChildProcess.Start("plugin", plugin, ["generate", "key", "-o", prefix], _ => { }, errors.Add);
            int code = await process.WaitForExitAsync(cancellationToken);
            if (code != 0)
            {
                throw new OnboardingException(
                    ModuleErrorIds.SampleFailed,
                    $"The sample plugin {plugin} couldn't make a key (exit code {code}): {string.Join(' ', errors)}",
                    $"see what it says: {plugin} generate key -o {prefix}");
            }
        }

        return new SampleIssuer($"{prefix}.jwk", await File.ReadAllTextAsync($"{prefix}.jwks", cancellationToken));
    }
}
