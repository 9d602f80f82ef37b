using Onboarding.Endpoint.Hosting;
using Onboarding.Lab.Hosting;
using Onboarding.Plane.Hosting;
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
        StartException e = await Should.ThrowAsync<StartException>(() => OnboardingLab.StartAsync(new LabOptions
        {
            DataDirectory = _directory["plane"],
            ApiPort = 0,
            IstiodPort = 0,
            Endpoint = new EndpointOptions { Port = 0, AuditLog = file, LoggerFactory = _log },
        }));
        e.Message.ShouldBeGolden();
        e.Message.ShouldContain($"namei -l {file}");
    }

    [Fact]
    public async Task An_endpoint_for_a_cluster_asks_for_its_certificate()
    {
        StartException e = await Should.ThrowAsync<StartException>(
            () => EndpointServer.StartAsync(new EndpointOptions { Kubeconfig = Kubeconfig(), TlsCertificate = _directory["tls.crt"], LoggerFactory = _log }));
        e.Message.ShouldContain("--tls-certificate FILE --tls-key FILE");
    }

    [Theory]
    [InlineData("--embedded", "--data-directory", "/d")]
    [InlineData("--embedded-api-port=0")]
    public async Task What_the_endpoint_could_once_is_named_with_the_program_that_can(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();

        int code = await EndpointCommand.RunAsync(arguments, (_, _) => throw new InvalidOperationException("it doesn't run"), output, errors);

        code.ShouldBe(2);
        output.ToString().ShouldBeEmpty();
        errors.ToString().ShouldContain($"Next: {string.Join(' ', arguments.Where(a => a != "--embedded").Prepend("onboarding-lab"))}\n");
    }

    private string Kubeconfig()
    {
        File.WriteAllText(
            _directory["kubeconfig"],
            """
            clusters: [{name: c, cluster: {server: "https://localhost:1"}}]
            contexts: [{name: c, context: {cluster: c}}]
            current-context: c
            """);
        return _directory["kubeconfig"];
    }
}
