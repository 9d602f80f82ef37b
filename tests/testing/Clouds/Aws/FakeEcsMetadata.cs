using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Onboarding.Testing.Clouds.Aws;

/// <summary>What a container of an ECS task can ask: task metadata, version 4, and the credentials of the task's role.</summary>
public sealed class FakeEcsMetadata : IAsyncDisposable
{
    private const string Container = "/v4/cd189a933e5849daa93386466019ab50-2495160603";
    private const string Credentials = "/v2/credentials/7f2b4c1e-0000-4a6a-9c43-1d6d2b7f0001";
    private LoopbackServer? _server;

    public required string TaskArn { get; init; }

    public string Zone { get; init; } = "eu-west-1a";

    public required TestRole Role { get; init; }

    /// <summary>Value of <c>ECS_CONTAINER_METADATA_URI_V4</c>.</summary>
    public string MetadataUri => _server!.Url.ToString().TrimEnd('/') + Container;

    /// <summary>Value of <c>AWS_CONTAINER_CREDENTIALS_FULL_URI</c>.</summary>
    public string CredentialsUri => _server!.Url.ToString().TrimEnd('/') + Credentials;

    public async Task<FakeEcsMetadata> StartAsync()
    {
        _server = await LoopbackServer.StartAsync(AnswerAsync);
        return this;
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private Task AnswerAsync(HttpContext http) => http.Request.Path.Value switch
    {
        Container + "/task" => LoopbackServer.TextAsync(
            http,
            new JsonObject
            {
                ["Cluster"] = "prod",
                ["TaskARN"] = TaskArn,
                ["Family"] = "ratings",
                ["Revision"] = "3",
                ["DesiredStatus"] = "RUNNING",
                ["KnownStatus"] = "RUNNING",
                ["AvailabilityZone"] = Zone,
                ["LaunchType"] = "FARGATE",
                ["Containers"] = new JsonArray(),
            }.ToJsonString(),
            "application/json"),
        Credentials => LoopbackServer.TextAsync(http, Role.ToJson(), "application/json"),
        _ => LoopbackServer.StatusAsync(http, 404),
    };
}
