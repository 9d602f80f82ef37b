using System.Diagnostics;
using Shouldly;

namespace Onboarding.Tests.Fuzz;

/// <summary>
/// Feeds a parser what attackers would: entries of a corpus with bytes flipped, cut, repeated, swapped and spliced, and noise. For
/// <c>ONBOARDING_FUZZ_SECONDS</c> seconds (by default 2), from a seed that is printed: <c>ONBOARDING_FUZZ_SEED</c> runs the same again.
/// </summary>
internal sealed class Fuzzer
{
    private const int Longest = 48 * 1024;
    private static readonly byte[] Interesting = [0x00, 0x01, 0x7F, 0x80, 0xFF, 0x30, 0x31, 0xA0, 0x24, 0x04, (byte)'"', (byte)'\\', (byte)'{', (byte)'}', (byte)':', (byte)'/', (byte)'.', (byte)'*'];
    private readonly IReadOnlyList<byte[]> _corpus;
    private readonly int _seed;
    private readonly Random _random;

    public Fuzzer(params IReadOnlyList<byte[]> corpus)
    {
        _corpus = corpus;
        _seed = int.TryParse(Environment.GetEnvironmentVariable("ONBOARDING_FUZZ_SEED"), out int seed) ? seed : Environment.TickCount;
        _random = new Random(_seed);
    }

    private static TimeSpan Patience =>
        TimeSpan.FromSeconds(double.TryParse(Environment.GetEnvironmentVariable("ONBOARDING_FUZZ_SECONDS"), out double seconds) ? seconds : 2);

    /// <summary>Feeds a parser until the time is up.</summary>
    /// <param name="parse">The parser; returns normally or throws <typeparamref name="TError"/>.</param>
    /// <typeparam name="TError">The only error it may throw.</typeparam>
    public void Run<TError>(Action<byte[]> parse)
        where TError : Exception
    {
        var watch = Stopwatch.StartNew();
        for (long run = 0; watch.Elapsed < Patience || run < 1_000; run++)
        {
            byte[] input = Next();
            var each = Stopwatch.StartNew();
            try
            {
                parse(input);
            }
            catch (TError)
            {
                // Its own error: what it is for.
            }
            catch (Exception e)
            {
                throw new ShouldAssertException($"seed {_seed}, run {run}: {e.GetType().Name} instead of {typeof(TError).Name} for {Convert.ToBase64String(input)}", e);
            }

            each.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30), $"seed {_seed}, run {run}: {Convert.ToBase64String(input)}");
        }
    }

    private byte[] Next()
    {
        if (_random.Next(20) == 0)
        {
            byte[] noise = new byte[_random.Next(300)];
            _random.NextBytes(noise);
            return noise;
        }

        List<byte> bytes = [.. Pick()];
        for (int i = _random.Next(1, 6); i > 0 && bytes.Count > 0; i--)
        {
            Mutate(bytes);
        }

        return [.. bytes.Take(Longest)];
    }

    private byte[] Pick() => _corpus[_random.Next(_corpus.Count)];

    private void Mutate(List<byte> bytes)
    {
        int at = _random.Next(bytes.Count);
        int length = _random.Next(Math.Min(64, bytes.Count - at) + 1);
        switch (_random.Next(7))
        {
            case 0:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1:
                bytes[at] = Interesting[_random.Next(Interesting.Length)];
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 4:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 5:
                byte[] other = Pick();
                int from = _random.Next(other.Length + 1);
                bytes.InsertRange(at, other[from..Math.Min(other.Length, from + 64)]);
                break;
            default:
                bytes.Insert(at, Interesting[_random.Next(Interesting.Length)]);
                break;
        }
    }
}
