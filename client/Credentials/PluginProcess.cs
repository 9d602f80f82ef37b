using System.ComponentModel;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Onboarding.Api;
using Onboarding.Api.Configuration;
using Onboarding.Client.Channel;
using Onboarding.Client.Errors;
using Onboarding.Client.Processes;

namespace Onboarding.Client.Credentials;

/// <summary>
/// A plugin as a process of this one, by the published protocol: one execution per call, request on stdin, answer on stdout, a non-zero
/// exit code says that stdout is a <c>google.rpc.Status</c>, stderr goes to the log.
/// </summary>
/// <param name="patience">How long it may take.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where to log.</param>
internal sealed partial class PluginProcess(TimeSpan patience, TimeProvider time, ILogger logger)
{
    private const int LargestAnswer = 1024 * 1024;
    private const int MostDiagnostics = 64 * 1024;

    /// <inheritdoc cref="ExecutePlugin"/>
    public async Task<(int ExitCode, byte[] Output)> ExecuteAsync(
        PluginConfiguration plugin,
        string service,
        string method,
        JsonObject request,
        CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using ProcessGroup group = Start(plugin, service, method);
        try
        {
            using var enough = new CancellationTokenSource();
            Task diagnostics = BoundedReader.ReadLinesAsync(
                group.Process.StandardError, MostDiagnostics, line => LogDiagnostics(logger, plugin.Name, Redaction.Apply(line)), both.Token, enough.Token);
            Task<byte[]?> answer = BoundedReader.ReadToEndAsync(group.Process.StandardOutput.BaseStream, LargestAnswer, both.Token, enough.Token);
            await SendAsync(group, request, both.Token);
            Task ended = group.Process.WaitForExitAsync(both.Token);
            if (await Task.WhenAny(answer, ended) == ended || await answer is not null)
            {
                await ended;
                await BoundedReader.FinishAsync(Task.WhenAll(answer, diagnostics), enough, time, both.Token);
            }

            byte[] output = await answer ?? throw new OnboardingException(
                ErrorIds.PluginAnswerTooLarge,
                $"Plugin '{plugin.Name}' printed more than {LargestAnswer} bytes in answer to {method}; it was stopped.",
                Rerun(plugin, service, method, request) + " | wc -c");
            return (group.Process.ExitCode, output);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new OnboardingException(
                ErrorIds.PluginTimeout,
                $"Plugin '{plugin.Name}' didn't answer {method} within {patience.TotalSeconds:0.###} s; it was stopped.",
                "time " + Rerun(plugin, service, method, request) + "; if it is slow by nature, raise settings.connection.timeout");
        }
        finally
        {
            group.Kill();
        }
    }

    /// <summary>The command by which a person makes the same call.</summary>
    public static string Rerun(PluginConfiguration plugin, string service, string method, JsonObject request)
    {
        string program = plugin.Path ?? plugin.DefaultExecutable;
        return $"echo '{request.ToJsonString()}' | PLUGIN_NAME={plugin.Name} RPC_SERVICE_NAME={service} RPC_METHOD_NAME={method} {program}";
    }

    private static async Task SendAsync(ProcessGroup group, JsonObject request, CancellationToken cancellationToken)
    {
        try
        {
            byte[] content = Encoding.UTF8.GetBytes(request.ToJsonString());
            await group.Process.StandardInput.BaseStream.WriteAsync(content, cancellationToken);
            group.Process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A plugin that doesn't want to know its audience doesn't read; what it answers still counts.
        }
    }

    private static ProcessGroup Start(PluginConfiguration plugin, string service, string method)
    {
        string program = plugin.DefaultExecutable;
        string? path = plugin.Path is null ? Executables.Find(program) : Path.GetFullPath(plugin.Path);
        if (path is null)
        {
            throw new OnboardingException(
                ErrorIds.PluginMissing,
                $"Plugin '{plugin.Name}' not found: no executable {program} in PATH={Executables.SearchPath}.",
                $"command -v {program}; then install it there, or give its place as plugin.path");
        }

        if (!Executables.IsExecutable(path))
        {
            string why = File.Exists(path) ? "isn't executable" : "doesn't exist";
            throw new OnboardingException(
                ErrorIds.PluginMissing,
                $"Plugin '{plugin.Name}' can't be started: {path} {why}.",
                File.Exists(path) ? $"chmod 0755 {path}" : $"ls -l {path}; then install the plugin, or correct plugin.path");
        }

        var environment = new Dictionary<string, string>(NameLookups.OfChildren);
        foreach (EnvironmentVariable variable in plugin.Env)
        {
            environment[variable.Name] = variable.Value;
        }

        environment["PLUGIN_NAME"] = plugin.Name;
        environment["RPC_SERVICE_NAME"] = service;
        environment["RPC_METHOD_NAME"] = method;
        try
        {
            return ProcessGroup.Start(new Launch(path) { Arguments = plugin.Args, Environment = environment }, redirect: true);
        }
        catch (Win32Exception e)
        {
            throw new OnboardingException(
                ErrorIds.PluginMissing, $"Plugin '{plugin.Name}' can't be started: {path}: {e.Message}.", $"file {path}", e);
        }
    }

    [LoggerMessage(5201, LogLevel.Information, "Plugin {Plugin}: {Line}", EventName = "PluginDiagnostics")]
    private static partial void LogDiagnostics(ILogger logger, string plugin, string line);
}
