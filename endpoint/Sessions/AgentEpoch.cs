using Onboarding.Api.Runtime;

namespace Onboarding.Endpoint.Sessions;

/// <summary>What an agent that connects remembers.</summary>
/// <param name="Stored">Last epoch it stored; 0 for none.</param>
/// <param name="CurrentIsStored">True if a host that is connected here has stored the registration's current epoch.</param>
/// <param name="BootConfiguration">The boot configuration it has on disk.</param>
internal sealed record AgentEpoch(long Stored, bool CurrentIsStored, BootConfigurationRevision? BootConfiguration);
