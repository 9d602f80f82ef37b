using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Install;
using Onboarding.Api.Reading;
using Onboarding.Client.Errors;
using Onboarding.Documents;

namespace Onboarding.Fleet.Installation;

/// <summary>The OnboardingPlane that is to be installed.</summary>
public static class PlaneFile
{
    /// <summary>Reads it from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ns">Namespace of the plane, which counts.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="OnboardingException">There is no such file, or it has errors.</exception>
    public static async Task<JsonObject> ReadAsync(string path, string ns, CancellationToken cancellationToken)
    {
        byte[] content = Encoding.UTF8.GetBytes(await ReadTextAsync(path, cancellationToken));
        ReadResult<OnboardingPlane> read = ResourceReader.Read(ResourceKinds.OnboardingPlane, content);
        if (read.Value is null)
        {
            throw Invalid(path, read.Problems);
        }

        JsonObject plane = ResourceReader.ReadObject(content).Value!;
        plane.Remove("status");
        return Place(plane["spec"]!.DeepClone().AsObject(), ns);
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="OnboardingException">There is no such file, or it can't be read.</exception>
    public static async Task<string> ReadTextAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OnboardingException(ErrorIds.ConfigurationMissing, $"{path} could not be read: {e.Message}", $"Get-Item {path}", e);
        }
    }

    /// <summary>One of hosts and a Secret.</summary>
    /// <param name="hosts">Names in the certificate.</param>
    /// <param name="secretName">The Secret with the certificate.</param>
    /// <param name="ns">Namespace of the plane.</param>
    /// <exception cref="OnboardingException">It has errors.</exception>
    public static JsonObject Create(IReadOnlyList<string> hosts, string secretName, string ns)
    {
        JsonObject plane = Place(
            new JsonObject { ["endpoint"] = new JsonObject { ["hosts"] = new JsonArray([.. hosts.Select(h => (JsonNode)h)]), ["secretName"] = secretName } }, ns);
        Problem[] errors = [.. OnboardingPlane.FromJson(plane).Problems.Where(p => p.Severity == ProblemSeverity.Error)];
        return errors.Length == 0 ? plane : throw Invalid("The OnboardingPlane", errors);
    }

    private static JsonObject Place(JsonObject spec, string ns) => new()
    {
        ["apiVersion"] = OnboardingPlane.Definition.ApiVersion,
        ["kind"] = OnboardingPlane.Definition.Kind,
        ["metadata"] = new JsonObject { ["name"] = OnboardingPlane.DefaultName, ["namespace"] = ns },
        ["spec"] = spec,
    };

    private static OnboardingException Invalid(string what, IReadOnlyList<Problem> problems) => new(
        ErrorIds.ConfigurationInvalid,
        $"{what} can't be used: {string.Join("; ", problems.Where(p => p.Severity == ProblemSeverity.Error))}.",
        "correct it; every field: kubectl explain onboardingplanes.spec --recursive");
}
