namespace Grpc.Core;

/// <summary>A method of a service.</summary>
/// <typeparam name="TRequest">Its request message.</typeparam>
/// <typeparam name="TResponse">Its response message.</typeparam>
/// <param name="type">Its kind.</param>
/// <param name="serviceName">The service, with its package.</param>
/// <param name="name">The method in the service.</param>
/// <param name="requestMarshaller">Writes and reads requests.</param>
/// <param name="responseMarshaller">Writes and reads responses.</param>
public class Method<TRequest, TResponse>(
    MethodType type,
    string serviceName,
    string name,
    Marshaller<TRequest> requestMarshaller,
    Marshaller<TResponse> responseMarshaller) : IMethod
{
    /// <inheritdoc />
    public MethodType Type { get; } = type;

    /// <inheritdoc />
    public string ServiceName { get; } = serviceName ?? throw new ArgumentNullException(nameof(serviceName));

    /// <inheritdoc />
    public string Name { get; } = name ?? throw new ArgumentNullException(nameof(name));

    /// <inheritdoc />
    public string FullName { get; } = $"/{serviceName}/{name}";

    /// <summary>Writes and reads requests.</summary>
    public Marshaller<TRequest> RequestMarshaller { get; } =
        requestMarshaller ?? throw new ArgumentNullException(nameof(requestMarshaller));

    /// <summary>Writes and reads responses.</summary>
    public Marshaller<TResponse> ResponseMarshaller { get; } =
        responseMarshaller ?? throw new ArgumentNullException(nameof(responseMarshaller));
}
