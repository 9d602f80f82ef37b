using Grpc.Core;
using Onboarding.Testing;

namespace Onboarding.Tests.Interop;

/// <summary>What both sides of the tests know.</summary>
internal static class Peer
{
    public const string RefusalMessage = "größer – 日本語 100 %";

    /// <summary>google.rpc.Status {code: 7, message: "details"}.</summary>
    public static readonly byte[] Details = [0x08, 0x07, 0x12, 0x07, .. "details"u8];

    public static string Directory { get; } = Path.Combine(Repository.Root, "tests", "interop");

    public static RpcException Refusal() => new(
        new Status(StatusCode.PermissionDenied, RefusalMessage), new Metadata { { "grpc-status-details-bin", Details } });
}
