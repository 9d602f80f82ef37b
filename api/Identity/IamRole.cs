using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Identity;

/// <summary>An IAM role.</summary>
/// <param name="Name">Its name, without path and account.</param>
public sealed record IamRole(string Name)
{
    internal static IamRole Read(MapReader reader) => new(reader.RequiredText("name"));

    internal JsonObject ToJson() => new JsonObject().With("name", Name);
}
