using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The only builder.</summary>
internal sealed record GrpcServerBuilder(IServiceCollection Services) : IGrpcServerBuilder;
