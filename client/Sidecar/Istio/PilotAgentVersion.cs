using System.ComponentModel;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Onboarding.Api.Registration;
using Onboarding.Client.Processes;

namespace Onboarding.Client.Sidecar.Istio;

/// <summary>
/// Asks <c>pilot-agent</c> for its version, in the forms that Istio's releases have had. The version is for people: whatever the program
/// does instead of answering, the machine joins.
/// </summary>
/// <param name="path">The program.</param>
/// <param name="patience">How long it may take to answer.</param>
internal sealed partial class PilotAgentVersion(string path, TimeSpan patience)
{
    private const int LargestAnswer = 64 * 1024;

    // The first form says most exactly what is the version; the others are for programs that don't know it.
    private static readonly (string[] Arguments, Func<string, string?> Read)[] Forms =
    [
        (["version", "-o", "json"], ReadJson),
        (["version", "--short"], ReadShort),
        (["version"], ReadLong),
    ];

    /// <summary>Asks.</summary>
    /// <param name="cancellationToken">Ends the program, and the asking.</param>
    /// <returns>The version; <see cref="VersionText.Unknown"/> if the program doesn't tell one.</returns>
    public async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(patience);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            foreach ((string[] arguments, Func<string, string?> read) in Executables.IsExecutable(path) ? Forms : [])
            {
                if (await RunAsync(arguments, both.Token) is { } answer && read(answer) is { } version)
                {
                    return VersionText.Normalize(version);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It hangs, and would in its other forms, too.
        }
        catch (Exception e) when (e is IOException or Win32Exception)
        {
            // It can't be executed here: made for another processor, or not a program at all.
        }

        return VersionText.Unknown;
    }

    private async Task<string?> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        using var group = ProcessGroup.Start(new Launch(path) { Arguments = arguments }, redirect: true);
        try
        {
            group.Process.StandardInput.Close();
            // Read, so that a program which says much there doesn't wait for a reader, and dropped: it holds no version.
            Task noise = BoundedReader.ReadLinesAsync(group.Process.StandardError, 0, _ => { }, cancellationToken);
            byte[]? answer = await BoundedReader.ReadToEndAsync(group.Process.StandardOutput.BaseStream, LargestAnswer, cancellationToken);
            if (answer is null)
            {
                return null;
            }

            await noise;
            await group.Process.WaitForExitAsync(cancellationToken);
            return group.Process.ExitCode == 0 ? Encoding.UTF8.GetString(answer) : null;
        }
        finally
        {
            group.Kill();
        }
    }

    private static string? ReadJson(string answer)
    {
        int start = answer.IndexOf('{', StringComparison.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(start < 0 ? "" : answer[start..]);
            return document.RootElement.TryGetProperty("clientVersion", out JsonElement client)
                && client.ValueKind == JsonValueKind.Object
                && client.TryGetProperty("version", out JsonElement version)
                && version.ValueKind == JsonValueKind.String
                ? version.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? ReadShort(string answer) => answer
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Where(line => !line.Contains('{', StringComparison.Ordinal))
        .Select(line => ShortLine().Match(line))
        .FirstOrDefault(match => match.Success)?.Groups["version"].Value;

    private static string? ReadLong(string answer) => LongForm().Match(answer) is { Success: true } match ? match.Groups["version"].Value : null;

    // Releases before 1.6 print the version alone.
    [GeneratedRegex(@"^(client version:\s*)?(?<version>[\w.+-]+)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ShortLine();

    [GeneratedRegex("""\bVersion:\s*"(?<version>[^"]*)""", RegexOptions.CultureInvariant)]
    private static partial Regex LongForm();
}
