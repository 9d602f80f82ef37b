using Onboarding.Endpoint.Hosting;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>What an endpoint says that can't start.</summary>
public sealed class StartTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task An_endpoint_without_the_audit_log_it_was_told_to_write_does_not_start()
    {
        string file = _directory["gone/audit.jsonl"];
        EndpointStartException e = await Should.ThrowAsync<EndpointStartException>(() => OnboardingEndpoint.StartAsync(new EndpointOptions
        {
            Embedded = true,
            DataDirectory = _directory["plane"],
            Port = 0,
            EmbeddedApiPort = 0,
            EmbeddedIstiodPort = 0,
            AuditLog = file,
            LoggerFactory = _log,
        }));
        e.Message.ShouldContain($"--audit-log {file} can't be opened");
        e.Message.ShouldContain($"namei -l {file}");
    }

    [Fact]
    public async Task An_endpoint_for_a_cluster_asks_for_its_certificate()
    {
        EndpointStartException e = await Should.ThrowAsync<EndpointStartException>(
            () => OnboardingEndpoint.StartAsync(new EndpointOptions { TlsCertificate = _directory["tls.crt"], LoggerFactory = _log }));
        e.Message.ShouldContain("--tls-certificate FILE --tls-key FILE");
    }
}
