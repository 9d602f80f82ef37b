using Onboarding.Api.Reading;
using Onboarding.Api.Reading.Nodes;

namespace Onboarding.Documents;

/// <summary>Reads YAML or JSON into nodes.</summary>
internal static class DocumentTree
{
    /// <summary>The documents of a text. What is wrong is in the context; no exception leaves, whatever the bytes are.</summary>
    public static IReadOnlyList<Node> ReadAll(ReadContext context, ReadOnlySpan<byte> bytes)
    {
        try
        {
            string text = DocumentText.Decode(bytes);
            return LooksLikeJson(text) ? ReadJsonOrFlow(context, text) : YamlTree.ReadAll(context, text);
        }
        catch (SyntaxException exception)
        {
            context.Error(exception.Position, "", ProblemReason.Syntax, exception.Message);
            return [];
        }
    }

    /// <summary>The one document of a text; null if there is none, or more than one.</summary>
    public static Node? ReadOne(ReadContext context, ReadOnlySpan<byte> bytes)
    {
        IReadOnlyList<Node> documents = ReadAll(context, bytes);
        if (documents.Count == 0)
        {
            if (!context.HasErrors)
            {
                context.Error(new Position(1, 1), "", ProblemReason.Syntax, "is empty");
            }

            return null;
        }

        // A "---" at the end starts a document of nothing.
        if (documents.Skip(1).FirstOrDefault(document => document is not ScalarNode { Kind: ScalarKind.Null }) is { } second)
        {
            context.Error(second.Position, "", ProblemReason.Syntax, "a second document starts here; put each into a file of its own");
            return null;
        }

        return documents[0];
    }

    // JSON is read as JSON: YAML has its own ideas about tabs, escapes and long keys. A text that starts like JSON may still be
    // YAML in flow style, {a: b}.
    private static IReadOnlyList<Node> ReadJsonOrFlow(ReadContext context, string text)
    {
        ReadContext json = new();
        try
        {
            Node root = JsonTree.Read(json, text);
            context.Add(json);
            return [root];
        }
        catch (SyntaxException asJson)
        {
            ReadContext yaml = new();
            try
            {
                IReadOnlyList<Node> documents = YamlTree.ReadAll(yaml, text);
                context.Add(yaml);
                return documents;
            }
            catch (SyntaxException)
            {
                // Its author meant one of them; quoted keys say JSON.
                if (text.AsSpan().TrimStart()[1..].TrimStart().StartsWith("\""))
                {
                    throw asJson;
                }

                throw;
            }
        }
    }

    private static bool LooksLikeJson(string text) => text.AsSpan().TrimStart() is ['{' or '[', ..];
}
