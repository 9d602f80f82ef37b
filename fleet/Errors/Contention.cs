using Onboarding.Kubernetes;

namespace Onboarding.Fleet.Errors;

/// <summary>
/// Writes that carry the version they were decided on, so that nothing another person wrote is lost. The plane writes its status whenever it
/// likes: that someone was faster is no failure, and the change is decided again on what is there then.
/// </summary>
internal static class Contention
{
    private const int MostAttempts = 10;

    /// <summary>Reads, decides and writes, and again if the object changed in between.</summary>
    /// <param name="attempt">All three; what it reads has to be read again each time.</param>
    public static async Task<T> RetryAsync<T>(Func<Task<T>> attempt)
    {
        for (int i = 1; ; i++)
        {
            try
            {
                return await attempt();
            }
            catch (KubernetesException e) when (e.IsConflict && i < MostAttempts)
            {
                // The server answers once it has what was faster: reading again at once reads that.
            }
        }
    }
}
