using System.Globalization;
using System.Management.Automation;
using Onboarding.Client.Errors;
using Onboarding.Laptop.Planes;

namespace Onboarding.Cmdlets;

/// <summary>Which audit log is meant, and of which time.</summary>
internal static class AuditInput
{
    /// <summary>The log of the plane that this process started, where only one runs.</summary>
    public static string OfThisProcess()
    {
        EmbeddedPlane[] planes = [.. EmbeddedPlanes.All];
        return planes.Length == 1 ? Path.Combine(planes[0].DataDirectory, "audit.jsonl") : throw new OnboardingException(
            ModuleErrorIds.AuditLogNotFound,
            $"This process runs {(planes.Length == 0 ? "no plane" : $"{planes.Length} planes")}: it isn't clear whose audit log is meant.",
            "give its file: -Path audit.jsonl; of a cluster: kubectl -n istio-system logs -l app.kubernetes.io/name=onboarding-endpoint --tail=-1 | Get-OnboardingAudit");
    }

    /// <summary>A moment: a date, or how long ago: <c>30d</c>, <c>12h</c>, <c>90m</c>.</summary>
    public static DateTimeOffset Moment(string text)
    {
        if (text.Length > 1 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && Unit(text[^1]) is { } unit)
        {
            return TimeProvider.System.GetUtcNow() - (number * unit);
        }

        // What a person at this machine writes, or what a date turned into on its way here.
        return LanguagePrimitives.TryConvertTo(text, out DateTimeOffset at) ? at
            : throw new PSArgumentException($"'{text}' is no time. Give how long ago, 30d, 12h or 90m, or a date: 2026-11-01.", nameof(text));
    }

    private static TimeSpan? Unit(char letter) => letter switch
    {
        'd' => TimeSpan.FromDays(1),
        'h' => TimeSpan.FromHours(1),
        'm' => TimeSpan.FromMinutes(1),
        's' => TimeSpan.FromSeconds(1),
        _ => null,
    };
}
