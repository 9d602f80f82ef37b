using System.Reflection;
using Xunit;

namespace Onboarding.Testing;

/// <summary>A test that is skipped, by name and with the reason, where a static property of that name says why it can't run.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactIfAttribute : FactAttribute
{
    public FactIfAttribute(Type type, string reasonProperty)
    {
        Skip = Reason(type, reasonProperty);
    }

    internal static string? Reason(Type type, string reasonProperty) =>
        (string?)type.GetProperty(reasonProperty, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!.GetValue(null);
}
