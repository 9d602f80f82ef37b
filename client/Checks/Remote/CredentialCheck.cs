using System.Globalization;
using Onboarding.Client.Credentials;

namespace Onboarding.Client.Checks.Remote;

/// <summary>A source gives a credential for this plane. It isn't shown.</summary>
internal sealed class CredentialCheck : IOnboardingCheck
{
    public string Category => "Identity";

    public string Name => "credential";

    public IReadOnlyList<string> DependsOn => ["certificate"];

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        Api.Rpc.Plane found = context.Found!;
        Credential credential = await context.Options.CreateCredentials().GetAsync(
            new CredentialRequest(found.Uid, found.Challenge.Memory, context.Plane!.Key) { Accepted = [.. found.CredentialTypes] }, cancellationToken);
        context.Credential = credential;
        return CheckOutcome.Pass(string.Create(
            CultureInfo.InvariantCulture, $"from {credential.Source}, of type {credential.Value.TypeUrl.Split('.')[^1]}, good until {credential.ExpiresAt:yyyy-MM-dd HH:mm:ss'Z'}"));
    }
}
