namespace Onboarding.Embedded.Requests;

/// <summary>What a client wants objects turned into, by its <c>Accept</c> header.</summary>
internal enum Representation
{
    Json,
    Table,
    Metadata,
}
