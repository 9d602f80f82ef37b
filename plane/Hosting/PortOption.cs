using System.CommandLine;
using System.Net;

namespace Onboarding.Plane.Hosting;

/// <summary>Options that are a port to listen on.</summary>
internal static class PortOption
{
    /// <summary>Makes one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What listens there.</param>
    /// <param name="byDefault">The port where none is given.</param>
    public static Option<int> Create(string name, string description, int byDefault)
    {
        var option = new Option<int>(name) { Description = $"{description}; 0 for any.", DefaultValueFactory = _ => byDefault, HelpName = "port" };
        Validate(option, value => value);
        return option;
    }

    /// <summary>Makes one that has no default: nothing listens unless it is given.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What listens there.</param>
    public static Option<int?> CreateOptional(string name, string description)
    {
        var option = new Option<int?>(name) { Description = $"{description}; 0 for any. By default there is none.", HelpName = "port" };
        Validate(option, value => value ?? 0);
        return option;
    }

    private static void Validate<T>(Option<T> option, Func<T?, int> port) => option.Validators.Add(result =>
    {
        if (port(result.GetValueOrDefault<T>()) is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
        {
            result.AddError($"{option.Name}: {result.Tokens[^1].Value} isn't a port, which is 0 to {IPEndPoint.MaxPort}");
        }
    });
}
