namespace Onboarding.Embedded.Serving;

internal sealed partial class RequestHandler
{
    [LoggerMessage(3001, LogLevel.Error, "{Method} {Path} failed", EventName = "RequestFailed")]
    private partial void LogFailure(string method, string path, Exception failure);
}
