using Onboarding.Api.Identity;

namespace Onboarding.Embedded.Istio;

internal sealed partial class XdsStream
{
    [LoggerMessage(3103, LogLevel.Information, "Proxy {Node} connected as {Identity}")]
    private partial void LogConnected(string node, SpiffeId identity);

    [LoggerMessage(3104, LogLevel.Warning, "Proxy {Node} rejected {Type}: {Message}")]
    private partial void LogRejected(string node, string type, string message);

    [LoggerMessage(3105, LogLevel.Information, "Proxy {Node} reports healthy: {Healthy} {Message}")]
    private partial void LogHealth(string node, bool healthy, string message);

    [LoggerMessage(3108, LogLevel.Information, "Proxy {Node} disconnected, {Identity}")]
    private partial void LogDisconnected(string node, SpiffeId identity);
}
