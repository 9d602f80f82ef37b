using System.Diagnostics;
using System.Globalization;

namespace Onboarding.Bench.Agent;

/// <summary>An agent of the distribution's, as it lies on this machine, for comparison in the same run.</summary>
internal static class OtherAgent
{
    private static readonly (string Name, string[] Arguments)[] Known =
    [
        ("prometheus-node-exporter", ["--web.listen-address=127.0.0.1:19100", "--log.level=error"]),
        ("telegraf", ["--input-filter", "cpu:mem", "--output-filter", "discard"]),
        ("consul", ["agent", "-dev", "-log-level=err"]),
    ];

    /// <summary>Starts the one that is there, leaves it alone, and prints what it takes.</summary>
    /// <param name="path">One to take; null for what PATH has.</param>
    /// <param name="idle">How long it is left alone.</param>
    public static async Task<string> MeasureAsync(string? path, TimeSpan idle)
    {
        foreach ((string name, string[] arguments) in Known)
        {
            if ((path is null ? Find(name) : Path.GetFileName(path) == name ? path : null) is not { } program)
            {
                continue;
            }

            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            Task reading = Task.WhenAll(process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
            try
            {
                await Task.Delay(idle);
                return string.Create(
                    CultureInfo.InvariantCulture, $"{name,-29}{ProcessMemory.Read(process.Id)}   {new FileInfo(program).Length / 1e6:0.0} MB on disk");
            }
            finally
            {
                process.Kill();
                await process.WaitForExitAsync();
                await reading;
            }
        }

        return $"no agent of the distribution's on PATH ({string.Join(", ", Known.Select(k => k.Name))}) to compare with";
    }

    private static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(d => Path.Combine(d, name)).FirstOrDefault(File.Exists);
}
