using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The methods of one service by their paths, for a server without routing.</summary>
internal sealed class MethodTable(CallRunner runner) : MethodBinder(runner, null)
{
    private readonly Dictionary<string, RequestDelegate> _methods = new(StringComparer.Ordinal);

    public RequestDelegate? Find(string path) => _methods.GetValueOrDefault(path);

    protected override void Map(IMethod method, RequestDelegate handler) => _methods.Add(method.FullName, handler);
}
