namespace Grpc.Net.Client.Internal;

/// <summary>Who calls.</summary>
internal static class UserAgent
{
    /// <summary>In the form that the protocol recommends.</summary>
    public static readonly string Value = $"grpc-dotnet-onboarding/{typeof(UserAgent).Assembly.GetName().Version?.ToString(3)}";
}
