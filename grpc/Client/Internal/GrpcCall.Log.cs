using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.Net.Client.Internal;

internal abstract partial class GrpcCall
{
    private static partial class Log
    {
        [LoggerMessage(1000, LogLevel.Debug, "Calling {Method}.")]
        public static partial void CallStarted(ILogger logger, string method);

        [LoggerMessage(1001, LogLevel.Debug, "Call of {Method} ended: {StatusCode} {Detail}")]
        public static partial void CallEnded(ILogger logger, string method, StatusCode statusCode, string detail, Exception? exception);
    }
}
