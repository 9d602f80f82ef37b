using Xunit;

namespace Onboarding.Testing;

/// <summary><see cref="FactIfAttribute"/> for theories.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TheoryIfAttribute : TheoryAttribute
{
    public TheoryIfAttribute(Type type, string reasonProperty)
    {
        Skip = FactIfAttribute.Reason(type, reasonProperty);
    }
}
