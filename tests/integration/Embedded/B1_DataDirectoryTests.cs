using Onboarding.Embedded;
using Onboarding.Endpoint.Hosting;
using Onboarding.Lab.Hosting;
using Onboarding.Plane.Hosting;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Embedded;

/// <summary>Two planes and one data directory.</summary>
public sealed class B1_DataDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task The_second_is_refused_with_the_first_one_s_process_until_that_has_stopped()
    {
        await using (EmbeddedControlPlane first = await StartAsync())
        {
            (await Should.ThrowAsync<DataDirectoryInUseException>(StartAsync)).ProcessId.ShouldBe(Environment.ProcessId);
        }

        await using EmbeddedControlPlane again = await StartAsync();
    }

    [Fact]
    public async Task The_program_says_so_with_an_exit_code_of_its_own()
    {
        await using EmbeddedControlPlane first = await StartAsync();

        StartException refused = await Should.ThrowAsync<StartException>(() => OnboardingLab.StartAsync(new LabOptions
        {
            DataDirectory = _directory["plane"],
            ApiPort = 0,
            IstiodPort = 0,
            Endpoint = new EndpointOptions { Port = 0, LoggerFactory = _log },
        }));

        refused.ExitCode.ShouldBe(PlaneProgram.InUse);
        refused.Message.ShouldContain($"process {Environment.ProcessId}");
    }

    [Fact]
    public async Task What_a_process_left_that_was_killed_holds_no_other_back()
    {
        Directory.CreateDirectory(Path.Combine(_directory["plane"], "control-plane"));
        await File.WriteAllTextAsync(Path.Combine(_directory["plane"], "control-plane", "lock"), "1\n");

        await using EmbeddedControlPlane plane = await StartAsync();
    }

    private Task<EmbeddedControlPlane> StartAsync() => EmbeddedControlPlane.StartAsync(new EmbeddedControlPlaneOptions
    {
        DataDirectory = Path.Combine(_directory["plane"], "control-plane"),
        ApiPort = 0,
        IstiodPort = 0,
        LoggerFactory = _log,
    });
}
