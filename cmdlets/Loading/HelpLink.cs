namespace Onboarding.Cmdlets.Loading;

/// <summary>Where the help of a cmdlet is read on the web: <c>Get-Help NAME -Online</c>. A release sets it with the manifest's ProjectUri.</summary>
internal static class HelpLink
{
    /// <summary>The pages of <c>docs/cmdlets</c>.</summary>
    public const string Root = "https://onboarding.tetrate.io/docs/cmdlets/";
}
