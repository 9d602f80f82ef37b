using Onboarding.Api.Rpc;
using Onboarding.Client.Errors;
using Onboarding.Client.Events;
using Onboarding.Client.HostInformation;

namespace Onboarding.Client.Flow;

/// <summary>What becomes of a registration while the host's addresses change.</summary>
internal sealed partial class Membership
{
    private static readonly TimeSpan AddressRetry = TimeSpan.FromSeconds(30);

    /// <summary>Registers again when the host's addresses change. The session goes on: it is about the registration, and not its address.</summary>
    private async Task FollowAddressesAsync(CancellationToken over)
    {
        using AddressWatch watch = _options.CreateAddressWatch(_time);
        while (!over.IsCancellationRequested)
        {
            try
            {
                await watch.NextAsync(over);
                if (await _joiner.HasMovedAsync(over))
                {
                    RegisterWorkloadResponse answer = await _joiner.RegisterAgainAsync(_renewal?.Current ?? _token!, over);
                    Note(answer);
                    _events.Tell(new AgentEvent.AddressChanged(answer.Address));
                }
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested)
            {
                // The session is over; what isn't told yet is told before the next.
            }
            catch (OnboardingException e)
            {
                _events.Tell(new AgentEvent.AddressNotTold(e));
                watch.TellAfter(AddressRetry, over);
            }
        }
    }

    // The epoch in the file is the session's, which has just written it.
    private void Note(RegisterWorkloadResponse answer)
    {
        if (_registrations.Read() is { } stored && stored.Uid == answer.RegistrationUid)
        {
            _registrations.Write(stored with { Address = answer.Address });
        }
    }
}
