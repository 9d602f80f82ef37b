using System.Text.Json;

namespace Onboarding.Quickstart.Demo;

/// <summary>What a ready sidecar has printed of itself on its standard output, one JSON object a line.</summary>
internal sealed record SidecarReport(string SpiffeId, DateTimeOffset CertificateNotAfter)
{
    /// <summary>Reads what the sidecar printed so far; null as long as it isn't ready.</summary>
    public static SidecarReport? Read(string output)
    {
        if (!File.Exists(output))
        {
            return null;
        }

        // The sidecar has the file open for writing.
        using var reader = new StreamReader(new FileStream(output, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        SidecarReport? certificate = null;
        bool ready = false;
        while (reader.ReadLine() is { } line)
        {
            using JsonDocument? json = TryParse(line);
            switch (json?.RootElement.GetProperty("event").GetString())
            {
                case "certificate":
                    certificate = new SidecarReport(
                        json.RootElement.GetProperty("spiffeId").GetString()!,
                        json.RootElement.GetProperty("notAfter").GetDateTimeOffset());
                    break;
                case "ready":
                    ready = true;
                    break;
                default:
                    break;
            }
        }

        return ready ? certificate : null;
    }

    private static JsonDocument? TryParse(string line)
    {
        try
        {
            return line.StartsWith('{') ? JsonDocument.Parse(line) : null;
        }
        catch (JsonException)
        {
            // The last line may be half written.
            return null;
        }
    }
}
