namespace Onboarding.Client.Local;

/// <summary>A secret on its way to where it is kept. Not a string: that is what ends up in a log or a record's text by mistake.</summary>
public sealed class JoinSecret
{
    private readonly string _value;

    /// <summary>Makes one.</summary>
    /// <param name="value">The secret.</param>
    public JoinSecret(string value) => _value = value;

    /// <inheritdoc />
    public override string ToString() => "(secret)";

    internal string Reveal() => _value;
}
