using Onboarding.Endpoint.Audit;

namespace Onboarding.Endpoint.Refusals;

/// <summary>One call being worked on.</summary>
/// <param name="Audit">What is known of it so far.</param>
/// <param name="CancellationToken">The caller hung up, or its deadline passed.</param>
internal sealed record Call(AuditRecord Audit, CancellationToken CancellationToken);
