using System.Text.Json.Nodes;
using Onboarding.Api.Identity;
using Onboarding.Api.Reading;
using Onboarding.Api.Registration;

namespace Onboarding.Api.Runtime;

/// <summary>Who joined and with what.</summary>
public sealed record WorkloadAutoRegistrationSpec
{
    /// <summary>Who the workload was proved to be.</summary>
    public required WorkloadIdentity Identity { get; init; }

    /// <summary>What it says of itself.</summary>
    public required WorkloadRegistration Registration { get; init; }

    internal static WorkloadAutoRegistrationSpec Read(MapReader reader) => new()
    {
        Identity = reader.Message("identity", WorkloadIdentity.Read, required: true) ?? new WorkloadIdentity(),
        // An object without a readable registration has errors and is never handed out.
        Registration = reader.Message("registration", WorkloadRegistration.Read, required: true)
            ?? new WorkloadRegistration { Agent = new AgentInfo(""), Sidecar = new SidecarInfo(), Host = new HostInfo() },
    };

    internal JsonObject ToJson() => new JsonObject().With("identity", Identity.ToJson()).With("registration", Registration.ToJson());
}
