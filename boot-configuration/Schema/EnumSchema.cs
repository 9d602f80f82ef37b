namespace Onboarding.BootConfiguration.Schema;

/// <summary>An enum: its full protobuf name, and the names by number.</summary>
internal sealed record EnumSchema(string Name, params (string Name, int Number)[] Values)
{
    /// <summary>An enum whose values count up from zero.</summary>
    public static EnumSchema Counting(string name, params string[] values) => new(name, [.. values.Select((v, i) => (v, i))]);

    public int? NumberOf(string name)
    {
        foreach ((string value, int number) in Values)
        {
            if (value == name)
            {
                return number;
            }
        }

        return null;
    }

    public string? NameOf(long number)
    {
        foreach ((string name, int value) in Values)
        {
            if (value == number)
            {
                return name;
            }
        }

        return null;
    }
}
