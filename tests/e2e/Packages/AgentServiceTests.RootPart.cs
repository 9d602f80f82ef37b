using Onboarding.Testing;
using Shouldly;

namespace Onboarding.Tests.E2E.Packages;

// What of the package needs a booted systemd: the root part's verbs, a sidecar whose agent is not back, the order of a shutdown, the identity socket.
public sealed partial class AgentServiceTests
{
    private const string AgentConfiguration = "/etc/onboarding-agent/agent.config.yaml";
    private const string Onboarding = "/etc/onboarding-agent/onboarding.config.yaml";
    private const string Abandoned = "/etc/systemd/system/onboarding-agent-abandoned.service.d";

    // The allowed user is no account of the machine: the kernel tells numbers.
    private const int Allowed = 1001;
    private const int Other = 1002;

    private async Task RootVerbsChangeTheMachineAsync()
    {
        (await _machine.RunAsync("journalctl -o cat -u 'onboarding-agent-root@*'")).ShouldContain("did Capture");
        (await AskAsync("onboarding-agent", "Release")).Output.ShouldContain("onFailure");
        (await AskAsync("onboarding-agent", "Flush")).Output.ShouldContain("SidecarFailed");
        (await AskAsync("nobody", "RemoveIdentity")).Code.ShouldNotBe(0, "only the agent's group may connect");
        await IsCapturedAsync(true);

        await File.AppendAllTextAsync(_machine[AgentConfiguration], "\nsidecar: {capture: {onFailure: Open}}\n");
        (await AskAsync("onboarding-agent", "Release")).Output.ShouldContain("true");
        await IsCapturedAsync(false);
        (await AskAsync("onboarding-agent", "Capture")).Output.ShouldContain("true");
        await IsCapturedAsync(true);
    }

    private async Task B7_an_agent_that_is_back_in_time_keeps_its_sidecar()
    {
        await Eventually.Is(async () => await StateAsync("onboarding-agent-abandoned") == "inactive", "it is seen that an agent is back");
        string said = await _machine.RunAsync("journalctl -o cat -u onboarding-agent-abandoned");
        said.ShouldNotBeEmpty();
        said.ShouldNotContain("SidecarAbandoned");
    }

    // Killed, and its configuration broken meanwhile: systemd starts it again, and it ends at once and for good.
    private async Task B7_a_sidecar_whose_agent_is_not_back_is_ended_with_all_that_was_installed()
    {
        await _machine.RunAsync(
            $"""
            mkdir -p {Abandoned}
            printf '%s\n' '[Service]' 'ExecStart=' 'ExecStart=/usr/bin/onboarding-agent root-part --abandoned --after 3' >{Abandoned}/time.conf
            systemctl daemon-reload
            cp {Onboarding} /root/good
            echo 'kind: Nothing' >{Onboarding}
            systemctl kill --kill-whom=main --signal=KILL onboarding-agent
            """);
        await Eventually.Is(async () => await StateAsync("istio") == "inactive" && await StateAsync("onboarding-agent-abandoned") == "inactive", "the sidecar is ended");
        (await StateAsync("onboarding-agent")).ShouldBe("failed");
        (await _machine.RunAsync("journalctl -o cat -p warning -u onboarding-agent-abandoned")).ShouldContain("SidecarAbandoned");
        (await _machine.RunAsync("systemctl show --property=Result --value istio; cat /var/log/istio/istio.log")).ShouldMatch("(?s)^success\n.*Graceful termination", "it drained, and was not killed");
        await IsCapturedAsync(false);
        await HasNothingOfTheMeshAsync();

        await _machine.RunAsync($"rm -r {Abandoned}; mv /root/good {Onboarding}; systemctl daemon-reload");
        (await AskAsync("onboarding-agent", "Capture")).Output.ShouldContain("istio.service");
        await IsCapturedAsync(false);
        await _machine.RunAsync("systemctl start onboarding-agent");
        await _plane.WaitUntilReadyAsync(_machine);
        await IsReadyAsync();
    }

    private async Task TheAgentLeavesBeforeItsSidecarStopsAtARebootAsync()
    {
        // The journal of before has to outlive the boot.
        await _machine.RunAsync("mkdir -p /var/log/journal && journalctl --flush");
        string uid = (await _plane.RegistrationAsync())!.Metadata.Uid!;
        await _machine.RebootAsync();
        await _plane.WaitUntilReadyAsync(_machine);
        string[] said = (await _machine.RunAsync(
            "journalctl --boot=-1 -o cat _SYSTEMD_UNIT=onboarding-agent.service + UNIT=onboarding-agent.service + UNIT=istio.service")).Split('\n');
        string[] steps = ["Stopping onboarding-agent.service", "unregistered 'bookinfo/", "Stopping istio.service", "Stopped istio.service", "Stopped onboarding-agent.service"];
        int[] order = [.. steps.Select(step => Array.FindLastIndex(said, line => line.Contains(step, StringComparison.Ordinal)))];
        string context = string.Join('\n', said.TakeLast(40));
        order.ShouldAllBe(at => at >= 0, context);
        order.ShouldBeInOrder(SortDirection.Ascending, context);
        context.ShouldNotContain("MachineNotRestored", Case.Sensitive, context);
        (await _plane.RegistrationAsync())!.Metadata.Uid.ShouldNotBe(uid);
    }

    // Under the unit's restrictions: a plain gRPC client, run by Debian's Python of the machine around it.
    private async Task TheIdentityIsGivenToWhomTheKernelNamesAsync()
    {
        await File.AppendAllTextAsync(_machine[AgentConfiguration], $$"""meshIdentity: {workloadApi: true, sds: true, callers: [{uid: {{Allowed}}}]}""" + "\n");
        await File.WriteAllTextAsync(
            _machine["/usr/local/bin/identity.py"],
            """
            import grpc
            channel = grpc.insecure_channel('unix:///run/onboarding-agent/identity.sock')
            def first(answers):
                try:
                    return bytes(next(iter(answers)))
                except grpc.RpcError as e:
                    return e.code().name.encode()
            svid = first(channel.unary_stream('/SpiffeWorkloadAPI/FetchX509SVID')(b'', metadata=[('workload.spiffe.io', 'true')], timeout=60))
            print('SVID' if b'spiffe://cluster.local/ns/bookinfo/sa/bookinfo-ratings' in svid else svid)
            kind = b'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret'
            request = b'\x1a\x07default\x22' + bytes([len(kind)]) + kind
            secret = first(channel.stream_stream('/envoy.service.secret.v3.SecretDiscoveryService/StreamSecrets')(iter([request]), timeout=60))
            print('SECRET' if b'BEGIN CERTIFICATE' in secret and b'PRIVATE KEY' in secret else secret)
            """);
        await _machine.RunAsync("systemctl reload onboarding-agent");
        await Eventually.Is(
            async () => (await _machine.RunAsync("journalctl -o cat -u onboarding-agent")).Contains("MeshIdentityIssued", StringComparison.Ordinal), "istiod has issued it");
        (await FetchAsync(Allowed)).ShouldBe((0, "SVID\nSECRET\n"));
        foreach (int user in (int[])[Other, 0])
        {
            (await FetchAsync(user)).ShouldBe((0, "b'PERMISSION_DENIED'\nb'PERMISSION_DENIED'\n"));
        }

        await _machine.RunAsync("rm /usr/local/bin/identity.py");
    }

    private Task<(int Code, string Output)> FetchAsync(int user) => _machine.TryAsync(
        $"""
        libraries=/mnt/lib/$(uname -m)-linux-gnu
        PYTHONHOME=/mnt PYTHONPATH=/mnt/lib/python3/dist-packages PYTHONDONTWRITEBYTECODE=1 GRPC_VERBOSITY=NONE \
          setpriv --reuid={user} --regid={user} --clear-groups "$libraries"/ld-linux-*.so.* --library-path "$libraries" /mnt/python /usr/local/bin/identity.py
        """);

    private Task<(int Code, string Output)> AskAsync(string user, string verb) => _machine.TryAsync(
        $"""
        runuser -u {user} -- python3 -c 'import socket, sys
        s = socket.socket(socket.AF_UNIX); s.connect("/run/onboarding-agent-root.sock"); s.sendall(b"{verb}\n"); s.shutdown(socket.SHUT_WR); print(s.makefile().read())'
        """);

    private async Task IsCapturedAsync(bool expected) =>
        (await _machine.RunAsync(Rules)).Contains("istio", StringComparison.OrdinalIgnoreCase).ShouldBe(expected);

    private async Task HasNothingOfTheMeshAsync() =>
        (await _machine.TryAsync("cat /etc/certs/* /run/secrets/tokens/* /var/lib/istio/envoy/cluster.env; grep istiod /etc/hosts")).Output.ShouldNotContain("BEGIN");
}
