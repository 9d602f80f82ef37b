using Grpc.Core;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>A call without a connection, for what a real client can't be made to do.</summary>
internal sealed class TestCall(string token) : ServerCallContext
{
    protected override string MethodCore => "/onboarding.v1alpha1.WorkloadSessionService/Connect";

    protected override string HostCore => "localhost";

    protected override string PeerCore => "ipv4:192.0.2.1:1234";

    protected override DateTime DeadlineCore => DateTime.MaxValue;

    protected override Metadata RequestHeadersCore { get; } = new() { { "authorization", $"Bearer {token}" } };

    protected override CancellationToken CancellationTokenCore => CancellationToken.None;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => new(null, []);

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("Only calls of Grpc.Core have one.");

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
}
