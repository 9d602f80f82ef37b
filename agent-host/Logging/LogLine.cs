using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Onboarding.Api;

namespace Onboarding.AgentHost.Logging;

/// <summary>Makes one line of one event, whatever is in it.</summary>
internal static class LogLine
{
    private const string TemplateKey = "{OriginalFormat}";

    // JSON for a log, not for a web page: umlauts and quotes stay readable, control characters are escaped all the same.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(DateTimeOffset time, LogLevel level, EventId eventId, string message, Exception? exception)
    {
        string text = exception is null ? message : $"{message} {exception}";
        return string.Create(
            CultureInfo.InvariantCulture, $"{time:yyyy-MM-ddTHH:mm:ss.fffZ} {Name(level),-5} {eventId.Id} {eventId.Name}: {OneLine(text)}");
    }

    public static string Json(
        DateTimeOffset time,
        LogLevel level,
        EventId eventId,
        string message,
        IEnumerable<KeyValuePair<string, object?>> values,
        Exception? exception)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            json.WriteString("level", Name(level));
            json.WriteNumber("eventId", eventId.Id);
            json.WriteString("event", eventId.Name);
            json.WriteString("message", message);
            var written = new HashSet<string> { "time", "level", "eventId", "event", "message", "exception" };
            foreach ((string key, object? value) in values)
            {
                string name = JsonNamingPolicy.CamelCase.ConvertName(key);
                if (key != TemplateKey && written.Add(name))
                {
                    json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                }
            }

            if (exception is not null)
            {
                json.WriteString("exception", exception.ToString());
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Warning => "warn",
        LogLevel.Error or LogLevel.Critical => "error",
        _ => "info",
    };

    // A message from elsewhere must not be able to add lines of its own to the log, nor talk to the terminal.
    private static string OneLine(string text) =>
        ForeignText.Clean(text);
}
