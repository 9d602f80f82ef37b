using Onboarding.Api.Configuration;
using Onboarding.Api.Registration;
using Onboarding.Client;
using Onboarding.Client.Local;
using Onboarding.Testing;
using Onboarding.Tests.Integration.ClientTests;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.EngineTests.LocalTests;

/// <summary>What a join would make, told without a call.</summary>
public sealed class JoinPlanTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task It_has_the_WorkloadEntry_the_files_and_the_sidecar()
    {
        OnboardingAgentOptions options = await OptionsAsync(new NetworkInterfaceFilter { Include = ["^lo$"] });
        OnboardingConfiguration onboarding = options.Onboarding with
        {
            Workload = new WorkloadInfo { Labels = new Dictionary<string, string> { ["version"] = "v2", ["canary"] = "yes" } },
        };

        JoinPlan.Describe(onboarding, options, startSidecar: true).ShouldBeGolden();
    }

    [Fact]
    public async Task It_says_where_a_join_would_find_no_address()
    {
        OnboardingAgentOptions options = await OptionsAsync(new NetworkInterfaceFilter { Include = ["^none-such$"] });

        string plan = JoinPlan.Describe(options.Onboarding, options, startSidecar: false);

        plan.ShouldContain("    address: \"(none: ");
        plan.ShouldContain("wouldn't be started.");
    }

    [Fact]
    public async Task It_says_where_there_is_no_address_of_the_kind_that_is_wanted()
    {
        OnboardingAgentOptions options = await OptionsAsync(new NetworkInterfaceFilter { Include = ["^lo$"] });
        OnboardingConfiguration onboarding = options.Onboarding with { Settings = new RegistrationSettings { ConnectedOver = AddressType.Internet } };

        JoinPlan.Describe(onboarding, options, startSidecar: false).ShouldBeGolden();
    }

    [Fact]
    public async Task It_runs_no_plugin()
    {
        OnboardingAgentOptions options = await OptionsAsync(null);
        string ran = _directory["ran"];
        string plugin = ShellScript.Write(_directory, "hostinfo", $"touch {ran}");
        options = options with
        {
            Agent = options.Agent with
            {
                Host = options.Agent.Host with
                {
                    Custom = options.Agent.Host.Custom! with { Hostinfo = new HostInfoSource { Plugin = new PluginConfiguration { Name = "corp", Path = plugin } } },
                },
            },
        };

        JoinPlan.Describe(options.Onboarding, options, startSidecar: false).ShouldBeGolden();

        File.Exists(ran).ShouldBeFalse();
    }

    private async Task<OnboardingAgentOptions> OptionsAsync(NetworkInterfaceFilter? interfaces)
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        return interfaces is null ? options : options with
        {
            Agent = options.Agent with
            {
                Host = options.Agent.Host with
                {
                    Custom = options.Agent.Host.Custom! with { Hostinfo = new HostInfoSource { Basic = new BasicHostInfo { NetworkInterfaces = interfaces } } },
                },
            },
        };
    }
}
