using System.Net;
using Onboarding.Client.Credentials.Platforms;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Credentials.Aws;

/// <summary>EC2's metadata service, version 2 only: version 1 answers anyone who makes the machine fetch a URL.</summary>
internal sealed class Ec2Metadata(Uri service, TimeSpan? patience = null) : IDisposable
{
    private const string Name = "The EC2 metadata service";
    private const string Check =
        "curl -sS -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token; see also docs/platforms/aws-ec2.md";

    private readonly MetadataClient _client = new(Name, Check, patience);
    private string? _token;

    /// <summary>Reads a value; null if the instance has none of that name.</summary>
    /// <exception cref="OnboardingException">The service can't be used; the message says why.</exception>
    public async Task<string?> TryGetAsync(string path, CancellationToken cancellationToken)
    {
        _token ??= await GetTokenAsync(cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(service, path));
        request.Headers.Add("X-aws-ec2-metadata-token", _token);
        return await _client.TryAskAsync(request, cancellationToken);
    }

    /// <summary>Reads a value that every instance has.</summary>
    /// <exception cref="OnboardingException">The service can't be used; the message says why.</exception>
    public async Task<string> GetAsync(string path, CancellationToken cancellationToken) =>
        await TryGetAsync(path, cancellationToken)
        ?? throw new OnboardingException(ErrorIds.MetadataRefused, $"{Name} has no /{path}: this isn't an EC2 instance, or not one of today's.", Check);

    public void Dispose() => _client.Dispose();

    private async Task<string> GetTokenAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(service, "latest/api/token"));
        request.Headers.Add("X-aws-ec2-metadata-token-ttl-seconds", "60");
        HttpResponseMessage response;
        try
        {
            response = await _client.SendAsync(request, cancellationToken);
        }
        catch (OnboardingException e) when (e.InnerException is OperationCanceledException)
        {
            // The service's answer to the token request has as many hops to live as the instance's options say: by default one, which
            // ends in the network of a container.
            throw new OnboardingException(
                ErrorIds.MetadataUnreachable,
                $"{Name} doesn't answer a request for a token within {MetadataClient.Patience.TotalSeconds} s. In a container its answers need a hop limit of 2.",
                "aws ec2 modify-instance-metadata-options --instance-id <id> --http-tokens required --http-put-response-hop-limit 2",
                e);
        }

        using (response)
        {
            return response.StatusCode switch
            {
                HttpStatusCode.OK when await response.Content.ReadAsStringAsync(cancellationToken) is { Length: > 0 and <= 1024 } token => token.Trim(),
                HttpStatusCode.Forbidden => throw _client.Refused(
                    request, "it is switched off (403)", "aws ec2 modify-instance-metadata-options --instance-id <id> --http-endpoint enabled --http-tokens required"),
                _ => throw _client.Refused(
                    request, $"it answered {(int)response.StatusCode} instead of a token; this agent doesn't use version 1 of the service", Check),
            };
        }
    }
}
