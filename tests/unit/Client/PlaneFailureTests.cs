using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Client.Channel;
using Onboarding.Client.Errors;
using Onboarding.Documents;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Client;

/// <summary>What a person reads of a plane's answer.</summary>
public sealed class PlaneFailureTests
{
    [Fact]
    public void B17_What_istiod_has_to_make_sends_to_istiods_log_and_ends_in_one_full_stop()
    {
        OnboardingException failure = PlaneFailure.Explain(
            Answer(StatusCode.Unavailable, Reasons.BootConfigurationUnavailable, "The boot configuration can't be made: namespace b has no ConfigMap yet."), "https://p");

        failure.Message.ShouldEndWith("no ConfigMap yet.");
        failure.Message.ShouldNotEndWith("..");
        failure.NextStep.ShouldContain("istiod");
    }

    [Theory]
    [InlineData(StatusCode.PermissionDenied)]
    [InlineData(StatusCode.Unavailable)]
    public void A10_A_hostile_planes_words_do_not_talk_to_the_terminal(StatusCode code)
    {
        OnboardingException failure = PlaneFailure.Explain(Answer(code, "X\u001b[2J", "gone\u001b]0;x\u0007\rok\u202E"), "https://p");

        (failure.Message + failure.Detail + failure.Reason).ShouldNotContain(c => ForeignText.IsInstruction(c));
    }

    [Fact]
    public void B17_The_definition_explains_session_and_boot_configuration_of_a_registration()
    {
        JsonObject definition = ResourceReader.ReadManifest(File.ReadAllBytes(Path.Combine(Repository.Root, "deploy/crds/workloadautoregistrations.yaml"))).Value!.Single();
        JsonNode status = definition["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["status"]!["properties"]!;

        status["session"]!["properties"]!.AsObject().Select(p => p.Key).ShouldBe(["epoch", "id", "establishedAt", "endedAt", "policy", "spiffeId"]);
        status["bootConfiguration"]!["properties"]!.AsObject().Select(p => p.Key).ShouldBe(["desired", "current", "admitted"]);
    }

    private static RpcException Answer(StatusCode code, string reason, string message)
    {
        var status = new Google.Rpc.Status { Code = (int)code, Message = message };
        status.Details.Add(Any.Pack(new ErrorInfo { Reason = reason, Domain = Reasons.Domain }));
        return new RpcException(new Grpc.Core.Status(code, message), new Metadata { { "grpc-status-details-bin", status.ToByteArray() } });
    }
}
