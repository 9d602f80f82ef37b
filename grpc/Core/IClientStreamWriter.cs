namespace Grpc.Core;

/// <summary>Writes the requests of a call.</summary>
/// <typeparam name="T">The request message.</typeparam>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Says that there are no more requests.</summary>
    /// <returns>Done when that is said.</returns>
    Task CompleteAsync();
}
