using System.Text.Json.Nodes;
using Onboarding.Testing;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>Reads the audit log of a plane that runs.</summary>
public static class AuditLines
{
    /// <summary>Waits for the line of a decision.</summary>
    public static async Task<JsonNode> FindAsync(string path, string correlationId)
    {
        string? line = null;
        await Eventually.Is(
            () =>
            {
                // Lines that are whole: the last one may be being written.
                using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
                line = reader.ReadToEnd().Split('\n')[..^1].FirstOrDefault(l => l.Contains(correlationId, StringComparison.Ordinal));
                return line is not null;
            },
            $"the audit line of {correlationId}");
        return JsonNode.Parse(line!)!;
    }
}
