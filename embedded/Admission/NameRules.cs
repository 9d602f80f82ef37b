using System.Text.RegularExpressions;
using Onboarding.Embedded.Kinds;

namespace Onboarding.Embedded.Admission;

/// <summary>What names, label keys and label values may look like.</summary>
internal static partial class NameRules
{
    private const string SubdomainHelp =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an " +
        "alphanumeric character (e.g. 'example.com', regex used for validation is " +
        "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string LabelHelp =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an " +
        "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string ServiceHelp =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an " +
        "alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    private const string QualifiedHelp =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
        "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private const string ValueHelp =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an " +
        "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
        "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    /// <summary>What is wrong with an object's name; null if nothing.</summary>
    public static string? Name(Kind kind, string name) => kind switch
    {
        { Group: RbacKinds.Group } => name is "." or ".." || name.AsSpan().ContainsAny('/', '%')
            ? "may not be '.' or '..', nor contain '/' or '%'"
            : null,
        { Name: "Namespace" } => Check(name, 63, Label(), LabelHelp),
        { Name: "Service" } => Check(name, 63, ServiceName(), ServiceHelp),
        _ => Check(name, 253, Subdomain(), SubdomainHelp),
    };

    public static string? Prefix(string key)
    {
        int slash = key.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            return Check(key, 63, Qualified(), QualifiedHelp);
        }

        string prefix = key[..slash];
        return prefix.Length == 0 ? "prefix part must be non-empty"
            : Check(prefix, 253, Subdomain(), $"prefix part {SubdomainHelp}") ?? Check(key[(slash + 1)..], 63, Qualified(), QualifiedHelp);
    }

    public static string? LabelValue(string value) => value.Length == 0 ? null : Check(value, 63, Qualified(), ValueHelp);

    private static string? Check(string text, int most, Regex pattern, string help) =>
        text.Length > most ? $"must be no more than {most} characters" : pattern.IsMatch(text) ? null : help;

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Subdomain();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Label();

    [GeneratedRegex(@"^[a-z]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex ServiceName();

    [GeneratedRegex(@"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex Qualified();
}
