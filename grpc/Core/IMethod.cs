namespace Grpc.Core;

/// <summary>A method without its message types.</summary>
public interface IMethod
{
    /// <summary>Its kind.</summary>
    MethodType Type { get; }

    /// <summary>The service, with its package: <c>grpc.health.v1.Health</c>.</summary>
    string ServiceName { get; }

    /// <summary>The method in the service: <c>Check</c>.</summary>
    string Name { get; }

    /// <summary>The path of its requests: <c>/grpc.health.v1.Health/Check</c>.</summary>
    string FullName { get; }
}
