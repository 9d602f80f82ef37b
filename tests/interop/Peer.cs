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

    /// <summary>Why suites with Node.js can't run; null if they can.</summary>
    public static string? NoNode { get; } =
        Tool.WhyMissing("node", "--version")
        ?? (System.IO.Directory.Exists(Path.Combine(Directory, "node", "node_modules", "@grpc", "grpc-js"))
            ? null
            : "@grpc/grpc-js isn't installed: run `npm ci` in tests/interop/node");

    /// <summary>Why the suite with Python can't run; null if it can.</summary>
    public static string? NoPython { get; } = Tool.WhyMissing("/usr/bin/python3", "-c", "import grpc");

    public static RpcException Refusal() => new(
        new Status(StatusCode.PermissionDenied, RefusalMessage), new Metadata { { "grpc-status-details-bin", Details } });
}
