using System.Net;
using System.Net.Sockets;

namespace Onboarding.Connections;

/// <summary>
/// The proxy that <c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c>, <c>ALL_PROXY</c> and <c>NO_PROXY</c> name, as curl and Go read them (lower case
/// first; NO_PROXY with names, domains, addresses, networks and ports). This machine itself, link-local addresses and clouds' metadata
/// services are never asked for by a proxy: it would answer with its own machine's identity, and see this one's.
/// </summary>
public sealed class EnvironmentProxy : IWebProxy
{
    private static readonly IPNetwork LinkLocal = IPNetwork.Parse("169.254.0.0/16");
    private static readonly string[] Metadata = ["metadata.google.internal", "metadata", "fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16"];
    private readonly Uri? _https;
    private readonly Uri? _http;
    private readonly string[] _except;

    /// <summary>Reads variables.</summary>
    /// <param name="variable">Gives a variable's value, null if it isn't set; null for the process's own.</param>
    public EnvironmentProxy(Func<string, string?>? variable = null)
    {
        variable ??= Environment.GetEnvironmentVariable;
        (_https, string? https) = Read(variable, "https_proxy", "all_proxy");
        // A CGI program's HTTP_PROXY is its caller's header "Proxy" (httpoxy, CVE-2016-5385).
        (_http, string? http) = variable("REQUEST_METHOD") is null ? Read(variable, "http_proxy", "all_proxy") : (null, null);
        Problem = https ?? http;
        _except = (Value(variable, "no_proxy")?.Value ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>What is wrong with the variables, without a password; null if nothing is.</summary>
    public string? Problem { get; }

    /// <summary>How each proxy is told who asks: by its own URL alone. One that the other variable names isn't told this one's password.</summary>
    public ICredentials? Credentials
    {
        get => _https is { UserInfo.Length: > 0 } || _http is { UserInfo.Length: > 0 } ? new OwnCredentials([_https, _http]) : null;
        set => throw new NotSupportedException("They are in the proxy's URL.");
    }

    /// <summary>The proxy for a destination, for people: without user and password; null if it is dialled directly.</summary>
    public string? Name(Uri destination) => GetProxy(destination) is { } proxy ? $"{proxy.Scheme}://{proxy.Authority}" : null;

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return IsBypassed(destination) ? null : ProxyOf(destination);
    }

    /// <inheritdoc/>
    public bool IsBypassed(Uri host)
    {
        ArgumentNullException.ThrowIfNull(host);
        string name = host.IdnHost.TrimEnd('.');
        IPAddress? address = IPAddress.TryParse(name, out IPAddress? literal) ? Plain(literal) : null;
        return ProxyOf(host) is null || IsNever(name, address) || Array.Exists(_except, entry => Covers(entry, name, address, host.Port));
    }

    private Uri? ProxyOf(Uri host) => host.Scheme == Uri.UriSchemeHttps ? _https : _http;

    private static bool IsNever(string name, IPAddress? address) =>
        name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || Metadata.Contains(address?.ToString() ?? name, StringComparer.OrdinalIgnoreCase)
        || (address is not null && (IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || LinkLocal.Contains(address)));

    private static bool Covers(string entry, string name, IPAddress? address, int port)
    {
        if (entry == "*")
        {
            return true;
        }

        if (IPNetwork.TryParse(entry, out IPNetwork network) && entry.Contains('/', StringComparison.Ordinal))
        {
            return address is not null && network.Contains(address);
        }

        // IPAddress takes "[::1]:443" for an address, and would drop the port.
        if (!entry.StartsWith('[') && IPAddress.TryParse(entry, out IPAddress? same))
        {
            return Plain(same).Equals(address);
        }

        int colon = entry.LastIndexOf(':');
        if (colon > 0 && int.TryParse(entry.AsSpan(colon + 1), out int only))
        {
            return only == port && Covers(entry[..colon].Trim('[', ']'), name, address, port);
        }

        // "corp.example" is that name and all below it; ".corp.example" and "*.corp.example" are what is below it.
        string domain = entry.TrimStart('*');
        return domain.StartsWith('.')
            ? name.EndsWith(domain, StringComparison.OrdinalIgnoreCase)
            : name.Equals(domain, StringComparison.OrdinalIgnoreCase) || name.EndsWith($".{domain}", StringComparison.OrdinalIgnoreCase);
    }

    private static IPAddress Plain(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 && address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static (Uri? Proxy, string? Problem) Read(Func<string, string?> variable, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (Value(variable, name) is not { } set)
            {
                continue;
            }

            string text = set.Value.Contains("://", StringComparison.Ordinal) ? set.Value : $"http://{set.Value}";
            return Uri.TryCreate(text, UriKind.Absolute, out Uri? proxy) && proxy.Scheme is "http" or "https" or "socks5" && proxy.Host.Length > 0
                ? (proxy, null)
                : (null, $"the variable {set.Name} isn't the URL of a proxy: it must be like http://proxy.example:3128, https://… or socks5://…");
        }

        return (null, null);
    }

    private static (string Name, string Value)? Value(Func<string, string?> variable, string name)
    {
        foreach (string spelling in (ReadOnlySpan<string>)[name, name.ToUpperInvariant()])
        {
            if (variable(spelling)?.Trim() is { Length: > 0 } value)
            {
                return (spelling, value);
            }
        }

        return null;
    }

    private sealed class OwnCredentials(IReadOnlyList<Uri?> proxies) : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType) =>
            proxies.FirstOrDefault(p => p?.Scheme == uri.Scheme && p.Authority == uri.Authority) is { } proxy ? ProxyCredentials.FromUrl(proxy) : null;
    }
}
