namespace Onboarding.Plane.Hosting;

/// <summary>
/// Notices that standard input has ended. Only the parent holds the other end of the pipe, so the system closes it
/// when the parent ends, killed or not; a parent's process id could be another process's by the time it is looked at.
/// </summary>
internal sealed class InputEnd : IDisposable
{
    private readonly CancellationTokenSource _source;

    private InputEnd(CancellationToken cancellationToken) => _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

    /// <summary>Cancelled when input has ended, or as the given token is.</summary>
    public CancellationToken Token => _source.Token;

    public static InputEnd Ignore(CancellationToken cancellationToken) => new(cancellationToken);

    public static InputEnd Watch(Stream input, CancellationToken cancellationToken)
    {
        var end = new InputEnd(cancellationToken);
        // A thread of its own: nothing cancels a read of a pipe, and the process ends without waiting for it.
        new Thread(() => end.Drain(input)) { IsBackground = true, Name = "standard input" }.Start();
        return end;
    }

    public void Dispose() => _source.Dispose();

    private void Drain(Stream input)
    {
        var ignored = new byte[256];
        try
        {
            while (input.Read(ignored) > 0)
            {
            }
        }
        catch (IOException)
        {
            // An input that breaks has ended, too.
        }

        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The endpoint has stopped already.
        }
    }
}
