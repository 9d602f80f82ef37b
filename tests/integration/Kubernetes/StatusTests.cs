using System.Net;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.KubernetesTests;

public sealed class StatusTests
{
    [Fact]
    public async Task A_refusal_tells_everything_the_server_said()
    {
        KubernetesException e = await FailureOf(Answers.Status(
            422,
            "Invalid",
            "ConfigMap is invalid",
            details: """{"name":"one","group":"g","kind":"configmaps","uid":"u","retryAfterSeconds":3,"causes":[{"reason":"FieldValueInvalid","message":"too long","field":"data.key"}]}"""));

        e.HttpStatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        e.Reason.ShouldBe(StatusReason.Invalid);
        e.RetryAfter.ShouldBe(TimeSpan.FromSeconds(3));
        e.Status.Code.ShouldBe(422);
        e.Status.Details.ShouldNotBeNull();
        e.Status.Details.Name.ShouldBe("one");
        e.Status.Details.Kind.ShouldBe("configmaps");
        e.Status.Details.Causes.Single().ShouldBe(new V1StatusCause("FieldValueInvalid", "too long", "data.key"));
        e.Message.ShouldContain("GET /api/v1/namespaces/ns/configmaps/one");
        e.Message.ShouldContain("ConfigMap is invalid");
        e.Message.ShouldContain("data.key: too long");
    }

    [Theory]
    [InlineData(401, "kubectl auth whoami")]
    [InlineData(403, "kubectl auth can-i")]
    public async Task A_refusal_says_what_to_run_next(int code, string command)
    {
        KubernetesException e = await FailureOf(Answers.Status(code, "Whatever"));

        e.Message.ShouldContain(command);
    }

    [Theory]
    [InlineData(400, StatusReason.BadRequest)]
    [InlineData(401, StatusReason.Unauthorized)]
    [InlineData(403, StatusReason.Forbidden)]
    [InlineData(404, StatusReason.NotFound)]
    [InlineData(405, StatusReason.MethodNotAllowed)]
    [InlineData(409, StatusReason.Conflict)]
    [InlineData(410, StatusReason.Expired)]
    [InlineData(418, StatusReason.Unknown)]
    [InlineData(302, StatusReason.Unknown)]
    public async Task A_proxys_error_page_becomes_a_status_too(int code, string reason)
    {
        KubernetesException e = await FailureOf(Answers.Json("<html>" + new string('x', 1_000_000), code));

        e.Reason.ShouldBe(reason);
        ((int)e.HttpStatusCode).ShouldBe(code);
        e.Message.ShouldBeGolden();
    }

    [Fact]
    public async Task A_status_of_odd_types_is_read_as_far_as_it_goes()
    {
        KubernetesException e = await FailureOf(Answers.Json(
            """{"kind":"Status","code":"x","message":7,"reason":"Forbidden","details":{"causes":[1,{"field":2}],"retryAfterSeconds":"z"}}""", 403));

        e.Reason.ShouldBe(StatusReason.Forbidden);
        e.Status.Code.ShouldBe(403);
        e.RetryAfter.ShouldBeNull();
    }

    [Fact]
    public async Task What_answers_without_json_is_called_so()
    {
        KubernetesException e = await FailureOf(Answers.Json("welcome to nginx"));

        e.Reason.ShouldBe(StatusReason.MalformedAnswer);
        e.Message.ShouldNotContain("nginx");
    }

    [Fact]
    public async Task A_redirect_is_not_followed_with_the_credential()
    {
        await using FakeApiServer other = await FakeApiServer.StartAsync(Answers.ConfigMap());
        await FailureOf(context =>
        {
            context.Response.Redirect(other.Address);
            return Task.CompletedTask;
        });

        other.Requests.ShouldBeEmpty();
    }

    private static async Task<KubernetesException> FailureOf(Answer answer)
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(answer);
        using KubernetesClient client = server.Client();
        return await Should.ThrowAsync<KubernetesException>(() => client.GetAsync<V1ConfigMap>("ns", "one"));
    }
}
