using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;

namespace Onboarding.Tests.E2E.Conformance.Servers;

/// <summary>One change of an object. That of a deletion has no version here: only a watch tells it.</summary>
internal sealed record Step(string Name, WatchEventType Type, string Version)
{
    public static Step FromEvent(WatchEventType type, V1ConfigMap value) =>
        new(value.Metadata.Name, type, type == WatchEventType.Deleted ? "gone" : value.Metadata.ResourceVersion!);
}
