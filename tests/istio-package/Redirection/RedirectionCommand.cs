namespace Onboarding.Tests.IstioPackage.Redirection;

/// <summary><c>pilot-agent istio-iptables [--cleanup-only]</c>.</summary>
internal static class RedirectionCommand
{
    public static int Run(bool cleanupOnly)
    {
        RedirectionSettings settings = RedirectionSettings.Read();
        Console.Error.WriteLine($"info\tIstio configuration:\n{settings}");
        try
        {
            if (settings.HasIPv6 && !cleanupOnly)
            {
                // What Envoy's inbound passthrough connects from has to be the machine's; 127.0.0.6 is by itself.
                MachineProgram.Try("ip", "-6 addr add ::6/128 dev lo");
            }

            Console.Error.WriteLine($"info\tFinal state:\n{(settings.NativeNftables ? Change(new Nftables(settings), cleanupOnly) : Change(new Iptables(settings), cleanupOnly))}");
            return 0;
        }
        catch (MachineProgramException e)
        {
            Console.Error.WriteLine($"error\tFailed to execute: {e.Message}");
            return 1;
        }
    }

    private static string Change(Iptables rules, bool cleanupOnly)
    {
        if (cleanupOnly)
        {
            rules.Remove();
        }
        else
        {
            rules.Apply();
        }

        return rules.Saved();
    }

    private static string Change(Nftables rules, bool cleanupOnly)
    {
        if (cleanupOnly)
        {
            Nftables.Remove();
        }
        else
        {
            rules.Apply();
        }

        return Nftables.Saved();
    }
}
