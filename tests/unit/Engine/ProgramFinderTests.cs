using Onboarding.Client.Errors;
using Onboarding.Laptop.Planes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Engine;

public sealed class ProgramFinderTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, string> _variables = [];

    private ProgramFinder Finder => new(_variables.GetValueOrDefault);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_given_path_goes_before_the_variable_and_that_before_PATH()
    {
        string given = Program("given/onboarding-lab");
        string variable = Program("variable/onboarding-lab");
        string onPath = Program("path/onboarding-lab");
        _variables["PATH"] = $"/nowhere{Path.PathSeparator}{Path.GetDirectoryName(onPath)}";

        Finder.FindLab(null).ShouldBe(onPath);
        _variables["ONBOARDING_ENDPOINT"] = variable;
        Finder.FindLab(null).ShouldBe(variable);
        Finder.FindLab(given).ShouldBe(given);
    }

    [Fact]
    public void What_was_told_and_isnt_there_is_not_replaced_by_another()
    {
        _variables["PATH"] = Path.GetDirectoryName(Program("path/onboarding-lab"))!;
        Finder.FindLab(_directory["nowhere"]).ShouldBeNull();
        Should.Throw<OnboardingException>(() => LabProgram.Find(Finder, _directory["nowhere"])).ErrorId.ShouldBe(ModuleErrorIds.EndpointNotFound);
    }

    [Theory]
    [InlineData("onboarding-endpoint", "onboarding-lab")]
    [InlineData("onboarding-endpoint.dll", "onboarding-lab.dll")]
    public void An_endpoint_that_is_named_stands_for_the_plane_beside_it(string endpoint, string lab)
    {
        string named = Program($"opt/{endpoint}");
        Finder.FindLab(named).ShouldBeNull();
        Should.Throw<OnboardingException>(() => LabProgram.Find(Finder, named)).Message.ShouldBeGolden();

        string beside = Program($"opt/{lab}");
        Finder.FindLab(named).ShouldBe(beside);

        _variables["ONBOARDING_ENDPOINT"] = Program("repo/endpoint/bin/Debug/net10.0/onboarding-endpoint");
        string built = Program("repo/lab/bin/Debug/net10.0/onboarding-lab");
        Finder.FindLab(null).ShouldBe(built);
    }

    [Fact]
    public void The_users_dotnet_tools_come_last()
    {
        string tool = Program("home/.dotnet/tools/onboarding-lab");
        _variables["HOME"] = _directory["home"];
        Finder.FindLab(null).ShouldBe(tool);
    }

    [Fact]
    public void A_dll_needs_dotnet()
    {
        OnboardingException failure = Should.Throw<OnboardingException>(() => LabProgram.Find(Finder, Program("x/onboarding-lab.dll")));
        failure.ErrorId.ShouldBe(ModuleErrorIds.EndpointNotFound);
        failure.Message.ShouldContain("dotnet");
        failure.NextStep.ShouldContain("dotnet build lab");
    }

    [Fact]
    public void Programs_of_the_sample_are_beside_the_plane_or_where_the_repository_built_them()
    {
        string installed = Program("opt/onboarding-lab");
        Finder.FindBeside("mesh-sidecar-probe", installed, "mesh-sidecar-probe").ShouldBeNull();
        string beside = Program("opt/mesh-sidecar-probe");
        Finder.FindBeside("mesh-sidecar-probe", installed, "mesh-sidecar-probe").ShouldBe(beside);

        string built = Program("repo/lab/bin/Debug/net10.0/onboarding-lab");
        string probe = Program("repo/samples/probe/bin/Debug/net10.0/probe");
        Finder.FindBeside("probe", built, "samples/probe").ShouldBe(probe);
    }

    [Fact]
    public void Programs_of_the_sample_come_with_the_dotnet_tool_and_are_run_by_dotnet()
    {
        string launcher = Program("home/.dotnet/tools/onboarding-lab");
        const string Tool = "home/.dotnet/tools/.store/onboarding.lab/0.1.0/onboarding.lab/0.1.0/tools/net10.0/any";
        Program($"{Tool}/onboarding-agent-sample-jwt-credential-plugin.dll");
        string probe = Program($"{Tool}/mesh-sidecar-probe.dll");
        Should.Throw<OnboardingException>(() => SamplePrograms.Find(Finder, launcher)).Message.ShouldBeGolden();

        _variables["DOTNET_ROOT"] = Path.GetDirectoryName(Program("an o'clock/dotnet"))!;
        SampleProgram found = SamplePrograms.Find(Finder, launcher).SidecarProbe;

        found.Path.ShouldBe(probe);
        string made = found.Launchable(_directory["launchers"]);
        made.ShouldBe(_directory["launchers/mesh-sidecar-probe"]);
        File.ReadAllText(made).ShouldBe($"#!/bin/sh\nexec '{_directory["an o'\\''clock/dotnet"]}' '{probe}' \"$@\"\n");
        File.GetUnixFileMode(made).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        // The launcher may be a link to where the tools are.
        File.CreateSymbolicLink(_directory["onboarding-lab"], launcher);
        SamplePrograms.Find(Finder, _directory["onboarding-lab"]).SidecarProbe.Path.ShouldBe(probe);
    }

    [Fact]
    public void A_program_that_can_be_executed_needs_no_launcher()
    {
        string plane = Program("opt/onboarding-lab");
        Program("opt/onboarding-agent-sample-jwt-credential-plugin");
        string probe = Program("opt/mesh-sidecar-probe");
        SamplePrograms.Find(Finder, plane).SidecarProbe.Launchable(_directory["launchers"]).ShouldBe(probe);
        Directory.Exists(_directory["launchers"]).ShouldBeFalse();
    }

    private string Program(string path)
    {
        string file = _directory[path];
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "");
        return file;
    }
}
