using Grpc.Core;
using Microsoft.Extensions.Logging;
using Onboarding.Api.Control;
using Onboarding.Client.Control;
using Onboarding.Client.Errors;

namespace Onboarding.AgentHost.Control;

/// <summary>What the agent answers on its control socket.</summary>
internal sealed partial class ControlService(IMeshSession session, ILogger logger) : AgentControlService.AgentControlServiceBase
{
    public override Task<AgentStatus> GetStatus(GetStatusRequest request, ServerCallContext context) =>
        AnswerAsync(session.GetStatusAsync(context.CancellationToken));

    public override async Task Watch(WatchRequest request, IServerStreamWriter<AgentStatus> responseStream, ServerCallContext context)
    {
        await foreach (AgentStatus status in session.WatchAsync(context.CancellationToken))
        {
            await responseStream.WriteAsync(status, context.CancellationToken);
        }
    }

    public override Task Register(RegisterRequest request, IServerStreamWriter<ControlUpdate> responseStream, ServerCallContext context) =>
        FollowAsync(told => session.RegisterAsync(request, told, context.CancellationToken), responseStream, context);

    public override Task Unregister(UnregisterRequest request, IServerStreamWriter<ControlUpdate> responseStream, ServerCallContext context) =>
        FollowAsync(told => session.UnregisterAsync(request, told, context.CancellationToken), responseStream, context);

    public override Task<MeshSidecar> StartSidecar(StartSidecarRequest request, ServerCallContext context) =>
        AnswerAsync(session.StartSidecarAsync(request, context.CancellationToken));

    public override Task<MeshSidecar> StopSidecar(StopSidecarRequest request, ServerCallContext context) =>
        AnswerAsync(session.StopSidecarAsync(request, context.CancellationToken));

    public override Task<MeshSidecar> RestartSidecar(RestartSidecarRequest request, ServerCallContext context) =>
        AnswerAsync(session.RestartSidecarAsync(request, context.CancellationToken));

    private async Task FollowAsync(
        Func<Action<Step>, Task<AgentStatus>> act,
        IServerStreamWriter<ControlUpdate> updates,
        ServerCallContext context)
    {
        // Told one after the other: writes to a stream mustn't overlap.
        Task writing = Task.CompletedTask;
        void Tell(Step step) => writing = WriteAfterAsync(writing, new ControlUpdate { Step = step });

        async Task WriteAfterAsync(Task before, ControlUpdate update)
        {
            await before;
            await updates.WriteAsync(update, context.CancellationToken);
        }

        AgentStatus status;
        try
        {
            status = await AnswerAsync(act(Tell));
        }
        finally
        {
            await writing;
        }

        await updates.WriteAsync(new ControlUpdate { Status = status }, context.CancellationToken);
    }

    private async Task<T> AnswerAsync<T>(Task<T> answer)
    {
        try
        {
            return await answer;
        }
        catch (OnboardingException e)
        {
            throw ControlFailure.ToRpc(e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFault(logger, e);
            throw new RpcException(new Status(StatusCode.Internal, "The agent has a fault; its log has more."));
        }
    }

    [LoggerMessage(6013, LogLevel.Error, "The agent could not answer a call on its control socket", EventName = "ControlFault")]
    private static partial void LogFault(ILogger logger, Exception exception);
}
