using System.Net;
using Onboarding.Client.HostInformation;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Client;

/// <summary>B9: which addresses are told, and that changes are heard of.</summary>
public sealed class B9_AddressTests
{
    [Theory]
    [InlineData("80", false)] // permanent
    [InlineData("00", false)] // dynamic
    [InlineData("01", true)] // temporary
    [InlineData("20", true)] // deprecated
    [InlineData("40", true)] // tentative
    [InlineData("88", true)] // duplicate
    [InlineData("21", true)] // temporary and deprecated
    [InlineData("c0", true)] // permanent and tentative
    public void B9_an_address_that_goes_away_or_is_not_the_hosts_yet_is_not_told(string flags, bool isUnstable) =>
        UnstableAddresses.Parse([$"20010db8000000000000000000000005 02 40 00 {flags}     eth0"]).Contains(IPAddress.Parse("2001:db8::5")).ShouldBe(isUnstable);

    [Theory]
    [InlineData("")]
    [InlineData("20010db8 02 40 00 20 eth0")]
    [InlineData("20010db8000000000000000000000005 02 40")]
    [InlineData("20010db8000000000000000000000005 02 40 00 zz eth0")]
    public void B9_a_line_that_cannot_be_read_says_nothing(string line) => UnstableAddresses.Parse([line]).ShouldBeEmpty();

    [Fact]
    public async Task B9_changes_of_one_moment_are_told_once_a_second_later()
    {
        var time = new FakeTimeProvider();
        Action? changed = null;
        using var watch = new AddressWatch(time, c =>
        {
            changed = c;
            return new MemoryStream();
        });

        Task next = watch.NextAsync(TestContext.Current.CancellationToken);
        next.IsCompleted.ShouldBeFalse("nothing changed, and no one looks");
        changed!();
        changed();
        await Eventually.Is(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(250));
                return next.IsCompleted;
            },
            "it is told");

        // The second came before the first was looked at, or is told with it.
        changed();
        Task again = watch.NextAsync(TestContext.Current.CancellationToken);
        again.IsCompleted.ShouldBeFalse("a second has to pass");
    }
}
