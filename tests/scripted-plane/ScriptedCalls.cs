using Onboarding.Api.Rpc;
using Onboarding.Tests.Integration.ClientTests;

namespace Onboarding.Tests.ScriptedPlane;

/// <summary>Makes a plane do what the script in a directory says, and writes down what it was called with.</summary>
internal sealed class ScriptedCalls(FakePlane plane, string directory)
{
    private readonly Lock _gate = new();

    public void Begin()
    {
        plane.OnGetPlane = () => Play("GetPlane");
        plane.OnAuthorize = _ => Play("AuthorizeOnboarding");
        plane.OnRegister = _ => Play("RegisterWorkload");
        plane.OnUnregister = _ => Play("UnregisterWorkload");
        plane.OnConnect = () => Play("Connect");
        plane.OnSession = Tell;
    }

    private void Play(string call)
    {
        lock (_gate)
        {
            File.AppendAllLines(Path.Combine(directory, "calls"), [call]);
        }

        Script script = Script.Read(directory);
        plane.ClockOffset = script.ClockOffset;
        plane.AmendPlane = said => said.ServerTime.Seconds = script.ServerTimeSeconds ?? said.ServerTime.Seconds;
        plane.CredentialTypes = script.CredentialTypes;
        plane.MinimumTransport = script.IsVerifiedOnly ? MinimumTransport.Verified : MinimumTransport.Unspecified;
        if (script.RefusalOf(call) is { } refusal)
        {
            throw refusal;
        }
    }

    private void Tell(FakeSession session)
    {
        Script script = Script.Read(directory);
        foreach (Api.Rpc.BootConfiguration boot in script.BootConfigurations())
        {
            session.Send(new PlaneMessage { BootConfiguration = boot });
        }

        if (script.Gone is { } gone)
        {
            session.Send(new PlaneMessage { RegistrationGone = gone });
        }
    }
}
