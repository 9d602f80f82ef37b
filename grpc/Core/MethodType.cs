namespace Grpc.Core;

/// <summary>Which of the four kinds a method is.</summary>
public enum MethodType
{
    /// <summary>One request, one response.</summary>
    Unary,

    /// <summary>Requests, then one response.</summary>
    ClientStreaming,

    /// <summary>One request, then responses.</summary>
    ServerStreaming,

    /// <summary>Requests and responses, independent of each other.</summary>
    DuplexStreaming,
}
