using System.Net;
using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Rpc;
using Onboarding.Client.Credentials.Files;
using Onboarding.Client.Credentials.Platforms;

namespace Onboarding.Client.Credentials.Gcp;

/// <summary>A Compute Engine instance: an identity token for the plane, with what Google knows of the instance.</summary>
internal sealed class GcpCredentialSource(PlatformEnvironment environment) : ICredentialSource
{
    private const string Flavor = "Metadata-Flavor";
    private const string Google = "Google";
    private const string Path = "computeMetadata/v1/instance/service-accounts/default/identity";

    // Each token is signed again.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public string Name => "Compute Engine metadata";

    public async Task<Credential> GetAsync(CredentialRequest request, CancellationToken cancellationToken)
    {
        AcceptedTypes.Check<GcpCredential>(request, "Compute Engine instances", "spec.workloads.authentication.gcp");
        using var metadata = new MetadataClient(
            "Compute Engine's metadata server", $"curl -sH 'Metadata-Flavor: Google' {environment.GcpMetadata}computeMetadata/v1/instance/id", environment.MetadataPatience ?? Patience);
        using var question = new HttpRequestMessage(
            HttpMethod.Get, new Uri(environment.GcpMetadata, $"{Path}?audience={Uri.EscapeDataString(request.Audience)}&format=full"));
        question.Headers.Add(Flavor, Google);
        using HttpResponseMessage answer = await metadata.SendAsync(question, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            throw metadata.Refused(
                question, "the instance has no service account (404)",
                "gcloud compute instances set-service-account <instance> --service-account=<account>; it needs no permissions");
        }

        // Any server may answer 200; Google's says that it is Google's.
        bool isGoogle = answer.Headers.TryGetValues(Flavor, out IEnumerable<string>? values) && values.Contains(Google);
        if (answer.StatusCode != HttpStatusCode.OK || !isGoogle)
        {
            throw metadata.Refused(
                question,
                isGoogle ? $"it answered {(int)answer.StatusCode}" : $"what answered ({(int)answer.StatusCode}) doesn't say that it is Google's",
                $"curl -siH 'Metadata-Flavor: Google' {environment.GcpMetadata}");
        }

        string token = (await answer.Content.ReadAsStringAsync(cancellationToken)).Trim();
        DateTimeOffset expiresAt = TokenLife.ExpiresAt(token)
            ?? throw metadata.Refused(question, "its answer isn't a token", $"curl -siH 'Metadata-Flavor: Google' {environment.GcpMetadata}");
        return new Credential(Any.Pack(new GcpCredential { Token = token }), expiresAt, Name);
    }
}
