using System.Globalization;

namespace Onboarding.Bench.Replicas;

/// <summary>How much to do.</summary>
/// <param name="Joins">Joins that are measured, with one endpoint and with three.</param>
/// <param name="Members">Members that are told of a group's change.</param>
/// <param name="OperatorMembers">Members that the operator looks after.</param>
internal sealed record ReplicaBenchmarkOptions(int Joins = 1_000, int Members = 1_000, int OperatorMembers = 10_000)
{
    public static ReplicaBenchmarkOptions? TryRead(string[] arguments)
    {
        var options = new ReplicaBenchmarkOptions();
        for (int i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length || !int.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number == 0)
            {
                return null;
            }

            ReplicaBenchmarkOptions? next = arguments[i] switch
            {
                "--joins" => options with { Joins = number },
                "--members" => options with { Members = number },
                "--operator-members" => options with { OperatorMembers = number },
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            options = next;
        }

        return options;
    }
}
