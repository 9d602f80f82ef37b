using System.Globalization;
using Onboarding.Bench.Agent;
using Onboarding.Bench.BootConfigurations;
using Onboarding.Bench.ControlPlane;
using Onboarding.Bench.Joins;
using Onboarding.Bench.Limits;
using Onboarding.Bench.Nat;
using Onboarding.Bench.Policies;
using Onboarding.Bench.Renewals;
using Onboarding.Bench.Replicas;
using Onboarding.Bench.Sessions;
using Onboarding.Bench.Strangers;
using Onboarding.Bench.Verifications;

if (args is ["joins", .. string[] rest] && JoinBenchmarkOptions.TryRead(rest) is { } options)
{
    return await JoinBenchmark.RunAsync(options);
}

if (args is ["control-plane", .. string[] more] && ControlPlaneBenchmarkOptions.TryRead(more) is { } amounts)
{
    return await ControlPlaneBenchmark.RunAsync(amounts);
}

if (args is ["agent", .. string[] agent] && AgentBenchmarkOptions.TryRead(agent) is { } what)
{
    return await AgentBenchmark.RunAsync(what);
}

if (args is ["renewals", .. string[] months] && RenewalBenchmarkOptions.TryRead(months) is { } renewals)
{
    return await RenewalBenchmark.RunAsync(renewals);
}

if (args is ["strangers", .. string[] hostile] && StrangerBenchmarkOptions.TryRead(hostile) is { } attack)
{
    return await StrangerBenchmark.RunAsync(attack);
}

if (args is ["nat", .. string[] shared] && NatBenchmarkOptions.TryRead(shared) is { } nat)
{
    return await NatBenchmark.RunAsync(nat);
}

if (args is ["limits"])
{
    return await LimitBenchmark.RunAsync();
}

if (args is ["sessions", .. string[] idle] && SessionBenchmarkOptions.TryRead(idle) is { } sessions)
{
    return await SessionBenchmark.RunAsync(sessions);
}

if (args is ["replicas", .. string[] several] && ReplicaBenchmarkOptions.TryRead(several) is { } replicas)
{
    return await ReplicaBenchmark.RunAsync(replicas);
}

// The other process of "sessions".
if (args is [BareKestrel.Command, string certificate, string key])
{
    return await BareKestrel.ServeAsync(certificate, key);
}

if (args is ["policies"])
{
    return PolicyBenchmark.Run();
}

if (args is ["members"])
{
    return MemberBenchmark.Run();
}

if (args is ["boot-configurations"])
{
    return BootConfigurationBenchmark.Run();
}

if (args is ["verifications"])
{
    return await VerificationBenchmark.RunAsync();
}

var defaults = new ControlPlaneBenchmarkOptions();
Console.Error.WriteLine(
    string.Create(
        CultureInfo.InvariantCulture,
        $"""
        Usage: dotnet run -c Release --project bench -- joins [--count {JoinBenchmarkOptions.DefaultCount}] [--parallel {JoinBenchmarkOptions.DefaultParallel}] [--server {JoinBenchmarkOptions.Embedded}|{JoinBenchmarkOptions.Real}]
               dotnet run -c Release --project bench -- strangers [--count {new StrangerBenchmarkOptions().Count}] [--members {new StrangerBenchmarkOptions().Members}] [--same {new StrangerBenchmarkOptions().Same}] [--kind {string.Join('|', StrangerFlood.Kinds)}]
               dotnet run -c Release --project bench -- nat [--count {new NatBenchmarkOptions().Count}] [--fresh]
               dotnet run -c Release --project bench -- sessions [--count {new SessionBenchmarkOptions().Count}]
               dotnet run -c Release --project bench -- replicas [--joins {new ReplicaBenchmarkOptions().Joins}] [--members {new ReplicaBenchmarkOptions().Members}] [--operator-members {new ReplicaBenchmarkOptions().OperatorMembers}]
               dotnet run -c Release --project bench -- control-plane [--objects {defaults.Objects}] [--parallel {defaults.Parallel}] [--watchers {defaults.Watchers}] [--events {defaults.Events}]
               dotnet run -c Release --project bench -- limits
               dotnet run -c Release --project bench -- policies
               dotnet run -c Release --project bench -- members
               dotnet run -c Release --project bench -- boot-configurations
               dotnet run -c Release --project bench -- verifications
               dotnet run -c Release --project bench -- agent [--agent PROGRAM] [--starts {new AgentBenchmarkOptions().Starts}] [--idle-seconds {new AgentBenchmarkOptions().IdleSeconds}] [--beside PROGRAM]
               dotnet run -c Release --project bench -- renewals [--agent PROGRAM] [--renewals {new RenewalBenchmarkOptions().Renewals}] [--reconnects {new RenewalBenchmarkOptions().Reconnects}]

          joins           joins per second beside plain WorkloadEntry creates on the same control plane in the same run,
                          and the writes to the Kubernetes API per join, counted by a proxy in between
          strangers       one address opens connections and proves nothing on them: how long members of other addresses and of
                          the same one take to come back, and whether health checks are answered
          nat             how long machines take to join while one caller of their address fails all the time; --fresh: with a
                          connection for each of its calls
          sessions        memory of idle sessions beside idle streams of bare Kestrel, and the endpoint's CPU for one member's
                          change with 100 members and with all
          replicas        joins per second and writes per join with three endpoints beside one, the time until the last member is told
                          of its group's change, and CPU and memory of the operator
          control-plane   creates, lists and watches on the embedded control plane, and, where kube-apiserver and etcd are
                          found (KUBEBUILDER_ASSETS, PATH), the same on those
          policies        how long a decision takes with 10, 1,000 and 10,000 policies in one namespace and issuer, and what a
                          policy costs in memory
          members         how long a decision by maxMembers takes in a namespace of 10,000 members, and the leader's look at all
          boot-configurations   members' files a second by one core, with the mesh configuration parsed once and for each member
          verifications   credentials verified per second by one core, each platform beside the bare cryptographic operation
          agent           the agent as it ships: its size on disk, its memory when it is joined and idle and when it serves the
                          machine's identity, the time from its start to its first answered call, and an agent of the
                          distribution's beside it, if there is one
          renewals        what an agent's memory is after as many renewals of its tokens and as many sessions as it has in months,
                          and whether any renewal was missed
        """));
return 2;
