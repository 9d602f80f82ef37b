using Onboarding.Connections;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Connections;

/// <summary>Which destinations the environment's proxy is asked for.</summary>
public sealed class B8d_EnvironmentProxyTests
{
    [Theory]
    [InlineData("https://plane.corp.example:15443", "")]
    [InlineData("https://plane.corp.example:15443", "other.example,corp.example.org")]
    [InlineData("https://plane.corp.example:15443", "corp.example:443")]
    [InlineData("https://notcorp.example", "corp.example")]
    [InlineData("https://corp.example", ".corp.example")]
    [InlineData("https://10.1.2.3:6443", "10.2.0.0/16")]
    [InlineData("https://[2001:db8::1]:6443", "2001:db9::/32")]
    public void By_the_proxy(string destination, string except)
    {
        EnvironmentProxy proxy = Environment(("HTTPS_PROXY", "http://user:secret@proxy.example:3128"), ("NO_PROXY", except));

        proxy.GetProxy(new Uri(destination))!.Port.ShouldBe(3128);
        proxy.IsBypassed(new Uri(destination)).ShouldBeFalse();
        proxy.Name(new Uri(destination)).ShouldBe("http://proxy.example:3128", "no password is shown");
        proxy.Credentials!.GetCredential(new Uri("http://proxy.example:3128"), "Basic")!.Password.ShouldBe("secret");
    }

    [Theory]
    [InlineData("https://plane.corp.example:15443", "*")]
    [InlineData("https://plane.corp.example:15443", "corp.example")]
    [InlineData("https://plane.corp.example:15443", " other.example , .corp.example")]
    [InlineData("https://plane.corp.example:15443", "*.corp.example")]
    [InlineData("https://plane.corp.example:15443", "plane.corp.example:15443")]
    [InlineData("https://10.1.2.3:6443", "10.1.0.0/16")]
    [InlineData("https://10.1.2.3:6443", "10.1.2.3")]
    [InlineData("https://[2001:db8::1]:6443", "2001:db8::/32")]
    // Never, whatever NO_PROXY says.
    [InlineData("https://localhost:15443", "")]
    [InlineData("https://demo.localhost", "")]
    [InlineData("https://127.0.0.2", "")]
    [InlineData("https://[::1]:6443", "")]
    [InlineData("https://[::ffff:127.0.0.1]", "")]
    [InlineData("https://169.254.169.254/latest", "")]
    [InlineData("https://[fe80::1]/", "")]
    [InlineData("https://[fd00:ec2::254]/", "")]
    [InlineData("https://metadata.google.internal./", "")]
    public void Directly(string destination, string except)
    {
        EnvironmentProxy proxy = Environment(("HTTPS_PROXY", "proxy.example:3128"), ("NO_PROXY", except));

        proxy.GetProxy(new Uri(destination)).ShouldBeNull();
        proxy.IsBypassed(new Uri(destination)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("http://one:secret@first.example:3128", "http://second.example:3128", "http://first.example:3128", "one")]
    [InlineData("http://one:secret@first.example:3128", "http://second.example:3128", "http://second.example:3128", null)]
    [InlineData("http://first.example:3128", "http://two:s%40@second.example:3128", "http://first.example:3128", null)]
    [InlineData("http://first.example:3128", "http://two:s%40@second.example:3128", "http://second.example:3128", "two")]
    public void A_proxy_is_told_its_own_password_and_no_other_s(string https, string http, string asking, string? user)
    {
        var proxy = new EnvironmentProxy(name => name switch { "https_proxy" => https, "http_proxy" => http, _ => null });

        proxy.Credentials.ShouldNotBeNull().GetCredential(new Uri(asking), "Basic")?.UserName.ShouldBe(user);
        (proxy.Credentials.GetCredential(new Uri(asking), "Basic") is null).ShouldBe(user is null);
    }

    [Theory]
    [InlineData("https://[2001:db8::1]:6443", true)]
    [InlineData("https://[2001:db8::1]:15443", false)]
    public void An_exception_for_one_port_of_an_IPv6_address_is_for_that_port(string destination, bool bypassed) =>
        new EnvironmentProxy(name => name switch { "https_proxy" => "http://proxy.example:3128", "no_proxy" => "[2001:db8::1]:6443", _ => null })
            .IsBypassed(new Uri(destination)).ShouldBe(bypassed);

    [Fact]
    public void Lower_case_comes_first_and_ALL_PROXY_last()
    {
        var destination = new Uri("https://plane.example");
        Environment(("HTTPS_PROXY", "http://a:1"), ("https_proxy", "http://b:2")).GetProxy(destination)!.Host.ShouldBe("b");
        Environment(("ALL_PROXY", "socks5://c:3"), ("HTTPS_PROXY", "http://a:1")).GetProxy(destination)!.Host.ShouldBe("a");
        Environment(("ALL_PROXY", "socks5://c:3")).GetProxy(destination)!.Scheme.ShouldBe("socks5");
        Environment(("HTTP_PROXY", "http://a:1")).GetProxy(destination).ShouldBeNull("it is for http");
        Environment(("HTTP_PROXY", "http://evil:1"), ("REQUEST_METHOD", "GET")).GetProxy(new Uri("http://plane.example")).ShouldBeNull("httpoxy");
    }

    [Theory]
    [InlineData("ftp://user:secret@proxy")]
    [InlineData("http://user:secret@:x")]
    public void What_is_no_proxy_is_told_without_a_password(string value)
    {
        EnvironmentProxy proxy = Environment(("HTTPS_PROXY", value));

        proxy.Problem.ShouldNotBeNull().ShouldContain("HTTPS_PROXY");
        proxy.Problem.ShouldNotContain("secret");
    }

    private static EnvironmentProxy Environment(params (string Name, string Value)[] variables) =>
        new(name => variables.FirstOrDefault(v => v.Name == name).Value);
}
