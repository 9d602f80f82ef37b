using Onboarding.Client.Errors;

namespace Onboarding.Client.Notices;

/// <summary>Where a platform says that it takes a machine away.</summary>
internal interface INoticeSource
{
    /// <summary>Waits until the platform may have changed its mind, and looks.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>What holds now; null if nothing does.</returns>
    /// <exception cref="OnboardingException">The platform can't be asked.</exception>
    Task<DepartureNotice?> NextAsync(CancellationToken cancellationToken);

    /// <summary>Tells the platform that the machine is out, so that it needn't wait until the deadline.</summary>
    /// <param name="notice">For which the machine left.</param>
    /// <param name="cancellationToken">Ends the telling.</param>
    /// <exception cref="OnboardingException">The platform can't be told.</exception>
    Task AcknowledgeAsync(DepartureNotice notice, CancellationToken cancellationToken);
}
