using Onboarding.Api;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Calls;
using Onboarding.Plane.Registrations;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Api;

/// <summary>Attack: text that others wrote talks to the terminal of who reads it.</summary>
public sealed class ForeignTextTests
{
    private const string Hostile = "\u001b]0;owned\u0007a\rb\u202Ec\u009bd";
    private const string Cleaned = "\uFFFD]0;owned\uFFFDa b\uFFFDc\uFFFDd";

    [Theory]
    [InlineData("plain ö 日本 🙂", "plain ö 日本 🙂")]
    [InlineData(Hostile, Cleaned)]
    [InlineData("a\nb\tc\u2028d", "a b c d")]
    [InlineData("\u2066x\u2069\u200Fy\uFEFF", "\uFFFDx\uFFFD\uFFFDy\uFFFD")]
    [InlineData("\u007f\u0085", "\uFFFD\uFFFD")]
    [InlineData("a\U000E0041b", "a\uFFFD\uFFFDb")]
    public void A10_What_a_terminal_takes_for_instructions_is_replaced_and_all_other_text_stays(string text, string clean) =>
        ForeignText.Clean(text).ShouldBe(clean);

    [Fact]
    public void A10_Half_a_character_is_none() => ForeignText.Clean("a\ud83d" + "b\ude42").ShouldBe("a\uFFFDb\uFFFD");

    [Fact]
    public void A10_Every_text_of_an_agents_message_is_cleaned_when_it_is_read()
    {
        var message = new AgentMessage
        {
            Proof = new SessionProof { RegistrationUid = Hostile, Health = new HealthReport { Message = Hostile, CoreHash = Hostile } },
        };
        CallerText.Clean(message);
        message.Proof.RegistrationUid.ShouldBe(Cleaned);
        message.Proof.Health.Message.ShouldBe(Cleaned);
        message.Proof.Health.CoreHash.ShouldBe(Cleaned);

        CallerText.Clean(new AgentMessage { Health = new HealthReport { Message = Hostile } }).Health.Message.ShouldBe(Cleaned);
        CallerText.Clean(new AgentMessage { BootConfigurationStatus = new BootConfigurationStatus { Error = Hostile } }).BootConfigurationStatus.Error.ShouldBe(Cleaned);
        CallerText.Clean(new RegisterWorkloadRequest { Registration = new Onboarding.Api.Rpc.Registration { Agent = new AgentInfo { Version = Hostile } } })
            .Registration.Agent.Version.ShouldBe(Cleaned);
        CallerText.Clean(new UnregisterWorkloadRequest { Reason = Hostile }).Reason.ShouldBe(Cleaned);
    }

    [Fact]
    public void A10_A_condition_is_clean_whatever_wrote_it() =>
        new ConditionChange("SidecarReady", false, "Failed", Hostile).Message.ShouldBe(Cleaned);
}
