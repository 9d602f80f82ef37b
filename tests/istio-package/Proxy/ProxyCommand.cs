using System.ComponentModel;
using System.Net;
using System.Runtime.InteropServices;

namespace Onboarding.Tests.IstioPackage.Proxy;

/// <summary><c>pilot-agent proxy</c>: everything at once until a signal, a request on <c>/quitquitquit</c>, or the end of Envoy.</summary>
internal static class ProxyCommand
{
    private const int StatusPort = 15020;

    public static async Task<int> RunAsync()
    {
        ProxySettings settings = ProxySettings.Read();
        var istiod = new IstiodChannel(settings);
        SayHello(settings, istiod);
        if (!File.Exists(istiod.RootFile))
        {
            SidecarLog.Error($"Error: failed to find root CA cert for CA: {istiod.RootFile}");
            return 1;
        }

        var quit = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        void Terminate(PosixSignalContext context)
        {
            context.Cancel = true;
            quit.TrySetResult();
        }

        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Terminate);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Terminate);
        var certificate = new WorkloadCertificate(settings, istiod);
        var discovery = new Discovery(settings, istiod);
        var status = new HttpPort(IPAddress.Any, StatusPort, request => Task.FromResult(Answer(request, discovery, quit)));
        try
        {
            using EnvoyProcess envoy = EnvoyProcess.Start(settings.ProxyConfig["binaryPath"]!.GetValue<string>());
            Task[] work =
            [
                status.RunAsync(stop.Token),
                new SecretsServer(certificate).RunAsync(stop.Token),
                certificate.KeepAsync(stop.Token),
                discovery.KeepAsync(stop.Token),
                .. settings.CapturesNames ? [new NameServer(discovery).RunAsync(stop.Token)] : Array.Empty<Task>(),
            ];
            _ = discovery.Configured.Task.ContinueWith(_ => envoy.Configure(), TaskScheduler.Default);
            Task ended = envoy.WaitForExitAsync(stop.Token);
            Task broken = work[0];
            if (await Task.WhenAny(quit.Task, ended, broken) == quit.Task)
            {
                SidecarLog.Info($"Graceful termination period is {settings.Drain}, starting...");
                await Task.WhenAny(Task.Delay(settings.Drain), ended);
                return 0;
            }

            SidecarLog.Error(ended.IsCompleted ? "Epoch 0 exited with error: signal: killed" : $"Error: {broken.Exception?.InnerException?.Message}");
            SidecarLog.Info("No more active epochs, terminating");
            return 1;
        }
        catch (Win32Exception e)
        {
            SidecarLog.Error($"Epoch 0 exited with error: {e.Message}");
            return 1;
        }
    }

    private static (int Status, string Text) Answer(string request, Discovery discovery, TaskCompletionSource quit)
    {
        switch (request)
        {
            case "GET /healthz/ready" when discovery.Missing is { } missing:
                SidecarLog.Warn($"Envoy proxy is NOT ready: {missing}");
                return (503, "");
            case "GET /healthz/ready":
                return (200, "");
            case "POST /quitquitquit":
                quit.TrySetResult();
                return (200, "ok");
            default:
                return (404, "");
        }
    }

    private static void SayHello(ProxySettings settings, IstiodChannel istiod)
    {
        SidecarLog.Info($"Version {VersionCommand.Version}-unknown-unknown");
        SidecarLog.Info($"Proxy role\tips=[{settings["INSTANCE_IP"]}] type=sidecar id={settings["POD_NAME"]}.{settings.Namespace} domain={settings.Namespace}.svc.cluster.local");
        SidecarLog.Info($"Apply mesh config from file {settings.ProxyConfig.ToJsonString()}");
        SidecarLog.Info("JWT policy is third-party-jwt");
        SidecarLog.Info($"using credential fetcher of JWT type in {settings["TRUST_DOMAIN"]} trust domain");
        SidecarLog.Info($"Opening status port {StatusPort}");
        SidecarLog.Info("Starting default Istio SDS Server");
        SidecarLog.Info($"CA Endpoint {settings.CertificateAddress}, provider Citadel");
        SidecarLog.Info($"Using CA {settings.CertificateAddress} cert with certs: {istiod.RootFile}");
        SidecarLog.Info($"Pilot SAN: [{settings.DiscoveryAddress.Split(':')[0]}]");
        SidecarLog.Info("Starting proxy agent");
    }
}
