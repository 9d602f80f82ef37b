using System.Net;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Client.Credentials.Aws;
using Onboarding.Client.Credentials.Platforms;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Testing.Clouds.Aws;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>
/// The proxy that the environment names would see the machine's credentials, and answer with its own machine's. What the environment says is
/// the process's: this test runs when no others do.
/// </summary>
[Collection(nameof(Ec2ProxyTests))]
[CollectionDefinition(nameof(Ec2ProxyTests), DisableParallelization = true)]
public sealed class Ec2ProxyTests
{
    [Fact]
    public async Task Case52_a_proxy_of_the_environment_is_not_used()
    {
        using X509Certificate2 region = SigningCertificates.Create();
        var instance = new TestInstance();
        await using FakeEc2Metadata metadata = await FakeEc2Metadata.StartAsync(instance, instance.Sign(region));
        await using LoopbackServer proxy = await LoopbackServer.StartAsync(http => LoopbackServer.StatusAsync(http, 502));
        var source = new Ec2CredentialSource(
            new PlatformEnvironment
            {
                Variable = name => name == "AWS_EC2_METADATA_SERVICE_ENDPOINT" ? metadata.Url.ToString() : null,
                MetadataPatience = Eventually.Patience,
            },
            TimeProvider.System);
        IWebProxy before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new EverythingBy(proxy.Url);
        try
        {
            await source.GetAsync(
                Requests.For("plane-1") with { Accepted = ["type.googleapis.com/onboarding.v1alpha1.AwsEc2Credential"] }, CancellationToken.None);
            proxy.Requests.ShouldBeEmpty();

            using var other = new HttpClient();
            (await other.GetAsync(metadata.Url)).StatusCode.ShouldBe(HttpStatusCode.BadGateway, "others do go by it");
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
    }

    /// <summary>A proxy for every address: .NET's own leaves those of this machine out.</summary>
    private sealed class EverythingBy(Uri proxy) : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination) => proxy;

        public bool IsBypassed(Uri host) => false;
    }
}
