using Microsoft.AspNetCore.Http;

namespace Onboarding.Tests.E2E.Conformance.Servers;

/// <summary>One watch on its way through a <see cref="FaultyProxy"/>.</summary>
internal sealed class PassedWatch(HttpContext context, Stream body) : IDisposable
{
    private readonly CancellationTokenSource _broken = new();
    private Fault _fault;

    public bool IsBroken => _broken.IsCancellationRequested;

    public void Break(Fault fault)
    {
        _fault = fault;
        _broken.Cancel();
    }

    public async Task PassAsync()
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _broken.Token);
        byte[] buffer = new byte[16 * 1024];
        try
        {
            await context.Response.Body.FlushAsync(ends.Token); // sends the headers
            int read;
            while ((read = await body.ReadAsync(buffer, ends.Token)) > 0)
            {
                await SendAsync(buffer.AsMemory(0, read), ends.Token);
            }
        }
        catch (OperationCanceledException) when (IsBroken && !context.RequestAborted.IsCancellationRequested)
        {
            await EndAsync(buffer);
        }
    }

    public void Dispose() => _broken.Dispose();

    private async Task EndAsync(byte[] buffer)
    {
        switch (_fault)
        {
            case Fault.Reset:
                context.Abort();
                break;
            case Fault.Truncate:
                // Half of the next event gets through; the test makes one.
                int read = await body.ReadAsync(buffer, context.RequestAborted);
                await SendAsync(buffer.AsMemory(0, Math.Max(1, read / 2)), context.RequestAborted);
                break;
            case Fault.Stall:
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
                break;
            default:
                break;
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await context.Response.Body.WriteAsync(bytes, cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }
}
