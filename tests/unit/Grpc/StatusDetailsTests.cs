using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.GrpcTests;

public class StatusDetailsTests
{
    private static readonly Google.Rpc.Status Refused = new()
    {
        Code = (int)StatusCode.PermissionDenied,
        Message = "No policy allows it.",
        Details = { Any.Pack(new ErrorInfo { Reason = "NOT_ALLOWED", Domain = "test", Metadata = { ["matched"] = "jwt" } }) },
    };

    [Fact]
    public async Task Details_travel_in_the_trailers_of_a_call_without_responses()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods { Unary = (_, _) => throw Refused.ToRpcException() });

        RpcException error = await Should.ThrowAsync<RpcException>(async () => await server.Client().Unary([1]));

        error.Status.ShouldBe(new Grpc.Core.Status(StatusCode.PermissionDenied, "No policy allows it."));
        error.GetRpcStatus().ShouldBe(Refused);
        error.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Metadata["matched"].ShouldBe("jwt");
        error.GetRpcStatus()!.GetDetail<RetryInfo>().ShouldBeNull();
    }

    [Fact]
    public async Task Details_travel_after_responses()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods
        {
            Server = async (_, responses, _) =>
            {
                await responses.WriteAsync([1]);
                throw Refused.ToRpcException();
            },
        });
        using AsyncServerStreamingCall<byte[]> call = server.Client().Server([1]);

        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        RpcException error = await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext());

        error.GetRpcStatus().ShouldBe(Refused);
        call.GetTrailers().GetRpcStatus().ShouldBe(Refused);
    }

    [Fact]
    public void An_error_without_details_has_none() =>
        new RpcException(new Grpc.Core.Status(StatusCode.Aborted, "")).GetRpcStatus().ShouldBeNull();

    [Fact]
    public void Bytes_that_are_no_status_count_as_none() =>
        new RpcException(
                new Grpc.Core.Status(StatusCode.Aborted, ""), new Metadata { { MetadataExtensions.StatusDetailsTrailerName, [0xFF, 0xFF] } })
            .GetRpcStatus().ShouldBeNull();

    [Fact]
    public void A_detail_that_cannot_be_read_counts_as_none()
    {
        var status = new Google.Rpc.Status { Details = { Any.Pack(new ErrorInfo()) } };
        status.Details[0].Value = Google.Protobuf.ByteString.CopyFrom(0xFF, 0xFF);
        status.GetDetail<ErrorInfo>().ShouldBeNull();
    }

    [Fact]
    public void Setting_details_replaces_those_that_are_there()
    {
        var trailers = new Metadata();
        trailers.SetRpcStatus(new Google.Rpc.Status { Code = 1 });
        trailers.SetRpcStatus(Refused);
        trailers.Count.ShouldBe(1);
        trailers.GetRpcStatus().ShouldBe(Refused);
    }
}
