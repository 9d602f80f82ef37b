using System.Globalization;

namespace Onboarding.Tests.IstioPackage;

/// <summary>The machine's <c>/etc/passwd</c>.</summary>
internal static class UserFile
{
    public static uint IdOf(string user) => uint.Parse(
        File.ReadLines("/etc/passwd").Select(line => line.Split(':')).First(fields => fields[0] == user)[2], CultureInfo.InvariantCulture);
}
