using Onboarding.Tests.IstioPackage;
using Onboarding.Tests.IstioPackage.Envoy;
using Onboarding.Tests.IstioPackage.Proxy;
using Onboarding.Tests.IstioPackage.Redirection;

// Recorded: every command prints this, and not on standard output.
if (args is not ["envoy", ..])
{
    Console.Error.WriteLine("INFO memory is not limited, skipping package=github.com/KimMachineGun/automemlimit/memlimit");
}

return args switch
{
    ["version", .. string[] rest] => VersionCommand.Run(rest),
    ["istio-iptables", .. string[] rest] => RedirectionCommand.Run(rest.Contains("--cleanup-only")),
    ["proxy", ..] => await ProxyCommand.RunAsync(),
    ["envoy", ..] => await EnvoyCommand.RunAsync(),
    _ => 1,
};
