using System.Diagnostics;
using System.Runtime.InteropServices;
using Onboarding.Client.Native;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>B9: the kernel's messages about addresses, of a network namespace that a thread of the test is alone in.</summary>
public sealed class B9_NetlinkTests
{
    private const int NewNetwork = 0x40000000;

    [Theory]
    [InlineData("192.0.2.7/32")]
    [InlineData("2001:db8::7/128")]
    public async Task B9_an_address_that_comes_or_goes_is_heard_of(string address)
    {
        Capability.NetworkNamespaces.Require();
        int heard = 0;
        var before = new List<int>();
        await OnOwnNetworkAsync(() =>
        {
            Ip("link", "set", "lo", "up");
            using AddressMessages messages = AddressMessages.Listen(() => Interlocked.Increment(ref heard)).ShouldNotBeNull();
            foreach (string what in (string[])["add", "del"])
            {
                before.Add(Volatile.Read(ref heard));
                Ip("address", what, address, "dev", "lo");
                SpinWait.SpinUntil(() => Volatile.Read(ref heard) > before[^1], Eventually.Patience).ShouldBeTrue($"{what} is heard of");
            }
        });

        heard.ShouldBeGreaterThanOrEqualTo(2);
    }

    // A namespace is a thread's; the socket keeps the one that it was made in.
    private static Task OnOwnNetworkAsync(Action act)
    {
        var done = new TaskCompletionSource();
        new Thread(() =>
        {
            try
            {
                Unshare(NewNetwork).ShouldBe(0);
                act();
                done.SetResult();
            }
#pragma warning disable CA1031 // told to who waits
            catch (Exception e)
#pragma warning restore CA1031
            {
                done.SetException(e);
            }
        }).Start();
        return done.Task;
    }

    private static void Ip(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, process.StandardError.ReadToEnd());
    }

    [DllImport("libc", EntryPoint = "unshare", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Unshare(int flags);
}
