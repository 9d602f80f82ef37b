using Onboarding.Api;
using Onboarding.Api.Runtime;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.KeyBinding;

/// <summary>Waits until the informer shows a binding as it was written.</summary>
internal sealed class PendingBinding(string name, Action<PendingBinding> forget) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly HashSet<string> _versions = [];
    private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _wanted;

    /// <summary>Looks at what the informer shows.</summary>
    public void Look(WorkloadKeyBinding binding)
    {
        if (binding.Metadata.Name != name || binding.Metadata.ResourceVersion is not { } version)
        {
            return;
        }

        lock (_lock)
        {
            _versions.Add(version);
            if (version == _wanted)
            {
                _seen.TrySetResult();
            }
        }
    }

    /// <summary>Waits for what was written.</summary>
    /// <exception cref="RefusedException">The informer doesn't follow; nothing is decided on an old view.</exception>
    public async Task SeenAsync(WorkloadKeyBinding written, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _wanted = written.Metadata.ResourceVersion;
            if (_wanted is not null && _versions.Contains(_wanted))
            {
                return;
            }
        }

        try
        {
            await _seen.Task.WaitAsync(Patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw Refuse.Unavailable(
                Reasons.KubernetesUnavailable, "The plane's view of the Kubernetes API is behind; try again shortly.", TimeSpan.FromSeconds(2));
        }
    }

    public void Dispose() => forget(this);
}
