using Onboarding.Client.Errors;
using Onboarding.Laptop.Sample;
using Onboarding.Quickstart.Processes;

namespace Onboarding.Quickstart.Demo;

/// <summary>A JWT issuer for the demonstration: the sample plugin makes its key, so that nothing secret is ever in a file we ship.</summary>
internal sealed record DemoIssuer(string Url, string KeyFile, string KeySet)
{
    public static async Task<DemoIssuer> CreateAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        try
        {
            SampleIssuer issuer = await SampleIssuer.MakeAsync(BuiltPrograms.JwtPlugin, workspace.IssuerKeyPrefix, cancellationToken);
            return new DemoIssuer(SampleIssuer.Url, issuer.KeyFile, issuer.KeySet);
        }
        catch (OnboardingException exception)
        {
            throw new DemoException(exception.Message);
        }
    }
}
