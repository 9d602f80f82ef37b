using System.Globalization;
using System.Security;
using System.Text;
using Onboarding.Client.Checks;

namespace Onboarding.AgentHost.Commands;

/// <summary>Checks as the XML that CI systems read: a test case each, and a suite of all.</summary>
internal static class JUnitReport
{
    /// <summary>Writes it. What came from elsewhere has no control characters any more, which XML couldn't hold.</summary>
    public static string Write(IReadOnlyList<OnboardingCheckResult> results)
    {
        var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.Append(
            CultureInfo.InvariantCulture,
            $"<testsuite name=\"machine\" tests=\"{results.Count}\" failures=\"{Count(results, CheckStatus.Fail)}\" errors=\"0\" skipped=\"{Count(results, CheckStatus.Skipped)}\" time=\"{results.Sum(r => r.Duration.TotalSeconds):0.000}\">\n");
        foreach (OnboardingCheckResult result in results)
        {
            xml.Append(
                CultureInfo.InvariantCulture,
                $"  <testcase classname=\"{Escape(result.Category)}\" name=\"{Escape(result.Name)}\" time=\"{result.Duration.TotalSeconds:0.000}\">\n");
            xml.Append(result.Status switch
            {
                CheckStatus.Fail => $"    <failure type=\"{Escape(result.ErrorId)}\" message=\"{Escape(result.Detail)}\">Next: {Escape(result.Remediation)}</failure>\n",
                CheckStatus.Skipped => $"    <skipped message=\"{Escape(result.Detail)}\"/>\n",
                CheckStatus.Warn => $"    <system-out>warning: {Escape(result.Detail)} Next: {Escape(result.Remediation)}</system-out>\n",
                _ => $"    <system-out>{Escape(result.Detail)}</system-out>\n",
            });
            xml.Append("  </testcase>\n");
        }

        return xml.Append("</testsuite>").ToString();
    }

    private static int Count(IReadOnlyList<OnboardingCheckResult> results, CheckStatus status) => results.Count(r => r.Status == status);

    private static string Escape(string text) => SecurityElement.Escape(text) ?? "";
}
