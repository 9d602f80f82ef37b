using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Calls;
using Onboarding.Endpoint.KeyBinding;
using Onboarding.Plane.Audit;
using Onboarding.Plane.Keys;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Settings;

namespace Onboarding.Endpoint.Tokens;

/// <summary>Finds out who makes a call after AuthorizeOnboarding: the token says it, the signature shows that the token isn't stolen.</summary>
internal sealed class CallerAuthenticator(
    PlaneConfiguration plane,
    TokenKeyStore keyStore,
    OnboardingTokenReader reader,
    SignedRequestVerifier verifier,
    KeyBindings keyBindings,
    FailureLimiter limiter,
    TimeProvider time)
{
    private const string Scheme = "Bearer ";

    /// <summary>The caller of a unary call, and what it asks for.</summary>
    /// <typeparam name="T">The message that the method takes.</typeparam>
    /// <param name="request">The request, as received.</param>
    /// <param name="parser">Reads what it asks for.</param>
    /// <param name="context">The call.</param>
    /// <param name="call">Takes what is found out.</param>
    /// <param name="mayReplaceKey">
    /// True for the call that makes key bindings. For any other, a token that may replace a key is worth nothing while that key is bound.
    /// </param>
    /// <exception cref="RefusedException">Token or signature is missing or no good, or the payload isn't such a message.</exception>
    public async Task<(ProvenCaller Caller, T Request)> AuthenticateAsync<T>(
        SignedRequest request, MessageParser<T> parser, ServerCallContext context, Call call, bool mayReplaceKey = false)
        where T : IMessage<T>
    {
        string token = TokenOf(context);
        OnboardingTokenClaims claims = await ReadTokenAsync(token, call, mayReplaceKey);
        ProvenCaller caller = verifier.Verify(request, context.Method, token, claims, plane.Required.Uid);
        call.Audit.IsVerified = true;
        call.IsTokenHolder = true;
        return (caller, SignedRequestVerifier.Read(request.Payload, parser));
    }

    /// <summary>
    /// Lets a call in before anything of it is verified. Of an address that is held back, one with a token that bears this plane's mark is
    /// looked at; any other needs one of the address's turns.
    /// </summary>
    /// <exception cref="RefusedException">There is no turn for it.</exception>
    public void Enter(string? token, Call call)
    {
        if (call.HeldBack is not null && !(token is not null && TokenMark.IsOn(token, keyStore.Required, time.GetUtcNow())))
        {
            limiter.Enter(call);
        }
    }

    /// <summary>
    /// Lets a caller through whose address is held back, if it holds a token of this plane for the key that it has just proved to have:
    /// who is a member and renews its admission isn't kept from it by someone behind the same address.
    /// </summary>
    /// <exception cref="RefusedException">Its token is no good.</exception>
    public async Task PassAsync(string? token, AgentPublicKey key, Call call)
    {
        if (call.HeldBack is null || call.HasTurn)
        {
            return;
        }

        OnboardingTokenClaims claims = await VerifyAsync(token ?? "", call.CancellationToken);
        call.IsTokenHolder = claims.Thumbprint == key.Thumbprint
            ? true
            : throw Refuse.Unauthenticated(Reasons.ProofInvalid, "The onboarding token is bound to another key.");
    }

    /// <summary>What a token says.</summary>
    /// <exception cref="RefusedException">It is no good, or its key isn't the identity's any more.</exception>
    public async Task<OnboardingTokenClaims> ReadTokenAsync(string token, Call call, bool mayReplaceKey = false)
    {
        Enter(token, call);
        OnboardingTokenClaims claims = await VerifyAsync(token, call.CancellationToken);
        AuditRecord audit = call.Audit;
        audit.Identity = claims.Workload;
        audit.GroupNamespace = claims.GroupNamespace;
        audit.GroupName = claims.GroupName;
        audit.Registration = claims.Registration;
        audit.TokenId = claims.Id;
        audit.Key = claims.Thumbprint;

        // A token outlives the binding it was issued for when an operator resets the binding or another machine takes over.
        keyBindings.RequireCurrent(claims.Key, mayReplaceKey);
        return claims;
    }

    /// <summary>The bearer token of a call.</summary>
    /// <exception cref="RefusedException">There is none.</exception>
    public static string TokenOf(ServerCallContext context) => TryTokenOf(context) ?? throw Refuse.Unauthenticated(
        Reasons.TokenMissing, "The call has no onboarding token (authorization: Bearer …). Ask for one by AuthorizeOnboarding.");

    /// <summary>The bearer token of a call; null if there is none.</summary>
    public static string? TryTokenOf(ServerCallContext context)
    {
        string? header = context.RequestHeaders.GetValue("authorization");
        return header is not null && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
    }

    /// <summary>
    /// Drops the token of a call that goes on for days and needs it no more: two kilobytes for each session, and nothing that a dump of the process
    /// should hold.
    /// </summary>
    public static void ForgetToken(ServerCallContext context)
    {
        if (context is not IServerCallContextFeature)
        {
            return;
        }

        context.GetHttpContext().Request.Headers.Authorization = default;
        foreach (Metadata.Entry entry in context.RequestHeaders.Where(h => h.Key == "authorization").ToList())
        {
            context.RequestHeaders.Remove(entry);
        }
    }

    private async Task<OnboardingTokenClaims> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        if (reader.Known(token, plane.Required.Uid, keyStore.Required) is { } known)
        {
            return known;
        }

        TokenKeys keys = await keyStore.WithAsync(OnboardingTokenReader.KeyIdOf(token), cancellationToken);
        return reader.Read(token, plane.Required.Uid, keys);
    }
}
