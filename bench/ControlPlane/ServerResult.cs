using Onboarding.Bench.Joins;

namespace Onboarding.Bench.ControlPlane;

/// <summary>What was measured of one server.</summary>
/// <param name="Creates">Creates of objects.</param>
/// <param name="ListMilliseconds">Median time of a whole list, as an informer makes it: in pages of 500.</param>
/// <param name="Deliveries">Changes told to watchers; the time of each from the create's answer to the watcher.</param>
internal sealed record ServerResult(Measurement Creates, double ListMilliseconds, Measurement Deliveries);
