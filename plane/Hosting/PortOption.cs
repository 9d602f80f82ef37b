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
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
            {
                result.AddError($"{name}: {result.Tokens[^1].Value} isn't a port, which is 0 to {IPEndPoint.MaxPort}");
            }
        });
        return option;
    }
}
