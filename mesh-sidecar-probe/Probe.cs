using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Onboarding.SidecarProbe.Boot;
using Onboarding.SidecarProbe.Istiod;
using Onboarding.SidecarProbe.Serving;

namespace Onboarding.SidecarProbe;

/// <summary>
/// Starts from a boot configuration the way Istio's sidecar does, and says what is missing or wrong in it. Then it replaces
/// the sidecar: holds a certificate and a discovery stream, and answers on the status port.
/// </summary>
public sealed class Probe(ProbeOptions options, ProbeEvents events)
{
    private const int DefaultStatusPort = 15020;

    private readonly TimeProvider _time = options.TimeProvider;

    /// <summary>Runs until it is told to stop.</summary>
    /// <param name="stop">Says stop: the probe is no longer ready, stays for the drain, and returns.</param>
    /// <returns>The process's exit code: 0 when all was well, 1 when the boot configuration has problems (each was reported).</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        try
        {
            return await RunToEndAsync(stop);
        }
        catch (BootProblemException e)
        {
            events.Problem(e.Problem);
            return 1;
        }
        catch (Exception e) when (stop.IsCancellationRequested && e is OperationCanceledException or RpcException)
        {
            events.Stopped();
            return 0;
        }
    }

    private async Task<int> RunToEndAsync(CancellationToken stop)
    {
        var reader = new BootReader(options.BootDirectory, _time);
        BootContents boot = await reader.ReadAsync(stop);
        BootProblem[] problems = [.. reader.Problems, .. BootChecks.Run(boot)];
        foreach (BootProblem problem in problems)
        {
            events.Problem(problem);
        }

        if (problems.Length > 0)
        {
            return 1;
        }

        var sidecar = SidecarIdentity.FromBoot(boot);
        if (options.Once)
        {
            await StartAsync(sidecar, stop);
            events.Passed(sidecar.SpiffeId.ToString());
            return 0;
        }

        await using StatusServer status = await ListenAsync(boot, stop);
        X509Certificate2 certificate = await StartAsync(sidecar, stop);
        await ServeAsync(sidecar, certificate, status, stop);
        status.Ready = false;
        events.Draining(options.Drain);
        await Task.Delay(options.Drain, _time, CancellationToken.None);
        events.Stopped();
        return 0;
    }

    private async Task<StatusServer> ListenAsync(BootContents boot, CancellationToken stop)
    {
        int port = options.StatusPort ?? boot.ProxyConfig?["statusPort"]?.GetValue<int>() ?? DefaultStatusPort;
        try
        {
            return await StatusServer.StartAsync(port, stop);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new BootProblemException(
                new BootProblem("status-port", BootFileNames.MeshYaml, "defaultConfig.statusPort", $"port {port} can't be listened on: {e.Message}"), e);
        }
    }

    /// <summary>A sidecar's start, step by step; each proves one thing about the boot configuration.</summary>
    private async Task<X509Certificate2> StartAsync(SidecarIdentity sidecar, CancellationToken stop)
    {
        X509Certificate2 certificate = await Requester(sidecar).RequestAsync(current: null, stop);
        events.Certificate(sidecar.SpiffeId.ToString(), certificate.NotAfter);
        var discovery = new DiscoveryClient(sidecar, _time);
        await discovery.CheckStateOfTheWorldAsync(certificate: null, withToken: true, stop);
        events.Discovery("stateOfTheWorld", "token");
        await discovery.DeltaAsync(certificate: null, withToken: true, opened: null, stop);
        events.Discovery("delta", "token");

        // As after a reboot, when the token is long gone.
        await discovery.CheckStateOfTheWorldAsync(certificate, withToken: false, stop);
        events.Discovery("stateOfTheWorld", "certificate");
        return certificate;
    }

    private async Task ServeAsync(SidecarIdentity sidecar, X509Certificate2 first, StatusServer status, CancellationToken stop)
    {
        var holder = new CertificateHolder(first, sidecar, Requester(sidecar), events, _time);
        var session = new DiscoverySession(new DiscoveryClient(sidecar, _time), holder, events, _time);
        status.Expires = () => holder.Current.NotAfter.ToUniversalTime();
        void Opened()
        {
            // Like Envoy: ready once it has configuration, and still ready when istiod goes away afterwards.
            if (!status.Ready)
            {
                status.Ready = true;
                events.Ready(sidecar.SpiffeId.ToString(), status.Port);
            }
        }

        try
        {
            await Task.WhenAll(holder.RunAsync(stop), session.RunAsync(Opened, stop));
        }
        catch (Exception e) when (stop.IsCancellationRequested && e is OperationCanceledException or RpcException)
        {
            // Told to stop.
        }
    }

    private CertificateRequester Requester(SidecarIdentity sidecar) => new(sidecar, options.CertificateLifetime, _time);
}
