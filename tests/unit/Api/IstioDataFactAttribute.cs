using Onboarding.Testing;
using Xunit;

namespace Onboarding.Tests.Unit.Api;

/// <summary>A test that needs Istio's conformance data, skipped where it isn't at hand.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class IstioDataFactAttribute : FactAttribute
{
    public IstioDataFactAttribute()
    {
        if (IstioData.Directory is null)
        {
            Skip = "Istio's conformance data isn't here: set ONBOARDING_ISTIO_DATA to its directory";
        }
    }
}
