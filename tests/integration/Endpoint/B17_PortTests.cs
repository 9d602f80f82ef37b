using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Onboarding.Endpoint.Hosting;
using Onboarding.Lab.Hosting;
using Onboarding.Operator.Hosting;
using Onboarding.Plane.Hosting;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>A port that can't be had is said in a line, wherever a port is read.</summary>
public sealed class B17_PortTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("99999")]
    [InlineData("-1")]
    [InlineData("65536")]
    public async Task B17_What_is_no_port_is_refused_before_anything_starts(string port)
    {
        (int endpoint, string said) = await RunAsync((output, errors) => EndpointCommand.RunAsync(
            ["--port", port], (_, _) => throw new InvalidOperationException("it doesn't run"), output, errors));
        endpoint.ShouldBe(2);
        said.ShouldContain("[OptionInvalid]");
        said.ShouldBeGolden();

        RootCommand command = OperatorCommand.Create((_, _) => throw new InvalidOperationException("it doesn't run"), TextWriter.Null, TextWriter.Null);
        (int leader, said) = await RunAsync((output, errors) => new PlaneProgram(OperatorCommand.Name).InvokeAsync(command, ["--health-port", port], output, errors));
        leader.ShouldBe(2);
        said.ShouldContain("[OptionInvalid]");
        said.ShouldBeGolden();
    }

    [Theory]
    [InlineData("--port")]
    [InlineData("--embedded-api-port")]
    [InlineData("--embedded-istiod-port")]
    public void B17_The_plane_on_a_laptop_refuses_it_too(string option) =>
        typeof(OnboardingLab).Assembly.EntryPoint!.Invoke(null, [new[] { option, "99999", "--data-directory", _directory["never"] }]).ShouldBe(2);

    [Fact]
    public async Task B17_A_port_that_is_taken_names_the_command_that_shows_by_what()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        _log.Expect("Hosting failed to start");

        StartException endpoint = await Should.ThrowAsync<StartException>(() => OnboardingLab.StartAsync(Options(new EndpointOptions { Port = port, LoggerFactory = _log })));
        endpoint.Message.ShouldContain($"ss -ltnp 'sport = :{port}'");
        StartException api = await Should.ThrowAsync<StartException>(
            () => OnboardingLab.StartAsync(Options(new EndpointOptions { Port = 0, LoggerFactory = _log }) with { ApiPort = port }));
        api.Message.ShouldContain("--embedded-api-port");
    }

    [Fact]
    public async Task B17_An_address_that_is_not_this_machines_is_said_in_the_same_way()
    {
        _log.Expect("Hosting failed to start");

        StartException e = await Should.ThrowAsync<StartException>(
            () => OnboardingLab.StartAsync(Options(new EndpointOptions { Port = 0, Listen = IPAddress.Parse("192.0.2.1"), LoggerFactory = _log })));

        e.Message.ShouldContain("192.0.2.1");
    }

    private LabOptions Options(EndpointOptions endpoint) => new()
    {
        DataDirectory = _directory["plane"],
        ApiPort = 0,
        IstiodPort = 0,
        Endpoint = endpoint,
    };

    private static async Task<(int ExitCode, string Errors)> RunAsync(Func<TextWriter, TextWriter, Task<int>> run)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        return (await run(output, errors), errors.ToString());
    }
}
