namespace Onboarding.Client.Sidecar;

/// <summary>
/// The first start of a new package: the sidecar is ready on it in time, or goes back to the programs of before. For one thread at a time.
/// </summary>
/// <param name="kept">The programs of before; null where the agent doesn't start the sidecar itself.</param>
/// <param name="package">What is installed.</param>
/// <param name="time">The clock.</param>
/// <param name="failed">Called when it is to go back.</param>
internal sealed class PackageTrial(IKeptPrograms? kept, SidecarPackage package, TimeProvider time, Action failed) : IDisposable
{
    /// <summary>How long a sidecar may take on a new package: well below the time after which the plane gives up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private const int MostFailures = 3;
    private readonly Lock _lock = new();
    private (string Package, string Core, string Good)? _refused;
    private (string Core, string Files)? _good;
    private (string Core, string Files) _running = ("", "");
    private ITimer? _deadline;
    private int _failures;

    /// <summary>Says on what core a start is, and has the programs used that belong to it.</summary>
    /// <param name="core">The core of the boot configuration in force.</param>
    /// <param name="files">What is in its files.</param>
    /// <returns>The core; the one of before, where the package was tried and did not work.</returns>
    public string Choose(string core, string files)
    {
        lock (_lock)
        {
            bool isRefused = _refused is { } refused && refused.Package == package.Installed && refused.Core == core;
            if (kept is not null)
            {
                kept.AreUsed = isRefused;
            }

            string chosen = isRefused ? _refused!.Value.Good : core;
            _running = (chosen, files);
            return chosen;
        }
    }

    /// <summary>A process was started.</summary>
    public void Started()
    {
        lock (_lock)
        {
            // Without anything to go back to, or with other files of the plane's, there is nothing to choose.
            if (kept is { AreUsed: false, Name: { } before } && before != package.Started && _good?.Files == _running.Files && _deadline is null)
            {
                _failures = 0;
                _deadline = time.CreateTimer(_ => GoBack(), null, Patience, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>It is ready.</summary>
    public void Ready()
    {
        lock (_lock)
        {
            End();
            if (kept is { AreUsed: false })
            {
                _good = _running;
                Keep(kept);
            }
        }
    }

    /// <summary>It ended, or could not be started.</summary>
    public void Failed()
    {
        lock (_lock)
        {
            if (_deadline is null || ++_failures < MostFailures)
            {
                return;
            }
        }

        GoBack();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            End();
        }
    }

    private void GoBack()
    {
        lock (_lock)
        {
            if (_deadline is null || _good is not { } good)
            {
                return;
            }

            End();
            _refused = (package.Installed, _running.Core, good.Core);
        }

        failed();
    }

    private void End()
    {
        _deadline?.Dispose();
        _deadline = null;
    }

    private void Keep(IKeptPrograms programs)
    {
        try
        {
            programs.Keep(package.Started);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without them a package that doesn't work stays in force, as it would without an agent.
        }
    }
}
