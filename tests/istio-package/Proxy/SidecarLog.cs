using System.Globalization;

namespace Onboarding.Tests.IstioPackage.Proxy;

/// <summary>pilot-agent's log, in its form: time, level, scope, message, separated by tabs.</summary>
internal static class SidecarLog
{
    private static readonly Lock Gate = new();

    public static void Info(string message) => Write("info", message);

    public static void Warn(string message) => Write("warn", message);

    public static void Error(string message) => Write("error", message);

    private static void Write(string level, string message)
    {
        lock (Gate)
        {
            Console.WriteLine(
                $"{TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture)}\t{level}\t{message}");
        }
    }
}
