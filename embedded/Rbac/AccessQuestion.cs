namespace Onboarding.Embedded.Rbac;

/// <summary>May someone do this?</summary>
internal sealed record AccessQuestion(string Verb)
{
    /// <summary>The path, for questions that aren't about resources.</summary>
    public string? Path { get; init; }

    public string Group { get; init; } = "";

    public string Resource { get; init; } = "";

    public string Subresource { get; init; } = "";

    public string Namespace { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>The resource as rules name it.</summary>
    public string FullResource => Subresource.Length == 0 ? Resource : $"{Resource}/{Subresource}";

    /// <summary>Why not, in the words of a real server.</summary>
    public string Refusal(string user)
    {
        string where = Namespace.Length > 0 ? $"in the namespace \"{Namespace}\"" : "at the cluster scope";
        return Path is not null
            ? $"User \"{user}\" cannot {Verb} path \"{Path}\""
            : $"User \"{user}\" cannot {Verb} resource \"{FullResource}\" in API group \"{Group}\" {where}";
    }
}
