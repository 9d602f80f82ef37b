using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One key with its text or bytes.</summary>
    public sealed class Entry
    {
        // PROTOCOL-HTTP2.md, "Custom-Metadata". Anything else could smuggle a second header line into the request.
        private static readonly SearchValues<char> KeyCharacters =
            SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz_-.");

        private static readonly SearchValues<char> ValueCharacters =
            SearchValues.Create([.. Enumerable.Range(0x20, 0x7F - 0x20).Select(c => (char)c)]);

        private readonly string? _value;
        private readonly byte[]? _valueBytes;

        /// <summary>A text entry.</summary>
        /// <param name="key">Letters, digits, <c>_ - .</c>; not ending in <c>-bin</c>. Kept in lower case.</param>
        /// <param name="value">Printable ASCII.</param>
        /// <exception cref="ArgumentException">The key or the value has other characters.</exception>
        public Entry(string key, string value)
        {
            ArgumentNullException.ThrowIfNull(value);
            Key = Normalized(key);
            if (IsBinary)
            {
                throw new ArgumentException($"'{Key}' ends in '{BinaryHeaderSuffix}', so its value has to be bytes.", nameof(key));
            }

            if (value.AsSpan().ContainsAnyExcept(ValueCharacters))
            {
                throw new ArgumentException($"The value of '{Key}' has characters that aren't printable ASCII.", nameof(value));
            }

            _value = value;
        }

        /// <summary>A binary entry.</summary>
        /// <param name="key">Letters, digits, <c>_ - .</c>; ends in <c>-bin</c>. Kept in lower case.</param>
        /// <param name="valueBytes">The bytes; copied.</param>
        /// <exception cref="ArgumentException">The key has other characters or doesn't end in <c>-bin</c>.</exception>
        public Entry(string key, byte[] valueBytes)
        {
            ArgumentNullException.ThrowIfNull(valueBytes);
            Key = Normalized(key);
            if (!IsBinary)
            {
                throw new ArgumentException($"'{Key}' doesn't end in '{BinaryHeaderSuffix}', so its value has to be text.", nameof(key));
            }

            _valueBytes = [.. valueBytes];
        }

        /// <summary>The key, in lower case.</summary>
        public string Key { get; }

        /// <summary>Whether the value is bytes.</summary>
        public bool IsBinary => Key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        /// <summary>The text.</summary>
        /// <exception cref="InvalidOperationException">The value is bytes.</exception>
        public string Value => _value ?? throw new InvalidOperationException($"The value of '{Key}' is bytes, not text.");

        /// <summary>The bytes (of a text value, its ASCII bytes); a copy.</summary>
        public byte[] ValueBytes => _valueBytes is null ? Encoding.ASCII.GetBytes(_value!) : [.. _valueBytes];

        /// <inheritdoc />
        public override string ToString() =>
            $"[Entry: key={Key}, {(IsBinary ? $"{_valueBytes!.Length} bytes" : $"value={_value}")}]";

        /// <summary>A text entry, or null where the constructor would throw.</summary>
        internal static Entry? TryCreate(string key, string value) =>
            IsKey(key.ToLowerInvariant()) && !value.AsSpan().ContainsAnyExcept(ValueCharacters) ? new Entry(key, value) : null;

        /// <summary>A binary entry, or null where the constructor would throw.</summary>
        internal static Entry? TryCreate(string key, byte[] value) => IsKey(key.ToLowerInvariant()) ? new Entry(key, value) : null;

        private static bool IsKey(string lower) => lower.Length > 0 && !lower.AsSpan().ContainsAnyExcept(KeyCharacters);

        private static string Normalized(string key)
        {
            ArgumentException.ThrowIfNullOrEmpty(key);
            string lower = key.ToLowerInvariant();
            return IsKey(lower)
                ? lower
                : throw new ArgumentException($"'{key}' isn't a metadata key: only letters, digits, '_', '-' and '.' are allowed.", nameof(key));
        }
    }
}
