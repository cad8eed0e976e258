using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BillingFunctions.LocalHost.Rpc;

/// <summary>The host's end of the FunctionRpc contract: a worker process connects and names itself, and its channel takes over.</summary>
internal sealed class RpcServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, WorkerChannel> _expected = new();
    private readonly WebApplication _app;

    private RpcServer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddRouting();
        builder.Services.AddGrpc(grpc => (grpc.MaxReceiveMessageSize, grpc.MaxSendMessageSize) = (int.MaxValue, int.MaxValue));
        builder.Services.AddSingleton(this).AddSingleton<Service>();
        _app = builder.Build();
        _app.MapGrpcService<Service>();
    }

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public static async Task<RpcServer> StartAsync()
    {
        var server = new RpcServer();
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Lets the channel's worker connect.</summary>
    public void Expect(WorkerChannel channel) => _expected[channel.WorkerId] = channel;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private sealed class Service(RpcServer server) : FunctionRpc.FunctionRpcBase
    {
        public override async Task EventStream(
            IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
        {
            if (!await requestStream.MoveNext(context.CancellationToken)
                || requestStream.Current.StartStream is not { } start
                || !server._expected.TryRemove(start.WorkerId, out var channel))
            {
                throw new Grpc.Core.RpcException(new Status(StatusCode.InvalidArgument, "The first message must be StartStream of an expected worker."));
            }

            await channel.ServeAsync(requestStream, responseStream, context.CancellationToken);
        }
    }
}
