using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Configuration;
using Onboarding.Api.Policies;
using Onboarding.Api.Rpc;
using Onboarding.Client.Credentials.Platforms;

namespace Onboarding.Client.Credentials.Files;

/// <summary>A join token that an operator made.</summary>
internal sealed class JoinTokenCredentialSource(JoinTokenSource settings) : ICredentialSource
{
    private const string Field = "joinToken.file";

    public string Name => $"join token {settings.File}";

    public Task<Credential> GetAsync(CredentialRequest request, CancellationToken cancellationToken)
    {
        AcceptedTypes.Check<JoinTokenCredential>(request, "join tokens", "spec.workloads.authentication.joinToken");
        string text = CredentialFile.ReadSecret(settings.File, Field).Trim();
        if (!JoinTokenText.TryRead(text, out JoinTokenText? token))
        {
            throw CredentialFile.Unusable(
                settings.File, Field, "it isn't a join token (ojt1.<namespace>.<name>.<secret>)",
                "on a machine with access to the cluster: onboarding-endpoint join-token create --workload-group <namespace>/<name>");
        }

        // Only the plane knows until when it is good.
        return Task.FromResult(new Credential(Any.Pack(new JoinTokenCredential { Token = token.Value }), DateTimeOffset.MaxValue, Name));
    }
}
