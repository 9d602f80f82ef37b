using Onboarding.Client.Errors;
using Onboarding.Client.Processes;
using Onboarding.Client.Sidecar.Istio;
using Onboarding.Client.Sidecar.Istio.Redirection;

namespace Onboarding.Client.Checks.Machine;

/// <summary>There is something that redirects the workload's traffic to the sidecar.</summary>
internal sealed class RedirectionCheck : IOnboardingCheck
{
    public string Category => "Sidecar";

    public string Name => "traffic redirection";

    public IReadOnlyList<string> DependsOn => [];

    public Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (!context.IsIstio)
        {
            return Task.FromResult(CheckOutcome.Skip($"a sidecar of kind {context.Sidecar.Kind} redirects nothing"));
        }

        var tools = new MachineTools(context.Root);
        var nftables = new NativeNftables(context.Root);
        bool? says = SidecarEnvironment.Installed(context.Root).SaysNativeNftables;
        string capture = context.SidecarEnvironment.HasOwnRules
            ? "ISTIO_CUSTOM_IP_TABLES=true: the rules are the administrator's"
            : $"capture starts {context.Sidecar.Capture.Start}, on failure {context.Sidecar.Capture.OnFailure}";
        bool uses = says ?? nftables.IsPreferred;
        return Task.FromResult((tools.Find("iptables-save"), tools.Find("nft")) switch
        {
            (_, { } nft) when uses => CheckOutcome.Pass($"{nft}, with {NativeNftables.Variable}=true; {capture}"),
            ({ } iptables, { }) when says is null => CheckOutcome.Pass($"{iptables}, as rules of iptables-legacy are in force, which nft doesn't see; {capture}"),
            ({ } iptables, _) when !uses => CheckOutcome.Pass($"{iptables}; {capture}"),
            (null, { } nft) when says == false => CheckOutcome.Fail(
                ErrorIds.SidecarFailed,
                $"{nft} is there and iptables isn't, and {NativeNftables.Variable} is set to another value than true, or FORCE_IPTABLES_BINARY is set.",
                $"{nftables.InstallCommand("iptables")}; or remove the setting from {IstioFiles.SidecarEnv(context.Root)} and from proxyMetadata of the mesh and the group"),
            (null, { } nft) => CheckOutcome.Fail(
                ErrorIds.SidecarFailed,
                $"{nft} is there and iptables isn't, while rules of iptables-legacy are in force, which nft doesn't see.",
                $"cat /proc/net/ip_tables_names; then {nftables.InstallCommand("iptables")}"),
            (_, null) when uses => CheckOutcome.Fail(
                ErrorIds.SidecarFailed, $"{NativeNftables.Variable} is true and nft isn't installed: traffic wouldn't reach the sidecar.", nftables.InstallCommand("nftables")),
            _ => CheckOutcome.Fail(
                ErrorIds.SidecarFailed, "Neither iptables nor nft is installed: traffic wouldn't reach the sidecar.", nftables.InstallCommand("nftables")),
        });
    }
}
