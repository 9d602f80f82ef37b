using System.Diagnostics;
using System.Globalization;
using Onboarding.Api.Policies;
using Onboarding.Authorization;

namespace Onboarding.Bench.Policies;

/// <summary>
/// How long a decision takes and what policies cost in memory, with all policies in one namespace and about one issuer. Every
/// decision is timed by itself, admitted and refused ones in turn, for groups at the beginning, in the middle and at the end.
/// </summary>
internal static class PolicyBenchmark
{
    private const int Decisions = 200_000;
    private const double Limit = 100;

    private static readonly int[] Sizes = [10, 1_000, 10_000];

    /// <summary>Runs it.</summary>
    /// <returns>0, or 1 if p99 of a decision is above 100 µs at any size.</returns>
    public static int Run()
    {
        bool held = true;
        Console.WriteLine("policies  rules about          decision p50     p99        explanation p50     p99     memory per policy   one edit");
        foreach (PolicyShape shape in Enum.GetValues<PolicyShape>())
        {
            foreach (int size in Sizes)
            {
                held &= Measure(shape, size);
            }
        }

        Console.WriteLine(held ? $"p99 of a decision <= {Limit} µs: held" : $"p99 of a decision <= {Limit} µs: MISSED");
        return held ? 0 : 1;
    }

    private static bool Measure(PolicyShape shape, int size)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        PolicySet set = PolicySet.Compile(PolicySource.Make(shape, size));
        long bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / size;
        AdmissionQuestion[] questions = [.. PolicySource.Questions(shape, size)];

        // Before it counts: compiled by the JIT's second tier, as in a plane that runs.
        Time(questions, Decisions, question => set.Decide(question));
        double[] decisions = Time(questions, Decisions, question => set.Decide(question));
        double[] explanations = Time([.. questions.Where(q => !set.Decide(q).IsAllowed)], Math.Min(Decisions, 4_000_000 / size), question => set.Explain(question));
        OnboardingPolicy edited = PolicySource.Policy(shape, size / 2);
        double[] edits = Time(questions, 1_000, _ => set.With(edited));
        double p99 = At(decisions, 0.99);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{size,8}  {PolicySource.Describe(shape),-20} {At(decisions, 0.5),9:0.0} µs {p99,7:0.0} µs {At(explanations, 0.5),15:0.0} µs {At(explanations, 0.99),7:0.0} µs {bytes,10} bytes {At(edits, 0.5),12:0.0} µs"));
        GC.KeepAlive(set);
        return p99 <= Limit;
    }

    private static double[] Time(AdmissionQuestion[] questions, int count, Action<AdmissionQuestion> run)
    {
        double[] microseconds = new double[count];
        for (int i = 0; i < count; i++)
        {
            AdmissionQuestion question = questions[i % questions.Length];
            long start = Stopwatch.GetTimestamp();
            run(question);
            microseconds[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        Array.Sort(microseconds);
        return microseconds;
    }

    private static double At(double[] sorted, double share) => sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * share)];
}
