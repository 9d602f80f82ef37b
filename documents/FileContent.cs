using Onboarding.Api.Reading;

namespace Onboarding.Documents;

/// <summary>Reads files of a bounded size.</summary>
internal static class FileContent
{
    /// <summary>The bytes of a file; null if it can't be read or is too large, which is then in the context.</summary>
    public static byte[]? Read(ReadContext context, string path, IFileOpener opener)
    {
        try
        {
            using Stream stream = opener.OpenRead(path);
            // One byte more than allowed tells a file that is too large; the rest of it is never read.
            byte[] buffer = new byte[ReadLimits.Bytes + 1];
            int length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length > ReadLimits.Bytes)
            {
                long size = stream.CanSeek ? Math.Max(stream.Length, length) : length;
                Report(context, ProblemReason.Syntax, $"the file {path} {DocumentText.TooLarge(size)}");
                return null;
            }

            return buffer[..length];
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            Report(context, ProblemReason.Unreadable, $"the file {path} doesn't exist; create it, or name another one");
        }
        catch (UnauthorizedAccessException)
        {
            Report(context, ProblemReason.Unreadable, $"the file {path} may not be read by this user; check its owner and mode (ls -l {path})");
        }
        catch (Exception exception) when (exception is IOException or NotSupportedException)
        {
            Report(context, ProblemReason.Unreadable, $"the file {path} can't be read: {exception.Message}");
        }

        return null;
    }

    private static void Report(ReadContext context, ProblemReason reason, string message) => context.Error(default, "", reason, message);
}
