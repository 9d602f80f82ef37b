using Onboarding.Client.Errors;
using Onboarding.Client.Native;
using Onboarding.Client.State;

namespace Onboarding.Client.Checks.Machine;

/// <summary>The state directory is this user's alone, or can be made.</summary>
internal sealed class StateDirectoryCheck : IOnboardingCheck
{
    public string Category => "Machine";

    public string Name => "state directory";

    public IReadOnlyList<string> DependsOn => [];

    public Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(context.Options.StateDirectory));
        try
        {
            if (SecureFiles.Look(path) is not null)
            {
                SecureDirectory.Ensure(path);
                return Task.FromResult(LibC.Access(path, LibC.AccessWrite) == 0 ? CheckOutcome.Pass($"{path} is safe") : Unwritable(path));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult(Unwritable(path));
        }

        string parent = path;
        while (!Directory.Exists(parent))
        {
            parent = Path.GetDirectoryName(parent) ?? "/";
        }

        return Task.FromResult(
            LibC.Access(parent, LibC.AccessWrite) == 0 ? CheckOutcome.Pass($"{path} will be made in {parent}") : Unwritable(path));
    }

    private static CheckOutcome Unwritable(string path) => CheckOutcome.Fail(
        ErrorIds.StateDirectoryUnwritable,
        $"User {Environment.UserName} can't write to {path}, or make it.",
        $"namei -l {path}; then run as the agent's user, or pass another directory");
}
