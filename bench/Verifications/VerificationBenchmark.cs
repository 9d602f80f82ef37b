using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Onboarding.Api.Proofs;
using Onboarding.Endpoint.Authentication;

namespace Onboarding.Bench.Verifications;

/// <summary>
/// How many credentials of each platform one core verifies in a second, all that is checked included, next to the bare cryptographic
/// operation. Seconds are those the process really had of a core, whatever else the machine is busy with; both by turns in short rounds.
/// </summary>
internal static class VerificationBenchmark
{
    /// <summary>The least share of the bare operation's rate that is accepted.</summary>
    public const double Wanted = 0.7;

    private const int Rounds = 21;

    // The compiler is done with the code by then.
    private const int WarmUp = 12;
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(60);

    /// <summary>Runs it; the exit code is 1 if a platform is slower than wanted.</summary>
    public static async Task<int> RunAsync()
    {
        await using BenchPlane plane = await BenchPlane.StartAsync();
        var authenticators = plane.Services.GetServices<ICredentialAuthenticator>().ToDictionary(a => a.MessageName);
        AgentPublicKey key = plane.AgentKey;
        bool isGood = true;
        (Verification Verification, Func<bool> Run)[] all = [.. plane.Verifications.Select(verification =>
        {
            ICredentialAuthenticator authenticator = authenticators[verification.MessageName];
            var request = new AuthenticationRequest(verification.Credential, BenchPlane.Uid, key) { Challenge = new byte[57] };
            return (verification, (Func<bool>)(() => authenticator.AuthenticateAsync(request, default).GetAwaiter().GetResult() is not null));
        })];

        // All of them before any is measured: the compiler's own work counts as the process's, and the first platform would pay for it.
        for (int i = 0; i < WarmUp; i++)
        {
            foreach ((Verification verification, Func<bool> run) in all)
            {
                Count(run);
                Count(verification.Bare);
            }
        }

        foreach ((Verification verification, Func<bool> run) in all)
        {
            double[] ratios = new double[Rounds];
            double[] verified = new double[Rounds];
            double[] bare = new double[Rounds];
            for (int i = 0; i < Rounds; i++)
            {
                double some = Count(run);
                double others = Count(verification.Bare);
                (verified[i], bare[i], ratios[i]) = (some, others, some / others);
            }

            double ratio = Median(ratios);
            isGood &= ratio >= Wanted;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{verification.Platform,-26} {Median(verified),9:0} /s   {verification.Operation,-22} {Median(bare),9:0} /s   ratio {ratio:0.00}{(ratio >= Wanted ? "" : $"  < {Wanted}")}"));
        }

        return isGood ? 0 : 1;
    }

    private static double Count(Func<bool> run)
    {
        TimeSpan start = Environment.CpuUsage.TotalTime;
        long count = 0;
        while (Environment.CpuUsage.TotalTime - start < Round)
        {
            for (int i = 0; i < 16; i++)
            {
                if (!run())
                {
                    throw new InvalidOperationException("What is measured doesn't work.");
                }
            }

            count += 16;
        }

        return count / (Environment.CpuUsage.TotalTime - start).TotalSeconds;
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
