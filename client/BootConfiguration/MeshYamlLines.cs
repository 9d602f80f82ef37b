namespace Onboarding.Client.BootConfiguration;

/// <summary>The lines of mesh.yaml. What belongs to a name like a secret's isn't shown, also where it goes on below it.</summary>
internal static class MeshYamlLines
{
    public static ShownLine[] Parse(string text)
    {
        var lines = new List<ShownLine>();
        int? hiddenBelow = null;
        foreach (string line in BootConfigurationDiff.Lines(text))
        {
            int indent = line.Length - line.TrimStart(' ', '-').Length;
            if (indent > hiddenBelow)
            {
                lines.Add(new ShownLine(line, line[..indent] + SecretNames.NotShown));
                continue;
            }

            hiddenBelow = null;
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && SecretNames.IsOne(line[..colon]))
            {
                hiddenBelow = indent;
                lines.Add(new ShownLine(line, $"{line[..colon]}: {SecretNames.NotShown}"));
            }
            else
            {
                lines.Add(new ShownLine(line, line));
            }
        }

        return [.. lines];
    }
}
