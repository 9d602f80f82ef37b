using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Onboarding.Kubernetes.Watch;

/// <summary>Reads one JSON object per line, of any length up to a limit that no object reaches.</summary>
internal sealed class JsonLineReader(Stream stream) : IAsyncDisposable
{
    // etcd takes 1.5 MiB per object by default and the API server 3 MiB per request; both can be raised.
    private const int Limit = 64 * 1024 * 1024;

    private readonly PipeReader _pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024));

    /// <summary>The next object; null at the end of the stream.</summary>
    /// <exception cref="JsonException">A line isn't a whole JSON object, as when the connection was cut in its middle.</exception>
    public async ValueTask<JsonObject?> ReadAsync(CancellationToken cancellationToken)
    {
        long scanned = 0;
        while (true)
        {
            ReadResult result = await _pipe.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> buffer = result.Buffer;
            if (buffer.Slice(scanned).PositionOf((byte)'\n') is { } end)
            {
                JsonObject? json = Parse(buffer.Slice(0, end));
                _pipe.AdvanceTo(buffer.GetPosition(1, end));
                scanned = 0;
                if (json is not null)
                {
                    return json;
                }
            }
            else if (result.IsCompleted)
            {
                JsonObject? json = Parse(buffer);
                _pipe.AdvanceTo(buffer.End);
                return json;
            }
            else if (buffer.Length > Limit)
            {
                throw new JsonException("a line is longer than 64 MiB");
            }
            else
            {
                scanned = buffer.Length;
                _pipe.AdvanceTo(buffer.Start, buffer.End);
            }
        }
    }

    public ValueTask DisposeAsync() => _pipe.CompleteAsync();

    private static JsonObject? Parse(ReadOnlySequence<byte> line)
    {
        // JsonNode keeps what it parses, so the line is copied out of the pipe's memory, in one piece.
        byte[] bytes = line.ToArray();
        return bytes.AsSpan().Trim(" \t\r"u8).IsEmpty
            ? null
            : JsonNode.Parse(bytes) as JsonObject ?? throw new JsonException("a line isn't an object");
    }
}
