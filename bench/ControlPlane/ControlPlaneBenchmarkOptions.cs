using System.Globalization;

namespace Onboarding.Bench.ControlPlane;

/// <summary>How much to do.</summary>
/// <param name="Objects">Objects that are created, and then listed.</param>
/// <param name="Parallel">Creates at a time.</param>
/// <param name="Watchers">Watches that are open at once.</param>
/// <param name="Events">Changes that each of them is told.</param>
internal sealed record ControlPlaneBenchmarkOptions(int Objects = 10_000, int Parallel = 32, int Watchers = 100, int Events = 200)
{
    public static ControlPlaneBenchmarkOptions? TryRead(string[] arguments)
    {
        var options = new ControlPlaneBenchmarkOptions();
        for (int i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length ||
                !int.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number == 0)
            {
                return null;
            }

            switch (arguments[i])
            {
                case "--objects":
                    options = options with { Objects = number };
                    break;
                case "--parallel":
                    options = options with { Parallel = number };
                    break;
                case "--watchers":
                    options = options with { Watchers = number };
                    break;
                case "--events":
                    options = options with { Events = number };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}
