using Onboarding.AgentHost.Commands;
using Onboarding.AgentHost.Logging;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.AgentHostTests;

/// <summary>What leaves the machine in a support bundle.</summary>
public sealed class BundleRedactionTests
{
    private const string Planted = "pl4nted";

    [Theory]
    [InlineData("authorization: Bearer pl4nted")]
    [InlineData("Authorization=Basic pl4nted")]
    [InlineData("password: pl4nted")]
    [InlineData("# DB_PASSWORD='pl4nted and more'")]
    [InlineData("""{"clientSecret": "pl4nted", "a": 1}""")]
    [InlineData("ISTIO_META_API_KEY=\"pl4nted\"")]
    [InlineData("HTTPS_PROXY=http://user:pl4nted@proxy.example:3128")]
    [InlineData("git clone https://pl4nted@example.com/x")]
    [InlineData("- {name: VAULT_ADDR, value: pl4nted}")]
    [InlineData("- name: X\n  value: a pl4nted b\n")]
    [InlineData("said eyJhbGciOi.eyJpc3MiOi.pl4nted done")]
    [InlineData("said eyJpl4nted")]
    [InlineData("token ojt1.bookinfo.rack-7.pl4nted")]
    [InlineData("key AKIAPL4NTED0000000")]
    [InlineData("-----BEGIN EC PRIVATE KEY-----\npl4nted\n-----END EC PRIVATE KEY-----")]
    [InlineData("-----BEGIN PRIVATE KEY-----\npl4nted")]
    [InlineData("said pl4ntedAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= done")]
    [InlineData("said wJalrXUtnFEMIpl4ntedbPxRfiCYEXAMPLEKEYAA/K7MDENG/pl4ntedbPx done")]
    public void A_secret_is_taken_out(string text)
    {
        string sent = BundleRedaction.Apply(text);

        sent.ShouldNotContain(Planted, Case.Insensitive);
        sent.ShouldContain("[redacted]");
    }

    [Theory]
    [InlineData("spiffe://cluster.local/ns/bookinfo/sa/bookinfo-ratings")]
    [InlineData("uid 0b2a9f3e-5d1c-4a7b-9e8f-1234567890ab")]
    [InlineData("/var/lib/onboarding-agent/workloads/bookinfo.ratings/boot/current")]
    [InlineData("- joinToken: {file: /etc/onboarding-agent/join-token}")]
    [InlineData("host: onboarding-endpoint.your-company.corp")]
    [InlineData("2026-12-01T00:50:37.870Z info  5007 Registered: registered as ratings-join-token-rack-vm1")]
    public void What_helps_people_stays(string text) => BundleRedaction.Apply(text).ShouldBe(text);

    [Theory]
    [InlineData("8:4711", "socket:[4711]", true)]
    [InlineData("8:4711", "socket:[4712]", false)]
    [InlineData("8:4711", "/dev/pts/1", false)]
    [InlineData("4711", "socket:[4711]", false)]
    [InlineData("8:", "socket:[]", false)]
    [InlineData(null, "socket:[4711]", false)]
    [InlineData("8:4711", null, false)]
    public void Standard_error_is_the_journal_only_if_it_is_the_very_socket(string? variable, string? stream, bool expected) =>
        JournalStream.Names(variable, stream).ShouldBe(expected);
}
