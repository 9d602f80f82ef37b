using System.Reflection;
using Onboarding.Tests.Unit.Suite;
using Xunit;
using Xunit.v3;

[assembly: Isolation]

namespace Onboarding.Tests.Unit.Suite;

/// <summary>
/// Fails a test of this assembly in which the process opened a socket or started another: such tests belong to <c>tests/integration</c>.
/// Tests run in parallel, so the one that fails may only have run beside the one to move; the failure shows where the socket was opened.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class IsolationAttribute : BeforeAfterTestAttribute
{
    private static readonly SocketWatch Sockets = new();
    private static long _children = Children();

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        IReadOnlyList<string> opened = Sockets.Take();
        Assert.True(opened.Count == 0, $"tests/unit opens no socket; move the test to tests/integration.\n{string.Join('\n', opened)}");

        long children = Children();
        Assert.True(Interlocked.Exchange(ref _children, children) == children, "tests/unit starts no process; move the test to tests/integration.");
    }

    // The kernel counts what the processes have cost that this one started and waited for: field 11, cminflt, of proc(5).
    private static long Children() => long.Parse(File.ReadAllText("/proc/self/stat").Split(' ')[10], System.Globalization.CultureInfo.InvariantCulture);
}
