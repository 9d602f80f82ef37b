using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Storage;

namespace Onboarding.Embedded.Requests;

/// <summary>Where a paged list goes on, and of which snapshot. Opaque to clients.</summary>
internal sealed record ContinueToken(long Version, string Namespace, string Name)
{
    public static ContinueToken After(ObjectPage page) => new(page.Version, page.Last!.Value.Namespace, page.Last.Value.Name);

    /// <exception cref="ApiException">The text is no token of ours.</exception>
    public static ContinueToken Parse(string text)
    {
        try
        {
            string[] parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('\n');
            if (parts is [var version, var space, var name] && long.TryParse(version, CultureInfo.InvariantCulture, out long at))
            {
                return new ContinueToken(at, space, name);
            }
        }
        catch (FormatException)
        {
            // Refused below like any other token that isn't ours.
        }

        throw ApiErrors.BadRequest($"continue key is not valid: {text}");
    }

    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Version}\n{Namespace}\n{Name}")));
}
