using System.Net;

namespace Onboarding.Tests.Unit.GrpcTests;

/// <summary>An answer as HTTP has it.</summary>
internal sealed record RawAnswer(HttpStatusCode HttpStatus, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string? Status => Header("grpc-status");

    /// <summary>A header or trailer.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
