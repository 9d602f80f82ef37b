using System.Collections.Concurrent;

namespace Onboarding.Bench.Joins;

/// <summary>Joins machines, with a new key and a new connection each time.</summary>
internal sealed class BenchJoins(EndpointProcess endpoint, BenchIssuer issuer) : IDisposable
{
    private readonly ConcurrentBag<BenchMember> _members = [];

    public async Task JoinAsync(string subject)
    {
        var member = new BenchMember(issuer, subject);
        _members.Add(member);
        await member.JoinAsync(endpoint.Dial());
    }

    public void Dispose()
    {
        foreach (BenchMember member in _members)
        {
            member.Dispose();
        }
    }
}
