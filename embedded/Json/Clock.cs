using System.Globalization;

namespace Onboarding.Embedded.Json;

/// <summary>Times as Kubernetes writes them.</summary>
internal static class Clock
{
    /// <summary><c>metav1.Time</c>: whole seconds, UTC.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Now(this TimeProvider time) => Text(time.GetUtcNow());
}
