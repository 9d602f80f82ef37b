using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Onboarding.Endpoint.Authentication.X509;

/// <summary>
/// Writes distinguished names as RFC 4514 does, so that two names are the same text only if they are the same name: anyone who can
/// choose a common name must not be able to write a comma into it that looks like the end of a part.
/// </summary>
internal static class DistinguishedName
{
    private const int Longest = 1024;

    private static readonly Dictionary<string, string> ShortNames = new(StringComparer.Ordinal)
    {
        ["2.5.4.3"] = "CN",
        ["2.5.4.5"] = "SERIALNUMBER",
        ["2.5.4.6"] = "C",
        ["2.5.4.7"] = "L",
        ["2.5.4.8"] = "ST",
        ["2.5.4.9"] = "STREET",
        ["2.5.4.10"] = "O",
        ["2.5.4.11"] = "OU",
        ["0.9.2342.19200300.100.1.1"] = "UID",
        ["0.9.2342.19200300.100.1.25"] = "DC",
    };

    /// <summary>The name, most specific part first, e.g. <c>CN=web-1,O=Corp</c>; null if it can't be written.</summary>
    public static string? Text(X500DistinguishedName name)
    {
        var text = new StringBuilder();
        try
        {
            foreach (X500RelativeDistinguishedName part in name.EnumerateRelativeDistinguishedNames(reversed: true))
            {
                if (part.HasMultipleElements || part.GetSingleElementValue() is not { } value || value.Any(char.IsControl))
                {
                    return null;
                }

                string type = part.GetSingleElementType().Value!;
                text.Append(text.Length == 0 ? "" : ",").Append(ShortNames.GetValueOrDefault(type, type)).Append('=');
                Escape(text, value);
            }
        }
        catch (CryptographicException)
        {
            return null;
        }

        return text.Length <= Longest ? text.ToString() : null;
    }

    private static void Escape(StringBuilder text, string value)
    {
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            bool isEdge = (i == 0 && c is ' ' or '#') || (i == value.Length - 1 && c == ' ');
            if (isEdge || c is '"' or '+' or ',' or ';' or '<' or '>' or '\\')
            {
                text.Append('\\');
            }

            text.Append(c);
        }
    }
}
