using System.Diagnostics;
using Shouldly;

namespace Onboarding.Testing;

/// <summary>Waits for what another process or thread is about to do; the only waiting a test may do.</summary>
public static class Eventually
{
    /// <summary>
    /// How long anything may take: much longer than it takes, since a machine may do a lot else, and a test that passes never waits for it.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>
    /// Waits until a condition holds. One that throws doesn't hold yet: what it asks may not be there, or not answer, for the moment.
    /// </summary>
    /// <param name="condition">The condition.</param>
    /// <param name="what">What is waited for, for who reads the failure.</param>
    /// <param name="within">How long it may take, if that is longer than <see cref="Patience"/>.</param>
    public static async Task Is(Func<Task<bool>> condition, string what, TimeSpan? within = null)
    {
        TimeSpan limit = within > Patience ? within.Value : Patience;
        var watch = Stopwatch.StartNew();
        while (!await HoldsAsync(condition, throws: watch.Elapsed >= limit))
        {
            watch.Elapsed.ShouldBeLessThan(limit, $"waited for: {what}");
            await Task.Delay(20);
        }
    }

    /// <inheritdoc cref="Is(Func{Task{bool}}, string, TimeSpan?)"/>
    public static Task Is(Func<bool> condition, string what, TimeSpan? within = null) => Is(() => Task.FromResult(condition()), what, within);

    private static async Task<bool> HoldsAsync(Func<Task<bool>> condition, bool throws)
    {
        try
        {
            return await condition();
        }
        catch (Exception) when (!throws)
        {
            return false;
        }
    }
}
