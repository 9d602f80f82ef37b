using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

internal sealed partial class CallRunner
{
    private static partial class Log
    {
        [LoggerMessage(1100, LogLevel.Error, "{Method} threw an exception.")]
        public static partial void MethodThrew(ILogger logger, string method, Exception exception);

        [LoggerMessage(1101, LogLevel.Debug, "{Method} was cancelled.")]
        public static partial void CallCancelled(ILogger logger, string method, Exception exception);

        [LoggerMessage(1102, LogLevel.Debug, "{Method} ended with {StatusCode}: {Detail}")]
        public static partial void CallFailed(ILogger logger, string method, StatusCode statusCode, string detail, Exception exception);
    }
}
