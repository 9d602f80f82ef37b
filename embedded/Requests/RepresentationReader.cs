using Microsoft.AspNetCore.Http;
using Onboarding.Embedded.Errors;

namespace Onboarding.Embedded.Requests;

/// <summary>Reads <c>Accept</c>.</summary>
internal static class RepresentationReader
{
    public static Representation Read(HttpRequest request)
    {
        string accept = request.Headers.Accept.ToString();
        if (accept.Length == 0)
        {
            return Representation.Json;
        }

        foreach (string entry in accept.Split(',', StringSplitOptions.TrimEntries))
        {
            string[] parts = entry.Split(';', StringSplitOptions.TrimEntries);
            string? target = parts.Skip(1).FirstOrDefault(p => p.StartsWith("as=", StringComparison.Ordinal))?[3..];
            switch (parts[0], target)
            {
                case ("application/json" or "application/*" or "*/*", null):
                    return Representation.Json;
                case ("application/json", "Table") when parts.Contains("v=v1"):
                    return Representation.Table;
                case ("application/json", "PartialObjectMetadata" or "PartialObjectMetadataList"):
                    return Representation.Metadata;
            }
        }

        throw ApiErrors.NotAcceptable();
    }
}

/// <summary>What a client wants objects turned into, by its <c>Accept</c> header.</summary>
internal enum Representation
{
    Json,
    Table,
    Metadata,
}
