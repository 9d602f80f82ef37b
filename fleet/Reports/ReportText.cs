using System.Globalization;
using System.Net;
using System.Text;

namespace Onboarding.Fleet.Reports;

/// <summary>
/// A report as a file. Attack: what machines say of themselves is in it, and it is opened by an auditor: in a spreadsheet a cell that begins
/// with <c>= + - @</c> is a formula that fetches or runs something, and in a browser a name with markup is a script.
/// </summary>
public static class ReportText
{
    private static readonly string[] Columns = ["Section", "Namespace", "WorkloadGroup", "Who", "Policy", "Rule", "Time", "Detail", "Count"];

    /// <summary>As CSV, RFC 4180.</summary>
    /// <param name="rows">The lines.</param>
    public static string ToCsv(IEnumerable<ReportRow> rows)
    {
        var text = new StringBuilder().Append(string.Join(',', Columns)).Append("\r\n");
        foreach (ReportRow row in rows)
        {
            text.Append(string.Join(',', Values(row).Select(Cell))).Append("\r\n");
        }

        return text.ToString();
    }

    /// <summary>As one HTML page that loads and runs nothing.</summary>
    /// <param name="rows">The lines.</param>
    /// <param name="title">What it is about.</param>
    /// <param name="made">When it was made.</param>
    public static string ToHtml(IEnumerable<ReportRow> rows, string title, DateTimeOffset made)
    {
        ReportRow[] all = [.. rows];
        var text = new StringBuilder()
            .Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
            .Append(CultureInfo.InvariantCulture, $"<title>{Encode(title)}</title>\n")
            .Append("<style>body{font-family:sans-serif}table{border-collapse:collapse}td,th{border:1px solid #999;padding:2px 6px;text-align:left}</style></head><body>\n")
            .Append(CultureInfo.InvariantCulture, $"<h1>{Encode(title)}</h1>\n<p>Made at {made.UtcDateTime:u}.</p>\n");
        foreach ((string section, string heading) in ((string, string)[])[("MayJoin", "Who may join"), ("Joined", "Who joined"), ("Refused", "Who was refused")])
        {
            ReportRow[] rowsOf = [.. all.Where(r => r.Section == section)];
            text.Append(CultureInfo.InvariantCulture, $"<h2>{heading} ({rowsOf.Length})</h2>\n<table><tr>");
            text.AppendJoin("", Columns.Skip(1).Select(c => $"<th>{c}</th>")).Append("</tr>\n");
            foreach (ReportRow row in rowsOf)
            {
                text.Append("<tr>").AppendJoin("", Values(row).Skip(1).Select(v => $"<td>{Encode(v)}</td>")).Append("</tr>\n");
            }

            text.Append("</table>\n");
        }

        return text.Append("</body></html>\n").ToString();
    }

    /// <summary>A text as a cell: quoted, and no formula.</summary>
    /// <param name="value">The text.</param>
    public static string Cell(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        // Also after spaces, and after a tab or a line break, which spreadsheets skip.
        bool isFormula = value.AsSpan().TrimStart() is { Length: > 0 } rest && rest[0] is '=' or '+' or '-' or '@' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20';
        string safe = isFormula || value is ['\t' or '\r' or '\n', ..] ? $"'{value}" : value;
        return $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static IEnumerable<string> Values(ReportRow row) =>
    [
        row.Section, row.Namespace, row.WorkloadGroup, row.Who, row.Policy ?? "", row.Rule?.ToString(CultureInfo.InvariantCulture) ?? "",
        row.Time?.UtcDateTime.ToString("u", CultureInfo.InvariantCulture) ?? "", row.Detail ?? "", row.Count?.ToString(CultureInfo.InvariantCulture) ?? "",
    ];
}
