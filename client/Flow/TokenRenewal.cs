using Onboarding.Api.Rpc;
using Onboarding.Client.Channel;
using Onboarding.Client.Errors;
using Onboarding.Client.Events;
using Onboarding.Client.Timing;

namespace Onboarding.Client.Flow;

/// <summary>
/// Renews the onboarding token of a session: a new authorization with a fresh credential at two thirds of the old one's life,
/// presented in the stream. What fails is tried again while the session lasts.
/// </summary>
internal sealed class TokenRenewal(Joiner joiner, TimeProvider time, Func<double> random, AgentEvents events)
{
    private volatile HeldToken? _presented;

    /// <summary>The last token the plane accepted in a session; null if none was.</summary>
    public HeldToken? Current { get; private set; }

    /// <summary>The plane took the token presented last.</summary>
    public void Accepted()
    {
        if (_presented is { } token)
        {
            _presented = null;
            Current = token;
            events.Tell(new AgentEvent.TokenRenewed(token.ExpiresAt));
        }
    }

    /// <summary>Renews until cancelled.</summary>
    /// <param name="token">The session's token.</param>
    /// <param name="send">Sends to the plane.</param>
    /// <param name="cancellationToken">The session's end.</param>
    public async Task RunAsync(HeldToken token, Action<AgentMessage> send, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(time, random);
        TimeSpan wait = token.RenewIn(time.GetUtcNow(), random());
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            try
            {
                HeldToken renewed = await joiner.AuthorizeAsync(cancellationToken, Current?.ExpiresAt > token.ExpiresAt ? Current : token);
                _presented = renewed;
                send(new AgentMessage { Token = new Api.Rpc.OnboardingToken { Token = renewed.Value } });
                backoff.Reset();
                wait = renewed.RenewIn(time.GetUtcNow(), random());
            }
            catch (OnboardingException e)
            {
                events.Tell(new AgentEvent.RenewalFailed(e));
                wait = backoff.Next();
                wait = e.RetryAfter > wait ? e.RetryAfter.Value : wait;
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
