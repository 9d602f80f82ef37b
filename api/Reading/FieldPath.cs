using System.Globalization;

namespace Onboarding.Api.Reading;

/// <summary>Paths as the Kubernetes API writes them.</summary>
internal static class FieldPath
{
    public static string Child(string parent, string field) => parent.Length == 0 ? field : $"{parent}.{field}";

    public static string Item(string parent, int index) => string.Create(CultureInfo.InvariantCulture, $"{parent}[{index}]");

    public static string Key(string parent, string key) => $"{parent}[{Nodes.ScalarNode.Show(key)}]";
}
