using System.Text.Json;

namespace Onboarding.Kubernetes.Transport;

/// <summary>
/// Makes sure that an answer is whole JSON before a client parses it. A parser's exception quotes what it stumbled over, which may
/// be the content of a Secret; and an answer that was cut off is asked for again like one that didn't come.
/// </summary>
internal static class AnswerShape
{
    /// <exception cref="KubernetesException">It isn't.</exception>
    public static async Task CheckAsync(HttpRequestMessage request, HttpResponseMessage response, string operation)
    {
        bool isJson = response.Content.Headers.ContentType?.MediaType is "application/json"
            || request.Headers.Accept.Any(a => a.MediaType == "application/json");
        if (isJson && Problem(await response.Content.ReadAsByteArrayAsync()) is { } problem)
        {
            string message = $"the answer of {request.RequestUri!.Authority} isn't whole JSON ({problem})";
            throw new KubernetesException(new V1Status { Reason = StatusReason.MalformedAnswer, Message = message }, operation);
        }
    }

    private static string? Problem(ReadOnlySpan<byte> answer)
    {
        var reader = new Utf8JsonReader(answer);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return "not an object";
            }

            while (reader.Read())
            {
            }

            return null;
        }
        catch (JsonException e)
        {
            return $"line {e.LineNumber}, byte {e.BytePositionInLine}";
        }
    }
}
