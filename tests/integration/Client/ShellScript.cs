using Onboarding.Testing;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>Writes small programs for tests.</summary>
internal static class ShellScript
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>An executable <c>/bin/sh</c> script in the directory.</summary>
    public static string Write(TemporaryDirectory directory, string name, string body)
    {
        string path = directory[name];
        // Moved into place: a file that another test's fork still has open for writing can't be executed (ETXTBSY).
        File.WriteAllText(path + ".new", $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(path + ".new", Executable);
        File.Move(path + ".new", path, overwrite: true);
        return path;
    }

    /// <summary>A credential plugin that answers with a JWT of this text.</summary>
    public static string Plugin(TemporaryDirectory directory, string token = "e30.e30.c2ln") => Write(
        directory,
        "plugin.sh",
        $$"""cat >/dev/null; echo '{"credential":{"@type":"type.googleapis.com/onboarding.v1alpha1.JwtCredential","token":"{{token}}"},"expiresAt":"2030-01-01T00:00:00Z"}'""");

    /// <summary>A sidecar that notes its start and its end, and ends when told to, from the moment on that it noted its start.</summary>
    public static string Sidecar(TemporaryDirectory directory, string name = "sidecar.sh") => Write(
        directory,
        name,
        """
        log="$(dirname "$0")/sidecar.log"
        trap 'echo "term $$" >> "$log"; exit 0' TERM
        echo "start $$ $ONBOARDING_BOOT_DIRECTORY $(cat "$ONBOARDING_BOOT_DIRECTORY/mesh.yaml" 2>/dev/null)" >> "$log"
        while :; do sleep 0.05; done
        """);
}
