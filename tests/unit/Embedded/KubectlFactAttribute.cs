using Xunit;

namespace Onboarding.Tests.Unit.Embedded;

/// <summary>A test that needs kubectl; skipped by name where there is none.</summary>
public sealed class KubectlFactAttribute : FactAttribute
{
    public KubectlFactAttribute()
    {
        if (Kubectl.Path is null)
        {
            Skip = "kubectl is not installed (not on PATH)";
        }
    }
}
