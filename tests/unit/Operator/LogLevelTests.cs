using Microsoft.Extensions.Logging;
using NSubstitute;
using Onboarding.Plane.Hosting;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Operator;

/// <summary><c>logLevels</c> of the OnboardingPlane and of the chart, as the programs read them.</summary>
public sealed class LogLevelTests
{
    [Fact]
    public void Levels_are_read_by_category_and_what_can_not_be_read_is_left_out() =>
        // The chart ends the list with a comma.
        LogLevels.Read("default=warn, Onboarding.Endpoint=debug,x=none,y=error,z=info,bad=loud,=warn,alone,").ShouldBe(
        [
            ("default", LogLevel.Warning), ("Onboarding.Endpoint", LogLevel.Debug), ("x", LogLevel.None), ("y", LogLevel.Error), ("z", LogLevel.Information),
        ]);

    [Theory]
    [InlineData("default=warn,Onboarding.Endpoint=debug", "Onboarding.Endpoint.Sessions", LogLevel.Debug, true)]
    [InlineData("default=warn,Onboarding.Endpoint=debug", "Onboarding.Plane", LogLevel.Information, false)]
    [InlineData("Onboarding.Plane=none", "Onboarding.Plane.Audit", LogLevel.Critical, false)]
    [InlineData("default=debug", "Anything", LogLevel.Debug, true)]
    [InlineData(null, "Anything", LogLevel.Debug, false)]
    public void Levels_are_in_force(string? text, string category, LogLevel level, bool isLogged)
    {
        using ILoggerProvider provider = Substitute.For<ILoggerProvider>();
        ILogger sink = Substitute.For<ILogger>();
        sink.IsEnabled(default).ReturnsForAnyArgs(true);
        provider.CreateLogger(default!).ReturnsForAnyArgs(sink);
        using ILoggerFactory factory = LoggerFactory.Create(logging =>
        {
            logging.AddProvider(provider);
            LogLevels.Apply(logging, text);
        });

        factory.CreateLogger(category).IsEnabled(level).ShouldBe(isLogged);
    }
}
