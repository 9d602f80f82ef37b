using System.ComponentModel;
using System.Diagnostics;

namespace Onboarding.Tests.IstioPackage.Proxy;

/// <summary>Envoy, started as a child; pilot-agent doesn't outlive it.</summary>
internal sealed class EnvoyProcess : IDisposable
{
    private readonly Process _process;

    private EnvoyProcess(Process process) => _process = process;

    /// <param name="program">Envoy.</param>
    /// <exception cref="Win32Exception">It can't be started.</exception>
    public static EnvoyProcess Start(string program)
    {
        SidecarLog.Info(
            "Envoy command: [-c etc/istio/proxy/envoy-rev.json --drain-time-s 45 --drain-strategy immediate --local-address-ip-version v4 "
            + "--file-flush-interval-msec 1000 --disable-hot-restart --allow-unknown-static-fields -l warning --skip-deprecated-logs]");
        return new EnvoyProcess(Process.Start(new ProcessStartInfo(program, "-c etc/istio/proxy/envoy-rev.json") { RedirectStandardInput = true })!);
    }

    /// <summary>Hands it its listeners.</summary>
    public void Configure()
    {
        try
        {
            _process.StandardInput.WriteLine("listeners");
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has ended, which is noticed where that is waited for.
        }
    }

    public Task WaitForExitAsync(CancellationToken stop) => _process.WaitForExitAsync(stop);

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
