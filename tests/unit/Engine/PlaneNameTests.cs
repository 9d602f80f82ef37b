using Onboarding.Client.Errors;
using Onboarding.Laptop.Planes;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Engine;

public sealed class PlaneNameTests
{
    [Theory]
    [InlineData("/a/plane")]
    [InlineData("/a/plane/")]
    [InlineData("/a/b/../plane")]
    public void A_plane_is_called_as_its_directory_is_and_the_same_one_is_known_again(string directory) =>
        PlaneName.ForDirectory(directory, name => name == "plane" ? "/a/plane/" : null).ShouldBe("plane");

    [Fact]
    public void Two_directories_of_one_name_are_two_planes()
    {
        string second = PlaneName.ForDirectory("/b/plane", name => name == "plane" ? "/a/plane" : null);
        second.ShouldMatch("^plane-[0-9a-f]{6}$");
        PlaneName.ForDirectory("/c/plane", name => name == "plane" ? "/a/plane" : null).ShouldNotBe(second);
        PlaneName.ForDirectory("/b/plane", _ => null).ShouldBe("plane");
    }

    [Fact]
    public void Windows_is_told_where_to_start_one()
    {
        OnboardingException e = Should.Throw<OnboardingException>(() => PlaneStarter.RequireUnix(isWindows: true));
        e.ErrorId.ShouldBe(ModuleErrorIds.LinuxOnly);
        e.NextStep.ShouldContain("WSL 2");
        PlaneStarter.RequireUnix(isWindows: false);
    }
}
