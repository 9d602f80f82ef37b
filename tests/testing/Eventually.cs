using Shouldly;

namespace Onboarding.Testing;

/// <summary>Waits for what another process or thread is about to do; the only waiting a test may do.</summary>
public static class Eventually
{
    public static async Task Is(Func<Task<bool>> condition, string what, TimeSpan? within = null)
    {
        TimeSpan limit = within ?? TimeSpan.FromSeconds(30);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (!await condition())
        {
            watch.Elapsed.ShouldBeLessThan(limit, $"waited for: {what}");
            await Task.Delay(20);
        }
    }

    public static Task Is(Func<bool> condition, string what, TimeSpan? within = null) =>
        Is(() => Task.FromResult(condition()), what, within);
}
