using System.Globalization;
using Onboarding.Api.Configuration;
using Onboarding.Api.Registration;
using Onboarding.Api.Rpc;
using Onboarding.Client.Channel;
using Onboarding.Client.Credentials;
using Onboarding.Client.Errors;
using Onboarding.Client.Events;
using Onboarding.Client.HostInformation;
using Onboarding.Client.Sidecar;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Client.Flow;

/// <summary>The way to a registration: find the plane, get a credential, be authorized, register.</summary>
internal sealed class Joiner(
    OnboardingConfiguration configuration,
    PlaneClient plane,
    CredentialChain credentials,
    IHostInfoSource host,
    SidecarProgram sidecar,
    string agentVersion,
    TimeProvider time,
    AgentEvents events)
{
    // A proof is good for 60 s around the plane's clock, and needs some of that to get there.
    private static readonly TimeSpan LargestOffset = TimeSpan.FromSeconds(50);

    private Api.Registration.HostInfo? _told;

    /// <summary>Gets an onboarding token with a fresh credential.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="held">The token that it shall replace, if there is one that is good still.</param>
    /// <param name="comeBack">Also if an operator took this machine out, to stay out.</param>
    /// <exception cref="OnboardingException">What went wrong.</exception>
    public async Task<HeldToken> AuthorizeAsync(CancellationToken cancellationToken, HeldToken? held = null, bool comeBack = false)
    {
        Plane found = await plane.GetPlaneAsync(cancellationToken);
        TimeSpan offset = CheckClock(found);
        if (found.MinimumTransport == MinimumTransport.Verified && !plane.IsVerified)
        {
            throw new OnboardingException(
                ErrorIds.TransportNotVerified,
                $"The plane at {plane.Address} asks for a verified certificate, and transportSecurity.tls.insecureSkipVerify is true.",
                "set onboardingEndpoint.transportSecurity.tls.caFile to the endpoint's authority and remove insecureSkipVerify");
        }

        events.Tell(new AgentEvent.PlaneFound(plane.Address, found.Uid, offset, plane.Certificate));
        Credential credential = await credentials.GetAsync(
            new CredentialRequest(found.Uid, found.Challenge.Memory, plane.Key) { Accepted = [.. found.CredentialTypes] }, cancellationToken);
        events.Tell(new AgentEvent.CredentialObtained(credential.Source, found.Uid, credential.ExpiresAt));
        (string ns, string name) = (configuration.WorkloadGroup.Namespace, configuration.WorkloadGroup.Name);
        DateTimeOffset asked = time.GetUtcNow();
        AuthorizeOnboardingResponse answer;
        try
        {
            answer = await plane.AuthorizeAsync(found, credential.Value, ns, name, held, comeBack, cancellationToken);
        }
        catch (OnboardingException e) when (held is not null && HeldToken.IsWhatIsRefused(e))
        {
            // The one that was to be replaced is no good: then it can't speed up the call, and mustn't prevent it.
            return await AuthorizeAsync(cancellationToken, comeBack: comeBack);
        }

        if (answer.Token.Length == 0 || answer.ExpiresAt is null)
        {
            throw new OnboardingException(
                ErrorIds.PlaneFailed, $"The plane at {plane.Address} authorized without a token.", NextSteps.PlaneLog);
        }

        DateTimeOffset expires = PlaneTimes.Read(answer.ExpiresAt, "token's expires_at", plane.Address);
        events.Tell(new AgentEvent.Authorized
        {
            Group = $"{ns}/{name}",
            Policy = answer.Policy,
            Rule = answer.Rule,
            Registration = answer.Registration,
            CorrelationId = answer.CorrelationId,
            TokenExpiresAt = expires,
        });
        return new HeldToken(answer.Token, found.Uid, asked, expires);
    }

    /// <summary>Registers; with the same key and identity as before, it is the registration of before.</summary>
    /// <exception cref="OnboardingException">What went wrong.</exception>
    public async Task<RegisterWorkloadResponse> RegisterAsync(HeldToken token, CancellationToken cancellationToken)
    {
        RegisterWorkloadResponse answer = await RegisterAgainAsync(token, cancellationToken);
        events.Tell(new AgentEvent.Registered(answer.Registration, answer.RegistrationUid, answer.Address, answer.SpiffeId, [.. answer.DroppedLabels]));
        return answer;
    }

    /// <summary>Tells the plane the host's addresses as they are now, of a registration that is there.</summary>
    /// <exception cref="OnboardingException">What went wrong.</exception>
    public async Task<RegisterWorkloadResponse> RegisterAgainAsync(HeldToken token, CancellationToken cancellationToken)
    {
        Api.Registration.HostInfo addresses = await host.GetAsync(cancellationToken);
        _told = null;
        RegisterWorkloadResponse answer = await plane.RegisterAsync(
            token, new RegisterWorkloadRequest { Registration = Describe(addresses, await sidecar.ReadVersionAsync(cancellationToken)) }, cancellationToken);
        _told = addresses;
        return answer;
    }

    /// <summary>True if the host has other addresses than the plane was told last. A host that has none for now keeps those.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<bool> HasMovedAsync(CancellationToken cancellationToken)
    {
        try
        {
            return _told is not { } told || !told.Addresses.SequenceEqual((await host.GetAsync(cancellationToken)).Addresses);
        }
        catch (OnboardingException)
        {
            return false;
        }
    }

    private Rpc.Registration Describe(Api.Registration.HostInfo addresses, string sidecarVersion) => RegistrationMessage.Write(new WorkloadRegistration
    {
        Agent = new Api.Registration.AgentInfo(agentVersion),
        Sidecar = new Api.Registration.SidecarInfo { Istio = new Api.Registration.IstioSidecarInfo(sidecarVersion, sidecar.Revision) },
        Host = addresses,
        Workload = configuration.Workload,
        Settings = configuration.Settings,
    });

    private TimeSpan CheckClock(Plane found)
    {
        if (found.ServerTime is not { } told)
        {
            return TimeSpan.Zero;
        }

        DateTimeOffset theirs = PlaneTimes.Read(told, "server_time", plane.Address);
        TimeSpan offset = time.GetUtcNow() - theirs;
        if (offset.Duration() <= LargestOffset)
        {
            return offset;
        }

        string direction = offset > TimeSpan.Zero ? "ahead of" : "behind";
        throw new OnboardingException(
            ErrorIds.ClockOff,
            $"This machine's clock is {offset.Duration():d\\.hh\\:mm\\:ss} {direction} the plane's: it says {Text(time.GetUtcNow())}, the plane {Text(theirs)}. Every credential and proof would be refused.",
            "timedatectl; then sudo timedatectl set-ntp true, or sudo chronyc makestep");
    }

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
