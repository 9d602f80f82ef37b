using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Onboarding.Embedded.Json;

namespace Onboarding.Embedded.Tables;

/// <summary>Reads a column of a CustomResourceDefinition (<c>additionalPrinterColumns</c>).</summary>
internal static partial class DefinedColumn
{
    /// <summary>The column.</summary>
    /// <exception cref="InvalidDataException">Its path isn't of the two forms that are understood: fields, and an item by one of its fields.</exception>
    public static Column Read(JsonNode? json)
    {
        string name = json.Text("name") ?? "";
        string path = json.Text("jsonPath") ?? "";
        if (!Path().IsMatch(path))
        {
            throw new InvalidDataException($"Column {name} has the path {path}, which isn't understood.");
        }

        Match[] steps = Step().Matches(path).ToArray();
        return json.Text("type") == "date"
            ? Column.Age with { Name = name }
            : new Column(name, json.Text("type")!, (value, _) => Find(value, steps)?.DeepClone()) { Priority = (int)(json.Number("priority") ?? 0) };
    }

    private static JsonNode? Find(JsonNode? value, Match[] steps)
    {
        foreach (Match step in steps)
        {
            value = value.At(step.Groups["name"].Value);
            if (step.Groups["field"] is { Success: true, Value: var field })
            {
                value = value.List().FirstOrDefault(item => item.Text(field) == step.Groups["value"].Value);
            }
        }

        return value;
    }

    [GeneratedRegex("""^(\.\w+(\[\?\(@\.\w+=="[^"]*"\)\])?)+\z""", RegexOptions.CultureInvariant)]
    private static partial Regex Path();

    [GeneratedRegex("""\.(?<name>\w+)(\[\?\(@\.(?<field>\w+)=="(?<value>[^"]*)"\)\])?""", RegexOptions.CultureInvariant)]
    private static partial Regex Step();
}
