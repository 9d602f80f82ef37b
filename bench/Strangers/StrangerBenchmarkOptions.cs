using System.Globalization;

namespace Onboarding.Bench.Strangers;

/// <summary>How many of each.</summary>
/// <param name="Count">Hostile connections of one address; further ones follow for as long as it takes.</param>
/// <param name="Members">Members that reconnect from another address.</param>
/// <param name="Same">Members that reconnect from the hostile address.</param>
/// <param name="Kind">Kind of hostile connections; null for all of them in turn.</param>
internal sealed record StrangerBenchmarkOptions(int Count = 20_000, int Members = 200, int Same = 20, string? Kind = null)
{
    public static StrangerBenchmarkOptions? TryRead(string[] arguments)
    {
        var options = new StrangerBenchmarkOptions();
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            bool isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0;
            switch (arguments[i])
            {
                case "--count" when isNumber:
                    options = options with { Count = number };
                    break;
                case "--members" when isNumber:
                    options = options with { Members = number };
                    break;
                case "--same" when isNumber:
                    options = options with { Same = number };
                    break;
                case "--kind" when StrangerFlood.Kinds.Contains(value):
                    options = options with { Kind = value };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}
