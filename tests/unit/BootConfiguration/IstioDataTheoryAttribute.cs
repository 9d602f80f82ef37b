using Onboarding.Testing;
using Xunit;

namespace Onboarding.Tests.Unit.BootConfiguration;

/// <summary>Runs only where Istio's recorded cases are.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class IstioDataTheoryAttribute : TheoryAttribute
{
    public IstioDataTheoryAttribute()
    {
        if (IstioData.Directory is null)
        {
            Skip = "Istio's recorded cases aren't here: no shared/data/istio above this directory, and ONBOARDING_ISTIO_DATA isn't set.";
        }
    }
}
