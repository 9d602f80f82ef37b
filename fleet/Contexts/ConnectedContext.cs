namespace Onboarding.Fleet.Contexts;

/// <summary>
/// The context in force in this process. One for all runspaces: what <c>Connect-OnboardingPlane</c> chose also holds in
/// <c>ForEach-Object -Parallel</c>. A cmdlet reads it once, when it begins.
/// </summary>
public static class ConnectedContext
{
    private static volatile ClusterContext? _current;

    /// <summary>The one that was connected; null if none was, and the kubeconfig decides.</summary>
    public static ClusterContext? Current => _current;

    /// <summary>Puts one in force.</summary>
    public static void Connect(ClusterContext context) => _current = context;

    /// <summary>Goes back to what the kubeconfig says.</summary>
    public static void Disconnect() => _current = null;
}
