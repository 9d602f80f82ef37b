namespace Onboarding.Client.BootConfiguration;

/// <summary>One line that differs.</summary>
/// <param name="File">The file it is in.</param>
/// <param name="IsAdded">True: the pending one has it. False: the one in force has.</param>
/// <param name="Text">The line; what may be a secret isn't in it.</param>
public sealed record BootFileChange(string File, bool IsAdded, string Text)
{
    /// <inheritdoc />
    public override string ToString() => $"{(IsAdded ? '+' : '-')} {Text}";
}
