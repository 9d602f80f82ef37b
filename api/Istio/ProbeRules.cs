using Onboarding.Api.Reading;

namespace Onboarding.Api.Istio;

/// <summary>What Istio asks of a WorkloadGroup's readiness probe.</summary>
internal static class ProbeRules
{
    private static readonly string[] Kinds = ["httpGet", "tcpSocket", "exec", "grpc"];

    private static readonly string[] Numbers =
        ["initialDelaySeconds", "periodSeconds", "timeoutSeconds", "successThreshold", "failureThreshold"];

    public static MapReader Check(MapReader probe)
    {
        probe.UnknownFieldsAreWarnings();
        // A probe of no kind makes Istio's agent panic once Envoy is ready; the webhook refuses it, the CRD doesn't.
        probe.OneOf(required: true, Kinds);
        foreach (string number in Numbers)
        {
            probe.Integer(number, 0, int.MaxValue, textToo: false);
        }

        probe.Message("httpGet", CheckHttp);
        probe.Message("tcpSocket", CheckTcp);
        probe.Message("exec", CheckExec);
        probe.Message("grpc", CheckGrpc);
        return probe;
    }

    private static MapReader CheckHttp(MapReader http)
    {
        CheckTcp(http);
        http.Text("path");
        http.Text("scheme", scheme => scheme is "" or "HTTP" or "HTTPS" ? null : "scheme must be one of [HTTP, HTTPS]");
        http.Messages("httpHeaders", CheckHeader);
        return http;
    }

    private static MapReader CheckTcp(MapReader tcp)
    {
        tcp.UnknownFieldsAreWarnings();
        tcp.Text("host");
        if (!tcp.Has("port"))
        {
            tcp.Error("port", ProblemReason.Required, "is required");
        }

        WorkloadRules.CheckPort(tcp, "port");
        return tcp;
    }

    private static MapReader CheckHeader(MapReader header)
    {
        header.UnknownFieldsAreWarnings();
        header.RequiredText("name", name => name.Length != 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? null
            : "should match '^[-_A-Za-z0-9]+$'");
        header.Text("value");
        return header;
    }

    private static MapReader CheckExec(MapReader exec)
    {
        exec.UnknownFieldsAreWarnings();
        exec.Texts("command", Checks.NotEmpty, required: true);
        return exec;
    }

    private static MapReader CheckGrpc(MapReader grpc)
    {
        grpc.UnknownFieldsAreWarnings();
        WorkloadRules.CheckPort(grpc, "port");
        grpc.Text("service");
        return grpc;
    }
}
