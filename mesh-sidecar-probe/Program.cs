using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using Onboarding.SidecarProbe;

var directory = new Option<DirectoryInfo?>("--boot-directory")
{
    Description = "Directory with cluster.env, mesh.yaml, root-cert.pem, istio-token and hosts; default: $ONBOARDING_BOOT_DIRECTORY.",
};
var port = new Option<int?>("--status-port")
{
    Description = "Port of /healthz/ready on 127.0.0.1; default: statusPort of mesh.yaml, else 15020. 0 takes any free port.",
};
port.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int?>() is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
    {
        result.AddError($"--status-port: {result.Tokens[^1].Value} isn't a port, which is 0 to {IPEndPoint.MaxPort}");
    }
});
var once = new Option<bool>("--once") { Description = "Run the checks, then exit." };
var drain = new Option<double>("--drain-seconds")
{
    Description = "How long to stay, no longer ready, after SIGTERM.",
    DefaultValueFactory = _ => 2,
};
var lifetime = new Option<long>("--certificate-seconds")
{
    Description = "How long a certificate to ask for.",
    DefaultValueFactory = _ => 24 * 60 * 60,
};
var command = new RootCommand("Plays Istio's sidecar: starts from a boot configuration, and says what is wrong with it.")
{
    directory, port, once, drain, lifetime,
};
command.SetAction(async (result, _) =>
{
    string? boot = result.GetValue(directory)?.FullName ?? Environment.GetEnvironmentVariable("ONBOARDING_BOOT_DIRECTORY");
    if (string.IsNullOrEmpty(boot))
    {
        await Console.Error.WriteLineAsync("Say where the boot configuration is: --boot-directory DIRECTORY, or ONBOARDING_BOOT_DIRECTORY.");
        return 2;
    }

    using var stop = new CancellationTokenSource();
    void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        stop.Cancel();
    }

    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    var options = new ProbeOptions
    {
        BootDirectory = boot,
        StatusPort = result.GetValue(port),
        Once = result.GetValue(once),
        Drain = TimeSpan.FromSeconds(Math.Clamp(result.GetValue(drain), 0, 300)),
        CertificateLifetime = TimeSpan.FromSeconds(result.GetValue(lifetime)),
    };
    return await new Probe(options, new ProbeEvents(Console.Out)).RunAsync(stop.Token);
});
return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
