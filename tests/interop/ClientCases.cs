using Xunit;

namespace Onboarding.Tests.Interop;

/// <summary>The cases that every foreign client's script has.</summary>
internal static class ClientCases
{
    public static TheoryData<string> All =>
    [
        "unary", "server_streaming", "client_streaming", "duplex", "gzip", "deadline_unary", "deadline_stream", "cancel_unary",
        "cancel_stream", "unknown_method", "oversize_request", "oversize_response", "killed_within_a_stream", "idle_for_30_seconds",
        "more_than_30_megabytes", "status_details", "binary_metadata", "health_check", "health_watch",
    ];
}
