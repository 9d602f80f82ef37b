using Onboarding.Connections;

namespace Onboarding.SidecarProbe.Boot.Checks;

/// <summary>What is there as revocation lists are lists: a proxy that is given anything else refuses all its peers.</summary>
internal sealed class RevocationListCheck : IBootCheck
{
    public IEnumerable<BootProblem> Check(BootContents boot)
    {
        if (boot.RevocationLists is { } lists && !RevocationListText.IsValid(lists))
        {
            yield return new BootProblem(
                "revocation-lists", BootFileNames.RevocationLists, BootFileNames.RevocationLists, $"{BootFileNames.RevocationLists} isn't revocation lists in PEM");
        }
    }
}
