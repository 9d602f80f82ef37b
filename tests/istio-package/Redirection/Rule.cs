namespace Onboarding.Tests.IstioPackage.Redirection;

/// <summary>One rule of iptables.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Chain">Its chain; one of Istio's own is made with its first rule.</param>
/// <param name="Text">What it matches and does, as iptables takes it.</param>
/// <param name="Position">Where it is put in; null for the end.</param>
internal sealed record Rule(string Table, string Chain, string Text, int? Position = null)
{
    public bool IsOwnChain => Chain.StartsWith("ISTIO_", StringComparison.Ordinal);

    public string Added => Position is { } position ? $"-I {Chain} {position} {Text}" : $"-A {Chain} {Text}";

    public string Deleted => $"-D {Chain} {Text}";
}
