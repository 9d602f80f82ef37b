using Onboarding.Client.Local;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.EngineTests.LocalTests;

/// <summary>What a running session isn't told is said, and where to set it.</summary>
public sealed class UnusedParametersTests
{
    public static TheoryData<JoinRequest, string, string> All => new()
    {
        { new JoinRequest { TokenPath = "/t" }, "-TokenPath", "host.custom.credential in /etc/onboarding-agent/agent.config.yaml" },
        { new JoinRequest { Token = new JoinSecret("s3cret") }, "-TokenSecretName", "host.custom.credential" },
        { new JoinRequest { CredentialPlugin = "/p" }, "-CredentialPlugin", "host.custom.credential" },
        { new JoinRequest { CertificateAuthorityPath = "/c" }, "-CertificateAuthorityPath", "tls.caFile in /etc/onboarding-agent/onboarding.config.yaml" },
        { new JoinRequest { ServerName = "plane" }, "-ServerName", "tls.sni" },
        { new JoinRequest { Labels = new Dictionary<string, string> { ["a"] = "b" } }, "-Label", "workload.labels" },
        { new JoinRequest { ConnectedOver = "Internet" }, "-ConnectedOver", "settings.connectedOver" },
    };

    [Theory]
    [MemberData(nameof(All))]
    public void Each_is_named_with_its_place(JoinRequest request, string name, string place)
    {
        string told = UnusedParameters.ByService(request)!;
        told.ShouldBeGolden();
        told.ShouldContain(place);
        told.ShouldContain("sudo systemctl restart onboarding-agent");
        told.ShouldNotContain("s3cret");
        UnusedParameters.ByExistingSession(request)!.ShouldContain($"{name} changed nothing");
    }

    [Fact]
    public void Those_with_one_place_name_it_once() =>
        UnusedParameters.ByService(new JoinRequest { TokenPath = "/t", CredentialPlugin = "/p" })!.Split("host.custom.credential").Length.ShouldBe(2);

    [Fact]
    public void What_only_says_which_plane_and_group_is_compared_and_not_lost()
    {
        var request = new JoinRequest { Endpoint = "plane:15443", Namespace = "bookinfo", WorkloadGroup = "ratings", AgentConfigurationPath = "/a", StateDirectory = "/s" };
        UnusedParameters.ByService(request).ShouldBeNull();
        UnusedParameters.ByExistingSession(request).ShouldBeNull();
    }
}
