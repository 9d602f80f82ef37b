using System.Diagnostics;
using System.Net;
using Grpc.Core;
using Onboarding.Kubernetes;
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
    /// Waits until a condition holds. A condition that throws does not hold yet, if time can heal the exception: what it asks for is not
    /// there, or does not answer, for the moment. Any other exception ends the wait at once.
    /// </summary>
    /// <param name="condition">The condition.</param>
    /// <param name="what">What is waited for, for the reader of the failure.</param>
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
        catch (Exception e) when (!throws && CanHeal(e))
        {
            return false;
        }
    }

    // A fault in the test or in the code under test is the same at the next try, and so is a call that the other side does not know.
    private static bool CanHeal(Exception exception) => exception switch
    {
        ArgumentOutOfRangeException => true, // The first of a list that is still empty.
        ArgumentException or NotSupportedException or NotImplementedException or InvalidCastException or FormatException => false,
        ObjectDisposedException or TypeLoadException or TypeInitializationException or MissingMemberException => false,
        RpcException { StatusCode: StatusCode.Unimplemented or StatusCode.InvalidArgument } => false,
        HttpRequestException { StatusCode: HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed or HttpStatusCode.UnprocessableEntity } => false,
        KubernetesException { HttpStatusCode: HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed or HttpStatusCode.UnprocessableEntity } => false,
        AggregateException { InnerException: { } inner } => CanHeal(inner),
        _ => true,
    };
}
