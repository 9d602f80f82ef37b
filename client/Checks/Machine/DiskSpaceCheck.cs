using System.Globalization;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Checks.Machine;

/// <summary>There is space for keys and boot configurations, and for the sidecar's logs.</summary>
internal sealed class DiskSpaceCheck : IOnboardingCheck
{
    private const long Needed = 5 * 1024 * 1024;
    private const long Comfortable = 100 * 1024 * 1024;

    public string Category => "Machine";

    public string Name => "disk space";

    public IReadOnlyList<string> DependsOn => [];

    public Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        string path = Path.GetFullPath(context.Options.StateDirectory);
        while (!Directory.Exists(path))
        {
            path = Path.GetDirectoryName(path) ?? "/";
        }

        long free = new DriveInfo(path).AvailableFreeSpace;
        string detail = string.Create(CultureInfo.InvariantCulture, $"{free / (1024.0 * 1024):0} MiB free at {path}");
        string remedy = $"df -h {path}; du -xh {path} | sort -h | tail";
        return Task.FromResult(
            free < Needed ? CheckOutcome.Fail(ErrorIds.StateDirectoryUnwritable, detail, remedy)
            : free < Comfortable ? CheckOutcome.Warn(detail, remedy)
            : CheckOutcome.Pass(detail));
    }
}
