using System.Net;

namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>Addresses of a host's name, from DNS; in tests from elsewhere.</summary>
/// <param name="host">The name.</param>
/// <param name="cancellationToken">Stops it.</param>
internal delegate Task<IPAddress[]> HostResolver(string host, CancellationToken cancellationToken);
