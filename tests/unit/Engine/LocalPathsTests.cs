using Onboarding.Client.Errors;
using Onboarding.Client.Local;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Engine;

public sealed class LocalPathsTests
{
    [Fact]
    public void A_machine_that_can_not_join_is_told_where_to_run_the_cmdlet()
    {
        OnboardingException thrown = Should.Throw<OnboardingException>(() => LocalPaths.RequireLinux(isLinux: false));

        thrown.ErrorId.ShouldBe(ModuleErrorIds.LinuxOnly);
        thrown.NextStep.ShouldContain("Invoke-Command -HostName");
    }

    [Fact]
    public void A_machine_that_runs_Linux_may_join() => Should.NotThrow(() => LocalPaths.RequireLinux(isLinux: true));
}
